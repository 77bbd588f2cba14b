import type { Timer } from "../tools/timer.ts";

/** Moments in which nobody waits for an answer, for work that nobody waits for. */
export type Lull = {
  /** Somebody waits for an answer from now on. @returns to be called once when it is there */
  answering(): () => void;
  /** Resolves in a lull, or as soon as `hurry` does. */
  come(hurry: Promise<void>): Promise<void>;
};

/** A lull begins when for `quiet` milliseconds nobody has been waiting: by then the last answer has been sent. */
export const lulls = (timer: Timer, quiet: number): Lull => {
  let answering = 0;
  let isLull = false;
  let next: PromiseWithResolvers<void> | undefined;
  let cancel = (): void => {};

  const begin = (): void => {
    isLull = true;
    next?.resolve();
    next = undefined;
  };
  const awaitQuiet = (): void => {
    cancel();
    if (answering === 0) cancel = timer.after(quiet, begin);
  };
  return {
    answering: () => {
      answering += 1;
      isLull = false;
      cancel();
      return () => {
        answering -= 1;
        awaitQuiet();
      };
    },
    come: async (hurry) => {
      if (isLull) return;
      next ??= Promise.withResolvers();
      await Promise.race([next.promise, hurry]);
    },
  };
};
