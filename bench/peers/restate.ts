import { once } from "node:events";
import { createServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { createRequire } from "node:module";
import { z } from "zod";
import { freePorts, withFolder, withServer } from "./program.ts";
import { numbers, PLANS, STEPS, stepsPerSecond } from "./rounds.ts";

/** The part of the SDK that is used, as its declarations have it; it is installed for this workload only. */
type Context = {
  run<Value>(name: string, action: () => Promise<Value>): Promise<Value>;
  promise(name: string): { get(): Promise<unknown>; resolve(value: unknown): Promise<void> };
};
type Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;
type Sdk = {
  workflow(definition: {
    name: string;
    handlers: Record<string, (ctx: Context, input: number) => Promise<unknown>>;
  }): object;
  createEndpointHandler(options: { services: object[]; logger: () => void }): Listener;
  RestatePromise: { all(promises: readonly Promise<unknown>[]): Promise<unknown> };
};
const isSdk = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "createEndpointHandler" in value;
const load = createRequire(import.meta.url);

/** Each step: a preview on record, a person's answer, and the act on record. */
const planOf = ({ workflow, RestatePromise }: Sdk): object =>
  workflow({
    name: "plan",
    handlers: {
      run: async (ctx, steps) => {
        const each = numbers(steps);
        await RestatePromise.all(each.map((n) => ctx.run(`preview-${n}`, async () => ({ step: n, changes: [] }))));
        await RestatePromise.all(each.map((n) => ctx.promise(`approved-${n}`).get()));
        await RestatePromise.all(each.map((n) => ctx.run(`act-${n}`, async () => ({ step: n, done: true }))));
      },
      approve: (ctx, n) => ctx.promise(`approved-${n}`).resolve("bob"),
    },
  });

const asked = async (url: string, body?: unknown): Promise<Response> => {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const reply = await fetch(url, body === undefined ? {} : init);
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${await reply.text()}`);
  await reply.arrayBuffer();
  return reply;
};

/** Restate's server on disk, as it comes, with its services in this process. @returns steps a second */
export const restateSteps = (): Promise<number> =>
  withFolder(async (folder) => {
    const sdk = z.custom<Sdk>(isSdk).parse(load("@restatedev/restate-sdk"));
    const services = createServer(sdk.createEndpointHandler({ services: [planOf(sdk)], logger: () => {} })).listen(
      0,
      "127.0.0.1",
    );
    await once(services, "listening");
    const address = services.address();
    if (address === null || typeof address === "string") throw new Error("the services have no port");
    const [node, admin, ingress] = await freePorts(3);
    const at = (port: number | undefined): string => `127.0.0.1:${port}`;
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      RESTATE_BASE_DIR: folder,
      RESTATE_DISABLE_TELEMETRY: "true",
      RESTATE_LOG_FILTER: "warn",
      RESTATE_BIND_ADDRESS: at(node),
      RESTATE_ADVERTISED_ADDRESS: `http://${at(node)}`,
      RESTATE_ADMIN__BIND_ADDRESS: at(admin),
      RESTATE_INGRESS__BIND_ADDRESS: at(ingress),
    };
    const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
    const server = createRequire(load.resolve("@restatedev/restate-server/package.json")).resolve(
      `${platform}/bin/restate-server`,
    );
    const isUp = async (): Promise<boolean> => (await fetch(`http://${at(admin)}/health`)).ok;
    const round = async (name: string): Promise<void> => {
      const plans = numbers(PLANS).map((plan) => `http://${at(ingress)}/plan/${name}-${plan}`);
      await Promise.all(plans.map((plan) => asked(`${plan}/run/send`, STEPS)));
      await Promise.all(plans.flatMap((plan) => numbers(STEPS).map((n) => asked(`${plan}/approve`, n))));
      await Promise.all(
        plans.map((plan) => asked(plan.replace("/plan/", "/restate/workflow/plan/").concat("/attach"))),
      );
    };
    return withServer([server, "--no-logo"], { env, cwd: folder }, isUp, async () => {
      await asked(`http://${at(admin)}/deployments`, { uri: `http://${at(address.port)}` });
      return stepsPerSecond(round);
    }).finally(() => services.close());
  });
