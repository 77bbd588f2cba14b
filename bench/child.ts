import { benchAcceptance } from "./acceptance.ts";
import { benchBrowserSteps } from "./browser-steps.ts";
import { benchConflicts } from "./conflicts.ts";
import { countsPerStep } from "./cost/tables.ts";
import { benchDecisions } from "./decisions/bench.ts";
import { type Figure, figureOf } from "./figure.ts";
import { benchCalls } from "./one-call/calls.ts";
import { benchGateways } from "./one-call/gateways.ts";
import { benchWaitingCalls } from "./one-call/waiting-calls.ts";
import { benchOpenApiImport } from "./openapi-import.ts";
import { history } from "./stack/history.ts";
import { manyContracts } from "./stack/many-contracts.ts";
import { liveInMemory, lockLatency, lockOfMany, waiting, writesPerLiveStep } from "./stack/safety.ts";
import { large, throughput } from "./stack/throughput.ts";

/** Every workload by its name; each runs in a process of its own, so that one's memory is not another's. */
export const workloads = {
  conflicts: async () => benchConflicts().map(({ name, figure, unit }) => figureOf(name, figure, unit)),
  acceptance: benchAcceptance,
  decisions: benchDecisions,
  "browser steps": benchBrowserSteps,
  "OpenAPI import": async () => benchOpenApiImport(),
  "one call": benchCalls,
  "MCP gateways": benchGateways,
  "waiting calls": benchWaitingCalls,
  history,
  "counts per step": countsPerStep,
  "writes per LIVE step": writesPerLiveStep,
  "LIVE in memory": liveInMemory,
  throughput,
  "1,000 steps": large,
  "many contracts": manyContracts,
  lock: lockLatency,
  "lock of many": lockOfMany,
  "waiting executions": waiting,
} as const satisfies Record<string, () => Promise<Figure[]>>;

const perSecond = (steps: number): Figure[] => [figureOf("approved steps on disk", steps, "per second")];

/** Their packages are there only where the workload `peers` has installed them. */
const peers: Readonly<Record<string, () => Promise<Figure[]>>> = {
  "peer: Buddy": async () => perSecond(await (await import("./peers/buddy.ts")).buddySteps()),
  "peer: Restate": async () => perSecond(await (await import("./peers/restate.ts")).restateSteps()),
  "peer: DBOS": async () => perSecond(await (await import("./peers/dbos.ts")).dbosSteps()),
};

if (process.send !== undefined) {
  const name = process.argv[2] ?? "";
  const workload = Object.entries({ ...workloads, ...peers }).find(([each]) => each === name)?.[1];
  if (workload === undefined) throw new Error(`no workload is called ${name}`);
  const figures = await workload();
  process.send(figures, () => process.exit(0));
}
