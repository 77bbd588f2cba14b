/** Waiting is given, never taken, so that tests pass without it. */
export interface Timer {
  /** Runs `then` once after so many milliseconds. @returns a function that keeps it from running. */
  after(milliseconds: number, then: () => void): () => void;
}

/** A timer fires so much later than it was set for where the process was stopped, or something held its one thread. */
const LATE_MS = 500;

/** A process that goes on runs what is due before it reads what came meanwhile: for that it has this long. */
const READ_FIRST_MS = 1_000;

/**
 * A timer that does not take what came in time, and was not read yet, for late: one that fires long after it was due fires
 * once more, a second on. An answer that stood in the socket while the process was stopped has come by then.
 */
export const timerBy = (now: () => number): Timer => ({
  after: (milliseconds, then) => {
    const due = now() + milliseconds;
    const fire = (): void => {
      if (now() - due < LATE_MS) then();
      else handle = setTimeout(then, READ_FIRST_MS);
    };
    let handle = setTimeout(fire, milliseconds);
    return () => clearTimeout(handle);
  },
});

export const realTimer: Timer = timerBy(() => performance.now());

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
