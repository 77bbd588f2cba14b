import { z } from "zod";
import { handlers } from "../infra/handlers.ts";
import { routes } from "../infra/routes.ts";
import { ARTIFACTS } from "../shared/artifacts/index.ts";
import { conflictType, resolutionStrategy } from "../shared/conflicts/schedule.ts";
import { standardContracts } from "../shared/contracts/standard-contracts.ts";
import { EXECUTION_STATES } from "../shared/execution/record/states.ts";
import { signalType } from "../shared/feedback/learning-signal.ts";
import { METRIC_NAMES } from "../shared/health/metrics.ts";
import { TELEMETRY_NAMES } from "../shared/health/telemetry.ts";
import { SCOPES } from "../shared/scopes.ts";
import { INVARIANTS } from "../simulation/invariants/index.ts";
import { MUTANTS } from "./mutants/mutants.ts";
import type { ProjectFile } from "./project-files.ts";
import type { Counted } from "./true-counts.ts";

const plans = z.object({ plans: z.array(z.unknown()) });
const agents = z.object({ agents: z.array(z.unknown()) });

/** How many a step of CI plays. @throws Error when the step no longer says so */
const playedInCi = (files: readonly ProjectFile[], step: RegExp): number => {
  const [, count] = step.exec(files.find(({ path }) => path === ".ci/run")?.text ?? "") ?? [];
  if (count === undefined) throw new Error(`.ci/run no longer says ${String(step)}`);
  return Number(count);
};

/** Everything whose number sentences state and code knows, counted now. */
export const countedNow = (files: readonly ProjectFile[]): Counted[] => {
  const read = (path: string): unknown => JSON.parse(files.find((file) => file.path === path)?.text ?? "null");
  const examples = plans.parse(read("examples/plans.json")).plans;
  const proposers = agents.parse(read("examples/agents.json")).agents;
  return [
    {
      what: "artifacts",
      count: ARTIFACTS.length,
      phrases: [
        "N (?:artifacts|output files)",
        "(?:the|its) N files",
        "N files (?:tell of|for later phases)",
        "N files(?: and| and the|, the) `?manifest",
      ],
    },
    {
      what: "types of conflict",
      count: conflictType.options.length,
      phrases: [
        "N (?:conflict types|types of conflicts?|kinds of conflicts?)",
        "N types, \\w+ ways out",
        "N kinds, found",
      ],
    },
    {
      what: "ways out of a conflict",
      count: resolutionStrategy.options.length,
      phrases: ["N (?:ways out|resolution strategies)"],
    },
    {
      what: "health metrics",
      count: METRIC_NAMES.length,
      phrases: ["(?:the )?N health metrics", "N metrics, anomalies", "the N metrics", "the N of `GET /health`"],
    },
    {
      what: "metrics of a deployment",
      count: TELEMETRY_NAMES.length,
      phrases: ["N custom metrics", "N metrics are"],
    },
    {
      what: "plans among the examples",
      count: examples.length,
      phrases: ["N example plans", "N plans of \\w+ agents", "submits N plans"],
    },
    { what: "agents among the examples", count: proposers.length, phrases: ["plans of N agents"] },
    {
      what: "standard tools",
      count: standardContracts().length,
      phrases: ["N (?:standard|sandbox) (?:tools|contracts)"],
    },
    {
      what: "states of the ladder",
      count: EXECUTION_STATES.length,
      phrases: ["N (?:execution states|states of the ladder)"],
    },
    {
      what: "types of signal",
      count: signalType.options.length,
      phrases: ["N (?:signal types|types of signals?|kinds of signals?)"],
    },
    { what: "invariants", count: INVARIANTS.length, phrases: ["N invariants"] },
    { what: "mutants", count: MUTANTS.length, phrases: ["N mutants"] },
    { what: "scopes", count: SCOPES.length, phrases: ["(?:the|all) N scopes"] },
    { what: "routes", count: routes.length, phrases: ["(?:the|all) N routes"] },
    {
      what: "Lambda functions",
      count: Object.keys(handlers).length,
      phrases: ["all N (?:Lambda )?functions", "N Lambda functions"],
    },
    {
      what: "schedules that CI plays",
      count: playedInCi(files, /simulate -- --schedules (\d+) --seed 1\b/),
      phrases: ["schedules N --seed 1 +# what CI plays", "CI plays N schedules", "CI's N schedules"],
    },
    {
      what: "executions at once that CI plays",
      count: playedInCi(files, /many -- --executions (\d+)\b/),
      phrases: ["executions N +# a real process with many executions at once, as CI plays it"],
    },
  ];
};
