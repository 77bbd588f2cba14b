import {
  type Answered,
  CIRCUIT_WINDOW_SECONDS,
  type Circuit,
  openCircuits,
  suspects,
  type Unanswered,
} from "../../shared/conflicts/circuit.ts";
import { serviceOf } from "../../shared/contracts/service.ts";
import { secondsAfter } from "../../shared/execution/attempt/timing.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import type { Deps } from "../deps.ts";
import { readSubmission } from "./documents.ts";

export type CircuitDeps = Pick<
  Deps,
  "aggregates" | "bodies" | "contracts" | "executions" | "steps" | "unansweredCalls"
>;

/** Of the newest executions that still run so many are looked at: what a service answered to others is not known. */
const LOOKED_AT = 8;

/**
 * Services that have stopped answering by now, told by the calls of all of their tools, whoever made them: each that got
 * no answer by when that was, however long its execution goes on, and those that were answered as far as executions that
 * ended, or in which others got no answer, tell of them.
 */
export const circuitsAt = async (deps: CircuitDeps, now: string): Promise<Circuit[]> => {
  const since = secondsAfter(now, -CIRCUIT_WINDOW_SECONDS);
  const unanswered = await deps.unansweredCalls.between(since, now);
  const silent = [...suspects(unanswered, now).values()].flat();
  // Nothing else is read where every service answers.
  if (silent.length === 0) return [];
  const [ended, running] = await Promise.all([answeredInEnded(deps, now), answeredInRunning(deps, silent, since)]);
  return openCircuits(silent, [...ended, ...running], now);
};

const answeredInEnded = async (
  { aggregates, contracts }: Pick<CircuitDeps, "aggregates" | "contracts">,
  now: string,
): Promise<Answered[]> => {
  const { tools } = await aggregates.recent(CIRCUIT_WINDOW_SECONDS, now);
  return Promise.all(
    Object.entries(tools).map(async ([tool_name, { modes }]) => {
      const { successes, failures, indeterminate, timed_out } = modes.LIVE;
      const contract = await contracts.get(tool_name);
      const of = (contract && serviceOf(contract)) ?? tool_name;
      // Those that got no answer count by when that was, which may be long before their execution ended.
      return { of, tool_name, calls: Math.max(0, successes + failures + indeterminate - timed_out) };
    }),
  );
};

const answeredInRunning = async (
  deps: Pick<CircuitDeps, "bodies" | "executions" | "steps">,
  silent: readonly Unanswered[],
  since: string,
): Promise<Answered[]> => {
  const newest = silent.toSorted((one, other) => (one.at < other.at ? 1 : -1));
  const ids = [...new Set(newest.map(({ execution_id }) => execution_id))].slice(0, LOOKED_AT);
  // One that cannot be read, for whatever reason, tells of no answer, and stops nobody who only wants to know of a service.
  const found = await Promise.all(ids.map((id) => answeredIn(deps, id, since).catch(() => [])));
  return found.flat();
};

/** Calls of an execution that were answered so far; none of one that has ended, whose calls are in the sums. */
const answeredIn = async (
  { bodies, executions, steps }: Pick<CircuitDeps, "bodies" | "executions" | "steps">,
  execution_id: string,
  since: string,
): Promise<Answered[]> => {
  const execution = await executions.get(execution_id);
  if (execution === undefined || execution.concluded !== null) return [];
  const [{ plans, contractOf }, records] = await Promise.all([
    readSubmission(bodies, execution.submission),
    steps.all(execution_id),
  ]);
  const toolOf = new Map(plans.flatMap((plan) => plan.steps).map(({ step_id, tool_name }) => [step_id, tool_name]));
  return records.flatMap((record): Answered[] => {
    const contract = contractOf.get(toolOf.get(record.step_id) ?? "");
    if (contract === undefined || !isAnsweredSince(record, since)) return [];
    const { tool_name } = contract;
    return [{ of: serviceOf(contract) ?? tool_name, tool_name, calls: 1 }];
  });
};

const isAnsweredSince = ({ rungs, made_up }: StepRecord, since: string): boolean => {
  const calls = rungs.filter(({ mode }) => mode === "LIVE");
  const last = calls.at(-1);
  return made_up !== true && last !== undefined && last.started_at >= since && !calls.some((call) => call.timed_out);
};
