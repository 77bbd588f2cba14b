import type { Deps } from "../../deps.ts";
import { type LoadCallDeps, type LoadedCall, loadCall } from "./load-call.ts";

export type AwaitCallDeps = LoadCallDeps & Pick<Deps, "changes">;

/** Looks again after 0.25 s, then half as long again each time, at most every 2 s: about 18 reads in 25 s. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Waits until a call has ended, for so many seconds at most, or until who asked has gone.
 * @returns how it stands then; undefined where there is no such call
 */
export const awaitCall = async (
  deps: AwaitCallDeps,
  call_id: string,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<LoadedCall | undefined> => {
  const ear = deps.changes.listen(call_id, seconds * 1_000);
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
      const loaded = await loadCall(deps, call_id);
      if (loaded?.answer.outcome !== "waiting") return loaded;
      if (ear.isOver() || signal?.aborted) return loaded;
      await ear.wait(pause, signal);
    }
  } finally {
    ear.stop();
  }
};
