import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { type RunningServer, startServer } from "../../local/server.ts";
import { makeCertificate } from "../counterparts/certificate.ts";
import { listeningPort } from "../counterparts/listening-port.ts";
import { type Example, startBuddy, startExample } from "./example-process.ts";
import { buddyLine, pageCommands } from "./page-commands.ts";

const root = join(import.meta.dirname, "../..");

/** The part of a command before the program: `READ_TOKEN=may-read npx node service.ts file.json`. */
const withVariables = (step: string): { told: { [name: string]: string }; command: string } => {
  const [, before = "", command = ""] = /^((?:[A-Z_]+=\S+ )*)(.*)$/s.exec(step) ?? [];
  const pairs = before.split(" ").filter((pair) => pair !== "");
  return { told: Object.fromEntries(pairs.map((pair) => [pair.split("=")[0], pair.split("=")[1]])), command };
};

/** A running Buddy, in a process of its own or in this one. */
type Running = { readonly url: string; stop(): Promise<unknown> };

/**
 * A page that starts an example as a service and has Buddy act there, played in a folder of its own. `host`: the
 * service's, as the page says it. Call it where the tests of the page are described.
 */
export const examplePage = (page: string, host: string) => {
  const tls = makeCertificate();
  let folder = "";
  let service: Example | undefined;
  let buddyRuns: Running | undefined;
  let here: RunningServer | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-page-"));
  });
  afterEach(async () => {
    await buddyRuns?.stop();
    service?.stop();
    buddyRuns = undefined;
    here = undefined;
    service = undefined;
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const own = (text: string): string => text.replaceAll(host, service?.host ?? "");
  const { buddy, performed } = pageCommands(
    () => [...(buddyRuns === undefined ? [] : ["--endpoint", buddyRuns.url]), "--data", folder],
    {
      readFile: async (path: string) => own(await readFile(join(root, path), "utf8")),
      writeFile: (path: string, content: Uint8Array) => writeFile(join(folder, path), content),
      readBytes: (path: string) => readFile(path).catch(() => undefined),
      readFolder: (path: string) => readdir(path).catch(() => undefined),
    },
  );

  /** In this process, so that a test can look into it. */
  const startHere = async (authorities: string[] = []): Promise<void> => {
    here = await startServer({
      data_dir: folder,
      port: 0,
      live_enabled: true,
      registry_open: true,
      allowed_hosts: [service?.host ?? ""],
      authorities,
      policy: { settling_seconds: 1 },
    });
    buddyRuns = here;
  };

  /** As the page says it, in a process of its own, but for the folder and the port. */
  const startAsSaid = async (line: string, told: { readonly [name: string]: string }): Promise<void> => {
    const files = Object.entries(told).map(([name, file]) => [name, join(folder, file)]);
    buddyRuns = await startBuddy(own(line).split(" "), folder, Object.fromEntries(files));
  };

  const perform = async (step: string): Promise<string> => {
    const made = /^openssl req -x509 .* -addext subjectAltName=DNS:localhost -keyout (\S+) -out (\S+)$/.exec(step);
    if (made !== null) {
      // Not every machine that runs this has openssl.
      await writeFile(join(folder, made[1] ?? ""), tls.key);
      await writeFile(join(folder, made[2] ?? ""), tls.cert);
      return "";
    }
    const secret = /^echo (\S+) \| npx buddy (.+)$/.exec(step);
    if (secret !== null) return buddy(secret[2] ?? "", `${secret[1]}\n`);
    const { told, command } = withVariables(step);
    const program = /^npx node (\S+) (.+)$/.exec(command);
    if (program !== null) {
      const files = (program[2] ?? "").split(" ").map((file) => join(folder, file));
      service = await startExample(program[1] ?? "", files, told);
      return "";
    }
    const line = buddyLine(command);
    if (!line.startsWith("start ")) return performed(line);
    expect(line).toBe(`start --live --open-registry --allow-host ${host}`);
    if (buddyRuns === undefined) await startAsSaid(line, told);
    return "";
  };

  return {
    tls,
    buddy,
    performed,
    startHere,
    /** Of what `startHere` started. */
    deps: () => {
      if (here === undefined) throw new Error("Buddy was not started in this process");
      return here.stack.deps;
    },
    /** A file in the page's folder. */
    file: (name: string): string => join(folder, name),
    /** Each command of the page, in order, with what was said. */
    performAll: async ({
      before = async () => {},
      after = () => {},
    }: {
      readonly before?: (step: string) => Promise<void>;
      readonly after?: (step: string) => void;
    }): Promise<string> => {
      const text = await readFile(join(root, page), "utf8");
      const steps = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
        block.trim().split("\n"),
      );
      const said: string[] = [];
      for (const step of steps) {
        await before(step);
        said.push(await perform(step));
        after(step);
      }
      return said.join("\n");
    },
    /** Starts Buddy for a service of this process in the example's place. */
    startWith: async (listening: Server | SecureServer): Promise<void> => {
      await new Promise<void>((resolve) => {
        listening.listen(0, "127.0.0.1", resolve);
      });
      service = {
        host: `localhost:${listeningPort(listening)}`,
        stop: () => {
          listening.close();
          listening.closeAllConnections();
        },
      };
      await startHere([tls.cert]);
    },
  };
};
