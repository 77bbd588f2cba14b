/** A circuit looks at the last quarter of an hour. */
export const CIRCUIT_WINDOW_SECONDS = 900;

/** So long a service is left alone after the last call that it gave no answer to. */
const CIRCUIT_OPEN_SECONDS = 300;

/** Below five calls a timeout is an accident, and a mean says nothing. */
const MIN_CALLS = 5;
const UNANSWERED_SHARE = 0.5;

/** A LIVE call that got no answer in time, or none that says what came of it; `of`: its service, or its tool where that has none. */
export type Unanswered = {
  readonly of: string;
  readonly tool_name: string;
  readonly execution_id: string;
  /** When it was left without one. */
  readonly at: string;
};

/** How many LIVE calls of one tool were answered, and the service that did; a tool without one answers for itself. */
export type Answered = { readonly of: string; readonly tool_name: string; readonly calls: number };

/** Nobody calls these tools until then, and why. */
export type Circuit = {
  readonly of: string;
  readonly tools: readonly string[];
  /** Five minutes after the last call without an answer: it does not move, unless another one gets none. */
  readonly until: string;
  readonly reason: string;
};

/**
 * Calls of services that may have stopped answering, as far as calls without an answer tell that: half of five are too
 * many, and the last was a moment ago.
 */
export const suspects = (unanswered: readonly Unanswered[], now: string): Map<string, Unanswered[]> =>
  new Map(
    [...Map.groupBy(unanswered, ({ of }) => of)].filter(
      ([, calls]) => calls.length >= MIN_CALLS * UNANSWERED_SHARE && untilOf(calls) > now,
    ),
  );

/**
 * Services that have stopped answering, by the calls of all of their tools in the last `CIRCUIT_WINDOW_SECONDS`: who
 * calls one tool of a service that is down would find it as down as who calls another. After its time one call may find
 * out whether it answers again: one more without an answer, and the service is left alone once more.
 */
export const openCircuits = (
  unanswered: readonly Unanswered[],
  answered: readonly Answered[],
  now: string,
): Circuit[] =>
  [...suspects(unanswered, now)].flatMap(([of, silent]): Circuit[] => {
    const heard = answered.filter((each) => each.of === of);
    const calls = heard.reduce((sum, each) => sum + each.calls, silent.length);
    if (calls < MIN_CALLS || silent.length / calls < UNANSWERED_SHARE) return [];
    const tools = [...new Set([...silent, ...heard].map(({ tool_name }) => tool_name))];
    const reason = `${silent.length} of the last ${calls} calls of ${of} gave no answer in time`;
    return [{ of, tools, until: untilOf(silent), reason }];
  });

const untilOf = (unanswered: readonly Unanswered[]): string => {
  const newest = Math.max(...unanswered.map(({ at }) => Date.parse(at)));
  return new Date(newest + CIRCUIT_OPEN_SECONDS * 1_000).toISOString();
};

/** Mean latency in seconds, where there are calls enough to speak of one. */
export const typicalLatency = ({ calls, sum_ms }: { calls: number; sum_ms: number }): number | undefined =>
  calls < MIN_CALLS ? undefined : sum_ms / calls / 1000;
