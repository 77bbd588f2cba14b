import type { WorkAnswer } from "./work.ts";

/** A handing out of a key to workers, as far as it tells what became of the call. */
type Handed = { readonly state: "offered" | "taken" | "withdrawn"; readonly answer: WorkAnswer | undefined };

/** The word of a worker that made the call of a key: whatever others said of the same key, it was made. */
export const wordThatMade = (handed: readonly Handed[]): WorkAnswer | undefined =>
  handed.find(({ answer }) => answer?.said.outcome === "committed")?.answer;

/**
 * The word that tells what became of the call of a key, of all its handings out, the first one first; undefined where
 * none does. That it was not made is told by the last one that stands alone: an earlier one knows nothing of a later,
 * which somebody may have begun.
 */
export const wordThatTells = (handed: readonly Handed[]): WorkAnswer | undefined => {
  const last = handed.findLast(({ state }) => state !== "withdrawn")?.answer;
  return wordThatMade(handed) ?? (last?.said.outcome === "rejected" ? last : undefined);
};
