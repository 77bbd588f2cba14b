/** More than any process is stopped for while a call is under way. */
const AFTER_SIGNAL_MS = 900_000;

/**
 * For how many milliseconds an adapter itself waits for an answer. A caller that gives a signal aborts it when the time is
 * up, and tells an answer that did not come from one that was not read yet: the adapter's own timer would not.
 */
export const outerLimitMs = ({ timeout_ms, signal }: { timeout_ms: number; signal?: AbortSignal }): number =>
  signal === undefined ? timeout_ms : timeout_ms + AFTER_SIGNAL_MS;
