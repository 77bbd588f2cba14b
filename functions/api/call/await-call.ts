import type { Deps } from "../../deps.ts";
import { type LoadCallDeps, type LoadedCall, loadCall } from "./load-call.ts";

export type AwaitCallDeps = LoadCallDeps & Pick<Deps, "changes">;

/** Looks again after 0.25 s, then half as long again each time, at most every 2 s: about 18 reads in 25 s. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/** How long an execution is looked at: so many seconds at most, or until who asked has gone. */
export type Looking<Seen> = {
  readonly execution_id: string;
  readonly seconds: number;
  readonly signal: AbortSignal | undefined;
  readonly look: () => Promise<Seen>;
  /** Whether there is nothing to wait for in what was seen. */
  readonly isOver: (seen: Seen) => boolean;
};

/** Looks at an execution until there is nothing to wait for. @returns what was seen last */
export const lookUntil = async <Seen>(
  { changes }: Pick<Deps, "changes">,
  { execution_id, seconds, signal, look, isOver }: Looking<Seen>,
): Promise<Seen> => {
  const ear = changes.listen(execution_id, seconds * 1_000);
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
      const seen = await look();
      if (isOver(seen) || ear.isOver() || signal?.aborted) return seen;
      await ear.wait(pause, signal);
    }
  } finally {
    ear.stop();
  }
};

/**
 * Waits until a call has ended, for so many seconds at most, or until who asked has gone.
 * @returns how it stands then; undefined where there is no such call
 */
export const awaitCall = (
  deps: AwaitCallDeps,
  call_id: string,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<LoadedCall | undefined> =>
  lookUntil(deps, {
    execution_id: call_id,
    seconds,
    signal,
    look: () => loadCall(deps, call_id),
    isOver: (loaded) => loaded?.answer.outcome !== "waiting",
  });
