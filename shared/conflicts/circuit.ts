/** Calls of one tool by what came of them, LIVE only. */
export type CallCounts = {
  readonly successes: number;
  readonly failures: number;
  readonly indeterminate: number;
  readonly timed_out: number;
};

/** A circuit looks at the last quarter of an hour and stays open for five minutes. */
export const CIRCUIT_WINDOW_SECONDS = 900;
const CIRCUIT_OPEN_SECONDS = 300;

/** Below five calls a timeout is an accident, and a mean says nothing. */
const MIN_CALLS = 5;
const TIMED_OUT_SHARE = 0.5;

/**
 * Whether a tool has stopped answering, by its calls of the last `CIRCUIT_WINDOW_SECONDS`: for how many seconds nobody
 * calls it, and why.
 */
export const openCircuit = (
  tool_name: string,
  { successes, failures, indeterminate, timed_out }: CallCounts,
): { readonly seconds_left: number; readonly reason: string } | undefined => {
  const calls = successes + failures + indeterminate;
  if (calls < MIN_CALLS || timed_out / calls < TIMED_OUT_SHARE) return undefined;
  const reason = `${timed_out} of the last ${calls} calls of ${tool_name} gave no answer in time`;
  return { seconds_left: CIRCUIT_OPEN_SECONDS, reason };
};

/** Mean latency in seconds, where there are calls enough to speak of one. */
export const typicalLatency = ({ calls, sum_ms }: { calls: number; sum_ms: number }): number | undefined =>
  calls < MIN_CALLS ? undefined : sum_ms / calls / 1000;
