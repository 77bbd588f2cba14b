import { handle } from "hono/aws-lambda";
import { noMetrics } from "../adapters/metrics/none.ts";
import { awsBus } from "../aws/bus.ts";
import { readEnvironment } from "../aws/environment.ts";
import { awsFiles } from "../aws/files.ts";
import { functionLog, type Invocation } from "../aws/log.ts";
import { awsRecords, awsTable } from "../aws/records.ts";
import { mockTools } from "../aws/toolbox.ts";
import { awsWaker } from "../aws/waker.ts";
import { awsWorkflow } from "../aws/workflow.ts";
import type { Deps } from "../deps.ts";
import { identifyByClaims } from "./http/claims.ts";
import type { Group } from "./http/endpoint.ts";
import { createRouter } from "./router.ts";

/** Only those who act wake anybody. */
const nobody: Deps["waker"] = {
  wake: () => Promise.reject(new Error("this group of routes wakes nobody")),
};

/** One group of routes behind an HTTP API, whose authorizer has verified every caller's token. */
export const apiHandler = (group: Group) => {
  const env = readEnvironment();
  const { log, invokedAs } = functionLog(env);
  const deps = {
    ...awsRecords(env, awsTable(env)),
    ...awsFiles(env),
    ...awsWorkflow(env),
    ...awsBus(env),
    ...(group === "act" ? awsWaker(env) : { waker: nobody }),
    ...mockTools(),
    signer: null,
    log,
    metrics: noMetrics,
  };
  const answer = handle(createRouter(deps, { identify: identifyByClaims(env.SCOPE_PREFIX), groups: [group] }));
  return (event: Parameters<typeof answer>[0], invocation: Invocation) => {
    invokedAs(invocation);
    return answer(event);
  };
};
