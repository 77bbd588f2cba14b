/** Whether a character, by its code, is one that stands here. */
export type Fits = (code: number) => boolean;

/** One step of a pattern's program. Numbers called `to` are places in the program. */
export type Step =
  /** One character; `back` inside a lookbehind, which reads from right to left. */
  | { readonly op: "one"; readonly fits: Fits; readonly back: boolean }
  /** The same one, from `min` to `max` times. */
  | {
      readonly op: "run";
      readonly fits: Fits;
      readonly back: boolean;
      readonly min: number;
      readonly max: number;
      readonly greedy: boolean;
    }
  /** Tries `to`, and if that leads nowhere `other`. */
  | { readonly op: "split"; readonly to: number; readonly other: number }
  | { readonly op: "jump"; readonly to: number }
  /** Notes where it is: where a group begins or ends, or one turn of a repetition. */
  | { readonly op: "note"; readonly register: number }
  /** Forgets what the groups inside a repetition held in the turn before. */
  | { readonly op: "forget"; readonly from: number; readonly until: number }
  /** Ends a way that came round without having moved. */
  | { readonly op: "moved"; readonly register: number }
  | { readonly op: "edge"; readonly kind: "start" | "end" | "boundary" | "not-boundary" }
  /**
   * The part that begins at the next step and ends in `done` must be there, or must not, without moving; goes on at
   * `to`.
   */
  | { readonly op: "look"; readonly negative: boolean; readonly to: number }
  /** The text that the group held. */
  | { readonly op: "same"; readonly group: number; readonly back: boolean }
  | { readonly op: "done" };

export type Program = {
  readonly steps: readonly Step[];
  readonly registers: number;
  /** Characters are code points; else UTF-16 units. */
  readonly unicode: boolean;
};

/** Groups hold two registers each: where they begin, and where they end. Group 0, the whole, is not kept. */
export const beginOf = (group: number): number => (group - 1) * 2;
export const endOf = (group: number): number => (group - 1) * 2 + 1;
