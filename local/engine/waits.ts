import type { Timer } from "../../functions/tools/timer.ts";
import type { Json } from "../../shared/plan/json.ts";
import { StatesTimeout } from "./time-limit.ts";

type Wait = {
  readonly seconds: number;
  /** Keeps the token where who wakes will find it: from then on the wait rests. */
  readonly store: (task_token: string) => Promise<unknown>;
  readonly onRest: () => void;
};

/** The waits of runs, each until somebody wakes it by a token or its time is over. */
export type Waits = {
  /** @returns the output that it was woken with @throws StatesTimeout, or what it was cut off with */
  wait(wait: Wait): Promise<Json>;
  wake(task_token: string, output: Json): "woken" | "dead";
  /** How many wait, and their token is stored. */
  resting(): number;
  /** Ends all that wait. */
  cutOff(error: Error): void;
};

export const waitsUntilWoken = (timer: Timer): Waits => {
  const waiting = new Map<string, (output: Json) => void>();
  /** Ends the waits of a process that stops: the interpreter keeps a timer for each, which would keep the process. */
  const endings = new Set<(error: Error) => void>();
  const resting = new Set<string>();
  let given = 0;

  const forget = (task_token: string): void => {
    waiting.delete(task_token);
    resting.delete(task_token);
  };

  return {
    wait: async ({ seconds, store, onRest }) => {
      given += 1;
      const task_token = `local-${process.pid}-${given}`;
      const woken = Promise.withResolvers<Json>();
      const cancel = timer.after(seconds * 1000, () => {
        forget(task_token);
        woken.reject(new StatesTimeout(`nobody woke it within ${seconds} s`));
      });
      waiting.set(task_token, woken.resolve);
      endings.add(woken.reject);
      // It may be woken, or its time be over, while the token is still being stored: nobody looks at it yet.
      woken.promise.catch(() => {});
      try {
        await store(task_token);
        if (waiting.has(task_token)) resting.add(task_token);
        onRest();
        return await woken.promise;
      } finally {
        cancel();
        endings.delete(woken.reject);
        forget(task_token);
      }
    },
    wake: (task_token, output) => {
      const resolve = waiting.get(task_token);
      if (resolve === undefined) return "dead";
      forget(task_token);
      resolve(output);
      return "woken";
    },
    resting: () => resting.size,
    cutOff: (error) => {
      for (const end of endings) end(error);
    },
  };
};
