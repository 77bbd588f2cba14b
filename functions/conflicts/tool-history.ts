import type { ConflictFacts } from "../../shared/conflicts/facts.ts";
import type { Deps } from "../deps.ts";

const DAY_SECONDS = 86_400;
/** A circuit looks at the last quarter of an hour and stays open for five minutes. */
const CIRCUIT_WINDOW_SECONDS = 900;
const CIRCUIT_OPEN_SECONDS = 300;
/** Five calls, half of them without an answer: below that a timeout is an accident. */
const CIRCUIT_MIN_CALLS = 5;
const CIRCUIT_TIMED_OUT_SHARE = 0.5;

/** What the last day says of each tool: how long its calls take, and whether it has stopped answering. */
export const toolHistory = async (
  deps: Pick<Deps, "clock" | "tallies">,
): Promise<Pick<ConflictFacts, "open_circuits" | "latency_seconds">> => {
  const now = deps.clock.now().toISOString();
  const recent = await deps.tallies.recent(CIRCUIT_WINDOW_SECONDS, now);
  const day = await deps.tallies.recent(DAY_SECONDS, now);
  const open_circuits = Object.entries(recent.tools).flatMap(([tool_name, tool]) => {
    const { successes, failures, indeterminate, timed_out } = tool.modes.LIVE;
    const calls = successes + failures + indeterminate;
    if (calls < CIRCUIT_MIN_CALLS || timed_out / calls < CIRCUIT_TIMED_OUT_SHARE) return [];
    const reason = `${timed_out} of the last ${calls} calls of ${tool_name} gave no answer in time`;
    return [[tool_name, { seconds_left: CIRCUIT_OPEN_SECONDS, reason }] as const];
  });
  const latency_seconds = Object.entries(day.tools).flatMap(([tool_name, tool]) => {
    const { calls, sum_ms } = tool.modes.LIVE.latency;
    return calls < CIRCUIT_MIN_CALLS ? [] : [[tool_name, sum_ms / calls / 1000] as const];
  });
  return { open_circuits: new Map(open_circuits), latency_seconds: new Map(latency_seconds) };
};
