import type { Json, WorkOutcome } from "../api.ts";

/** Thrown by a tool's code: the call had no effect and will have none. Any other error says that nobody knows. */
export class NoEffect extends Error {
  override readonly name = "NoEffect";
}

/** The output of a call, with the values that undoing it will need and only the call could tell. */
export class WithUndo {
  readonly output: unknown;
  readonly undo: { readonly [name: string]: Json };

  constructor(output: unknown, undo: { readonly [name: string]: Json }) {
    this.output = output;
    this.undo = undo;
  }
}

/** `undefined` within it is left out, dates become texts: as JSON has it. @throws TypeError of what is no JSON at all */
export const asJson = (value: unknown): Json => {
  const text = JSON.stringify(value);
  return text === undefined ? null : JSON.parse(text);
};

/** An output that means something to the program that gets it: kept under a name that no other output of this package has. */
export class Marked {
  readonly mark: Mark;
  readonly kept: Json;

  constructor(mark: Mark, kept: Json) {
    this.mark = mark;
    this.kept = kept;
  }
}

type Mark = `buddy/${string}`;

/** Gives what is kept under a mark; undefined of an output that has it not. */
export const markedIn = (output: Json, mark: Mark): Json | undefined => {
  if (typeof output !== "object" || output === null || !Object.hasOwn(output, mark)) return undefined;
  return Object.entries(output).find(([name]) => name === mark)?.[1];
};

const isAsIfMarked = (output: Json): boolean =>
  typeof output === "object" && output !== null && Object.keys(output).some((name) => name.startsWith("buddy/"));

/** A tool may give what somebody else wrote: what only looks marked is kept as a text. */
const outputOf = (value: unknown): Json => {
  if (value instanceof Marked) return { [value.mark]: value.kept };
  const output = asJson(value);
  return isAsIfMarked(output) ? JSON.stringify(output) : output;
};

export const committed = (value: unknown): WorkOutcome =>
  value instanceof WithUndo
    ? { outcome: "committed", output: outputOf(value.output), undo: value.undo }
    : { outcome: "committed", output: outputOf(value) };

/** 4,000 characters at most are taken. */
const words = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return (text.trim() === "" ? "no reason was given" : text).slice(0, 4_000);
};

/** The meaning of an error of a tool's code, by whether it could have changed anything. */
export const failed = (error: unknown, mayHaveActed: boolean): WorkOutcome =>
  error instanceof NoEffect || !mayHaveActed
    ? { outcome: "rejected", error: words(error) }
    : { outcome: "indeterminate", error: words(error) };

/** Said of a call that happened and whose output Buddy does not take. */
export const withoutOutput = (why: string): WorkOutcome => ({
  outcome: "committed",
  output: { left_out: `it was done; its output is left out: ${why}` },
});
