/** Requests that wait for something to happen, and are answered as it stands when their server is about to stop. */
export type LastAnswers = {
  /** `gone`: whoever asked waits no more. The signal is aborted then, and where the server stops. */
  readonly during: <Value>(gone: AbortSignal, work: (signal: AbortSignal) => Promise<Value>) => Promise<Value>;
  /** From now on nothing waits. */
  readonly now: () => void;
};

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
      try {
        return await work(either.signal);
      } finally {
        waiting.delete(either);
      }
    },
    now: () => {
      stopping = true;
      for (const each of waiting) each.abort();
    },
  };
};
