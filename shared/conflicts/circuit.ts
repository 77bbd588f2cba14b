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

/** A tool, its calls, and the service that answers for it; a tool without one answers for itself. */
export type CalledTool = {
  readonly tool_name: string;
  readonly service: string | undefined;
  readonly counts: CallCounts;
};

/** Nobody calls these tools for so many seconds, and why. */
export type Circuit = {
  readonly of: string;
  readonly tools: readonly string[];
  readonly seconds_left: number;
  readonly reason: string;
};

/**
 * Services that have stopped answering, by the calls of all of their tools in the last `CIRCUIT_WINDOW_SECONDS`: who
 * calls one tool of a service that is down would find it as down as who calls another.
 */
export const openCircuits = (tools: readonly CalledTool[]): Circuit[] =>
  [...Map.groupBy(tools, ({ service, tool_name }) => service ?? tool_name)].flatMap(([of, called]): Circuit[] => {
    const total = (count: keyof CallCounts): number => called.reduce((sum, { counts }) => sum + counts[count], 0);
    const calls = total("successes") + total("failures") + total("indeterminate");
    const timed_out = total("timed_out");
    if (calls < MIN_CALLS || timed_out / calls < TIMED_OUT_SHARE) return [];
    const reason = `${timed_out} of the last ${calls} calls of ${of} gave no answer in time`;
    return [{ of, tools: called.map(({ tool_name }) => tool_name), seconds_left: CIRCUIT_OPEN_SECONDS, reason }];
  });

/** Mean latency in seconds, where there are calls enough to speak of one. */
export const typicalLatency = ({ calls, sum_ms }: { calls: number; sum_ms: number }): number | undefined =>
  calls < MIN_CALLS ? undefined : sum_ms / calls / 1000;
