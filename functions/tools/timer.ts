/** Waiting is given, never taken, so that tests pass without it. */
export interface Timer {
  /** Runs `then` once after so many milliseconds. @returns a function that keeps it from running. */
  after(milliseconds: number, then: () => void): () => void;
}

export const realTimer: Timer = {
  after: (milliseconds, then) => {
    const handle = setTimeout(then, milliseconds);
    return () => clearTimeout(handle);
  },
};

/** Resolves after so many milliseconds, or as soon as the signal is aborted. */
export const waitFor = (timer: Timer, milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = timer.after(milliseconds, end);
    signal?.addEventListener("abort", end);
  });
