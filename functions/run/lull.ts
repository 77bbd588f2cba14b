import { type Timer, waitFor } from "../tools/timer.ts";

/** Moments in which nobody waits for an answer, for work that nobody waits for. */
export type Lull = {
  /** Somebody waits for an answer from now on. @returns to be called once when it is there */
  answering(): () => void;
  /**
   * Resolves in a lull, after `most` milliseconds, or as soon as the signal is aborted.
   * @returns how many milliseconds it took, as far as it was waited on purpose
   */
  come(most: number, signal: AbortSignal): Promise<number>;
};

/** A lull has come when for `quiet` milliseconds nobody has been waiting: by then the last answer has been sent. */
export const lulls = (timer: Timer, quiet: number): Lull => {
  let answering = 0;
  /** How often somebody was answered. */
  let answered = 0;
  return {
    answering: () => {
      answering += 1;
      return () => {
        answering -= 1;
        answered += 1;
      };
    },
    come: async (most, signal) => {
      let waited = 0;
      let before = -1;
      while (waited < most && !signal.aborted && (answering > 0 || answered !== before)) {
        before = answered;
        await waitFor(timer, quiet, signal);
        waited += quiet;
      }
      return waited;
    },
  };
};
