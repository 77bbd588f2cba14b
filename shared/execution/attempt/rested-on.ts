import { digestOf } from "../../plan/digest.ts";
import { wasSetBack } from "../../plan/set-back.ts";
import { type LedgerRow, mayBeRunning } from "../record/ledger-row.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { Standing } from "../view/call-standing.ts";
import { secondsAfter } from "./timing.ts";
import { deferred, NOT_WAITING, notUndone, type Told } from "./told.ts";

/** The question names these many. */
const NAMED = 10;

/** A call that is running ends soon; what is unknown, or being undone, may take a person. In seconds. */
const PAUSE_SECONDS = { running: 5, undecided: 300 } as const;

/** After that, an outcome that nobody has found out is nothing to wait for any more: a person is asked beside it. */
const UNKNOWN_FOR_SECONDS = 3_600;

/** The reasons that keep a call from being undone: steps of other executions took it for their own, and acted on it. */
export type Rests =
  /** It may come to rest on the call yet, or is taken away before it: looked at again after so many seconds. */
  | { readonly kind: "moves"; readonly why: string; readonly seconds: number }
  /** `digest` names all of it. */
  | { readonly kind: "stands"; readonly why: string; readonly digest: string };

type Place = Pick<LedgerRow, "execution_id" | "step_id">;

/** One step that rests on the call; `seconds` until it is looked at again, of one that may be gone or decided by then. */
export type Resting = Place & { readonly words: string; readonly seconds: number | null };

/** @returns undefined where it has no effect that could lose its footing */
export const restingAs = (row: LedgerRow, standing: Standing, now: string): Resting | undefined => {
  const { execution_id, step_id, tool_name } = row;
  const name = `${step_id}${tool_name === "" ? "" : ` (${tool_name})`} of execution ${execution_id}`;
  const found = (words: string, seconds: number | null): Resting => ({ execution_id, step_id, words, seconds });
  switch (standing) {
    case "no_effect":
    case "undone":
      return undefined;
    case "stands":
    case "undo_asked":
      return found(`${name}, which rests on it, stands and is not undone`, null);
    case "being_undone":
      return found(`${name} is being undone first`, PAUSE_SECONDS.undecided);
    case "unknown": {
      const words = `what came of ${name}, which rests on it, is not known`;
      if (mayBeRunning(row, now)) return found(words, PAUSE_SECONDS.running);
      const age = Date.parse(now) - Date.parse(row.started_at);
      const forLong = age > UNKNOWN_FOR_SECONDS * 1000 || wasSetBack(now, row.started_at);
      return found(words, forLong ? null : PAUSE_SECONDS.undecided);
    }
  }
};

/**
 * The consequence of all of it for the undo; `more` than was looked at may rest on the call.
 * @returns undefined where nothing keeps it, also because the person who was asked knew of all that rests on the call
 */
export const restedOn = (
  { undo_despite }: Pick<StepRecord, "undo_despite">,
  resting: readonly Resting[],
  more: boolean,
): Rests | undefined => {
  for (const { words, seconds } of resting) if (seconds !== null) return { kind: "moves", why: words, seconds };
  if (resting.length === 0 && !more) return undefined;
  const digest = digestOf("rests-on", { places: resting.map((each) => [each.execution_id, each.step_id]), more });
  if (digest === undo_despite) return undefined;
  const named = resting.slice(0, NAMED).map(({ words }) => words);
  const others = more || resting.length > NAMED ? [more ? "and others" : `and ${resting.length - NAMED} more`] : [];
  return { kind: "stands", why: [...named, ...others].join("; "), digest };
};

/** Waits for what moves, for as long as that takes; a person says whether to undo what others' effects rest on. */
export const withheld = (record: StepRecord, rests: Rests, now: string): Told => {
  if (rests.kind === "moves") {
    return deferred("compensation", rests.why, { ...NOT_WAITING, look_again_at: secondsAfter(now, rests.seconds) });
  }
  return notUndone(record, rests.why, { undo_despite: rests.digest });
};
