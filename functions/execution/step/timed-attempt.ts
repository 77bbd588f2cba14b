import type { ExecutionMode } from "../../../shared/contracts/ceiling.ts";
import { READ_ATTEMPTS } from "../../../shared/execution/attempt/timing.ts";
import type { Passing, PushBack } from "../../../shared/execution/call-outcome.ts";
import type { RungResult } from "../../../shared/execution/record/step-record.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import type { Deps } from "../../deps.ts";
import { waitFor } from "../../tools/timer.ts";

export type Attempt<Value> =
  | { readonly ok: true; readonly value: Value; readonly rung: RungResult }
  | ({ readonly ok: false; readonly error: string; readonly rung: RungResult } & PushBack & Passing);

/**
 * For so long in all, in seconds, a rehearsal waits for a service that asks to be left alone, or that is not there for a
 * moment: it cannot be put off, and what it asks changes nothing.
 */
export const PATIENCE_SECONDS = 60;

/** A service that is not there asks for no pause of a certain length. */
const pauseFor = (mode: ExecutionMode, { again_in_seconds: asked, passing }: ToolFailure): number | undefined =>
  asked ?? (passing && mode === "DRY_RUN" ? 0 : undefined);

/** Of a step that fails for it, whether the same may be asked again. */
export const passingFailure = ({
  passing,
  unsent = false,
}: Partial<Pick<ToolFailure, "passing" | "unsent">>): Passing => (passing || unsent ? { passing: true } : {});

/**
 * Runs something without effect and times it. A ToolFailure is an expected outcome; a read (`reads`) that failed is tried
 * again. A service that asks to be left alone is: in a rehearsal for as long as that is not long, in LIVE by who is told.
 * One that is not there for a moment is asked by a rehearsal after 1, 2, 4, 8 and 16 seconds; LIVE tries again at once, and
 * then it is for who is told. Anything else is thrown: the engine's retry and *Read the outcome* deal with it.
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
  let waits = 0;
  for (;;) {
    try {
      const value = await run();
      return { ok: true, value, rung: rung("succeeded", null, false) };
    } catch (error) {
      if (!(error instanceof ToolFailure)) throw error;
      const asked = pauseFor(mode, error);
      const { message, timed_out, again_in_seconds } = error;
      const words = waits === 0 ? message : `${message}; asked ${waits + 1} times in ${PATIENCE_SECONDS - patience} s`;
      const failed = {
        ok: false as const,
        ...{ error: words, rung: rung("failed", words, timed_out) },
        ...passingFailure(error),
      };
      if (asked === undefined) left -= 1;
      else if (Math.max(asked, pause) > patience) {
        return again_in_seconds === undefined ? failed : { ...failed, again_in_seconds };
      } else {
        // One that says 0 again and again, or a time that is over, is asked after longer and longer pauses.
        const waited = Math.max(asked, pause);
        pause *= 2;
        waits += 1;
        patience -= waited;
        await waitFor(deps.timer, waited * 1_000);
      }
      // A read in LIVE can be put off, as where its service asks for that.
      if (left < 1) return mode === "LIVE" && error.passing ? { ...failed, again_in_seconds: 0 } : failed;
    }
  }
};
