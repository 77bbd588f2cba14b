import { handingOutOf, type WorkAnswer } from "./work.ts";

/** A handing out of a key to workers, as far as it tells what became of the call. */
type Handed = {
  readonly call: { readonly call_id: string };
  readonly state: "offered" | "taken" | "withdrawn";
  readonly answer: WorkAnswer | undefined;
};

/** The word of a worker that made the call of a key: whatever others said of the same key, it was made. */
export const wordThatMade = (handed: readonly Handed[]): WorkAnswer | undefined =>
  handed.find(({ answer }) => answer?.said.outcome === "committed")?.answer;

/**
 * The word after which the call of a key is handed out no more, of all its handings out, the first one first; undefined
 * where there is none. That it was not made is said by the last one that stands alone: an earlier one knows nothing of a
 * later, which somebody may have begun. It tells what became of the call only where `refusedByAll`.
 */
export const wordThatTells = (handed: readonly Handed[]): WorkAnswer | undefined => {
  const last = handed.findLast(({ state }) => state !== "withdrawn")?.answer;
  return wordThatMade(handed) ?? (last?.said.outcome === "rejected" ? last : undefined);
};

/**
 * Whether every worker that was given the call of a key has said that it did not make it: one that knows of its own
 * handing out alone says nothing for the others. The handings out are all there are, the first one first; they are
 * forgotten one by one, and for one that is forgotten nobody speaks.
 */
export const refusedByAll = (handed: readonly Handed[]): boolean =>
  handed[0] !== undefined &&
  handingOutOf(handed[0].call.call_id)?.number === 1 &&
  handed.every(({ state, answer }) => state === "withdrawn" || answer?.said.outcome === "rejected");
