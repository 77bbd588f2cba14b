import { noMetrics } from "../adapters/metrics/none.ts";
import { noTracing } from "../adapters/tracing/none.ts";
import { type Environment, readEnvironment } from "../aws/environment.ts";
import { awsFiles } from "../aws/files.ts";
import { functionLog, type Invocation, sendSpans } from "../aws/log.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { awsWorkflow } from "../aws/workflow.ts";
import type { Deps } from "../deps.ts";
import { identifyByClaims } from "./http/claims.ts";
import { inBytes } from "./http/in-bytes.ts";
import { withWholePath } from "./http/whole-path.ts";
import { createRouter, type RouterOptions } from "./router.ts";

const notHere = (what: string) => (): never => {
  throw new Error(`no route of this function ${what}`);
};

/** A request that no route takes, or only some: its client is loaded by the function that has it. */
const elsewhere = {
  waker: { wake: async () => notHere("wakes executions")() },
  carrier: { carry: async () => notHere("makes calls")() },
  bus: { publish: async () => notHere("publishes events")() },
  toolbox: { adapterFor: notHere("calls tools") },
  toolLists: { of: async () => notHere("asks servers")() },
  passedOn: {
    prompts: async () => notHere("asks servers")(),
    resources: async () => notHere("asks servers")(),
    templates: async () => notHere("asks servers")(),
    prompt: async () => notHere("asks servers")(),
    resource: async () => notHere("asks servers")(),
  },
  webhookSecrets: {
    get: async () => notHere("reads secrets")(),
    put: async () => notHere("keeps secrets")(),
    replace: async () => notHere("keeps secrets")(),
    remove: async () => notHere("removes secrets")(),
  },
  notices: { send: async () => notHere("sends notices")() },
  secretNames: { has: async () => notHere("takes contracts")() },
  signer: null,
  metrics: noMetrics,
  tracing: noTracing,
} satisfies Partial<Deps>;

/**
 * One group of routes behind an HTTP API, whose authorizer has verified every caller's token.
 * @param more what this group needs beyond records, files and the start of runs
 */
export const apiHandler = (
  routes: Pick<RouterOptions, "serves" | "document" | "open">,
  more: (env: Environment, log: Deps["log"]) => Partial<Deps> = () => ({}),
) => {
  const env = readEnvironment();
  const { log, invokedAs } = functionLog(env);
  const deps: Deps = {
    ...elsewhere,
    ...awsRecords(env, awsTable(env)),
    ...awsFiles(env),
    ...awsWorkflow(env),
    ...more(env, log),
    log,
  };
  const answer = inBytes(createRouter(deps, { identify: identifyByClaims(env.SCOPE_PREFIX), ...routes }));
  return async (event: Parameters<typeof answer>[0], invocation: Invocation) => {
    invokedAs(invocation);
    const answered = await answer(withWholePath(event));
    await sendSpans(log, deps.tracing);
    return answered;
  };
};
