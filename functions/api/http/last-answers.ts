/** Requests that wait for something to happen, and are answered as it stands when their server is about to stop. */
export type LastAnswers = {
  /**
   * `gone`: whoever asked waits no more. The signal is aborted then, and where the server stops, for as long as `work`
   * takes, and what it says goes on after it.
   */
  readonly during: <Value>(gone: AbortSignal, work: Work<Value>) => Promise<Value>;
  /** From now on nothing waits. */
  readonly now: () => void;
};

/** `goesOn`: that an answer which has begun, a stream of events for one, is given until then. */
export type Work<Value> = (signal: AbortSignal, goesOn: (until: Promise<unknown>) => void) => Promise<Value>;

/**
 * A signal of its own for each request, which is forgotten with it: joined to one that lives as long as the server, each
 * would be kept by that for as long.
 */
export const lastAnswers = (): LastAnswers => {
  const waiting = new Set<AbortController>();
  let stopping = false;
  return {
    during: async (gone, work) => {
      const either = new AbortController();
      const leave = (): void => either.abort();
      gone.addEventListener("abort", leave, { once: true });
      if (stopping || gone.aborted) leave();
      waiting.add(either);
      let over: Promise<unknown> = Promise.resolve();
      try {
        return await work(either.signal, (until) => {
          over = until;
        });
      } finally {
        over.finally(() => waiting.delete(either));
      }
    },
    now: () => {
      stopping = true;
      for (const each of waiting) each.abort();
    },
  };
};
