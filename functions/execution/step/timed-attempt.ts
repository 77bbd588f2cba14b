import type { ExecutionMode } from "../../../shared/contracts/ceiling.ts";
import { READ_ATTEMPTS } from "../../../shared/execution/attempt/timing.ts";
import type { RungResult } from "../../../shared/execution/step-record.ts";
import { type PushBack, ToolFailure } from "../../../shared/ports/tools.ts";
import type { Deps } from "../../deps.ts";
import { waitFor } from "../../tools/timer.ts";

export type Attempt<Value> =
  | { readonly ok: true; readonly value: Value; readonly rung: RungResult }
  | ({ readonly ok: false; readonly error: string; readonly rung: RungResult } & PushBack);

/** For so long in all, in seconds, a rehearsal waits for a service that asks to be left alone: it cannot be put off. */
export const PATIENCE_SECONDS = 60;

/**
 * Runs something without effect and times it. A ToolFailure is an expected outcome; a read (`reads`) that failed is tried
 * again. A service that asks to be left alone is: in a rehearsal for as long as that is not long, in LIVE by who is told.
 * Anything else is thrown: the engine's retry and *Read the outcome* deal with it.
 */
export const timedAttempt = async <Value>(
  deps: Pick<Deps, "clock" | "timer">,
  mode: ExecutionMode,
  reads: boolean,
  run: () => Promise<Value>,
): Promise<Attempt<Value>> => {
  let pause = 1;
  let patience = mode === "LIVE" ? 0 : PATIENCE_SECONDS;
  const started = deps.clock.now();
  const rung = (outcome: RungResult["outcome"], error: string | null, timed_out: boolean): RungResult => ({
    mode,
    outcome,
    started_at: started.toISOString(),
    duration_ms: Math.max(0, deps.clock.now().getTime() - started.getTime()),
    timed_out,
    error,
  });
  let left = reads ? READ_ATTEMPTS : 1;
  for (;;) {
    try {
      const value = await run();
      return { ok: true, value, rung: rung("succeeded", null, false) };
    } catch (error) {
      if (!(error instanceof ToolFailure)) throw error;
      const { message, timed_out, again_in_seconds: asked } = error;
      const failed = { ok: false, error: message, rung: rung("failed", message, timed_out) } as const;
      if (asked === undefined) left -= 1;
      else if (Math.max(asked, pause) > patience) return { ...failed, again_in_seconds: asked };
      else {
        // One that says 0 again and again, or a time that is over, is asked after longer and longer pauses.
        const waited = Math.max(asked, pause);
        pause *= 2;
        patience -= waited;
        await waitFor(deps.timer, waited * 1_000);
      }
      if (left < 1) return failed;
    }
  }
};
