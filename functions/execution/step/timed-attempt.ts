import type { ExecutionMode } from "../../../shared/contracts/ceiling.ts";
import { READ_ATTEMPTS } from "../../../shared/execution/attempt/timing.ts";
import type { RungResult } from "../../../shared/execution/step-record.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import type { Deps } from "../../deps.ts";
import type { Remarks } from "../../tools/tool-port.ts";

export type Attempt<Value> =
  | { readonly ok: true; readonly value: Value; readonly rung: RungResult }
  | { readonly ok: false; readonly error: string; readonly rung: RungResult };

/** What is on record beside a tool's answer: what was left out of it, and where it is not what the contract promises. */
export const cutInWords = ({ cut, unfit }: Remarks): string | null => {
  const words = [
    ...(typeof cut === "string" ? [`the tool's answer was cut: ${cut}`] : []),
    ...(unfit !== undefined ? [`its output does not fit its output_schema: ${unfit}`] : []),
  ];
  return words.length === 0 ? null : words.join("; ");
};

/**
 * Runs something without effect and times it. A ToolFailure is an expected outcome; `attempts` allows a read that failed
 * to be tried again. Anything else is thrown: the engine's retry and *Read the outcome* deal with it.
 */
export const timedAttempt = async <Value>(
  deps: Pick<Deps, "clock">,
  mode: ExecutionMode,
  reads: boolean,
  run: () => Promise<Value>,
): Promise<Attempt<Value>> => {
  const started = deps.clock.now();
  const rung = (outcome: RungResult["outcome"], error: string | null, timed_out: boolean): RungResult => ({
    mode,
    outcome,
    started_at: started.toISOString(),
    duration_ms: Math.max(0, deps.clock.now().getTime() - started.getTime()),
    timed_out,
    error,
  });
  for (let left = reads ? READ_ATTEMPTS : 1; ; left -= 1) {
    try {
      const value = await run();
      return { ok: true, value, rung: rung("succeeded", null, false) };
    } catch (error) {
      if (!(error instanceof ToolFailure)) throw error;
      if (left <= 1) return { ok: false, error: error.message, rung: rung("failed", error.message, error.timed_out) };
    }
  }
};
