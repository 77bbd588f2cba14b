import { setTimeout as realTimeout } from "node:timers";
import { Surprise } from "../../shared/plan/surprise.ts";

/** By its name, as an error of a state: `States.TaskFailed` in a Retry does not mean it. */
export class StatesTimeout extends Surprise {
  override name = "States.Timeout";
}

/**
 * A call that answers after the time goes on, and nobody hears of it: as of a function that its engine has given up.
 * @throws StatesTimeout
 */
export const within = async (seconds: number | undefined, work: () => Promise<unknown>): Promise<unknown> => {
  if (seconds === undefined) return work();
  const over = Promise.withResolvers<never>();
  const timeout = realTimeout(() => over.reject(new StatesTimeout(`not done within ${seconds} s`)), seconds * 1000);
  timeout.unref();
  try {
    return await Promise.race([work(), over.promise]);
  } finally {
    clearTimeout(timeout);
  }
};

/** A moment that keeps no process: the server does that. */
export const pause = async (milliseconds: number): Promise<void> => {
  if (milliseconds === 0) return;
  await new Promise<void>((resolve) => realTimeout(resolve, milliseconds).unref());
};
