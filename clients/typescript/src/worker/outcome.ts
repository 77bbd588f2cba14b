import type { Json, WorkOutcome } from "../api.ts";

/** Thrown by a tool's code: the call had no effect and will have none. Any other error says that nobody knows. */
export class NoEffect extends Error {
  override readonly name = "NoEffect";
}

/** The word on a call. Undo data may be anything: Buddy keeps the outcome, and says that it left out what is none. */
export type Said = WorkOutcome | { readonly outcome: "committed"; readonly output: Json; readonly undo: Json };

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
export const asJson = (value: unknown, replaced?: (name: string, item: unknown) => unknown): Json => {
  const text = JSON.stringify(value, replaced);
  return text === undefined ? null : JSON.parse(text);
};

/** An output that means something to the program that gets it: kept under a name that no other output of this package has. */
export class Marked {
  readonly mark: Mark;
  readonly kept: unknown;

  constructor(mark: Mark, kept: unknown) {
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

type ToJson = (value: unknown) => Json;

/** A tool may give what somebody else wrote: what only looks marked is kept as a text. */
const outputOf = (value: unknown, made: ToJson): Json => {
  if (value instanceof Marked) return { [value.mark]: made(value.kept) };
  const output = made(value);
  return isAsIfMarked(output) ? JSON.stringify(output) : output;
};

const digitsOf = (item: unknown): unknown => (typeof item === "bigint" ? String(item) : item);

/** The same of what happened: the place of what is no JSON says so. Of the rest Buddy says what it cannot keep. */
const asNearJson: ToJson = (value) => {
  const above: unknown[] = [];
  const nearly = function (this: unknown, _name: string, given: unknown): unknown {
    if (typeof given !== "object" || given === null) return digitsOf(given);
    while (above.length > 0 && above.at(-1) !== this) above.pop();
    if (above.includes(given)) return "[cut: something that holds itself]";
    above.push(given);
    return given;
  };
  try {
    return asJson(value, nearly);
  } catch (error) {
    return { left_out: leftOut(words(error)) };
  }
};

/** Whole or not at all. */
const undoOf: ToJson = (value) => {
  try {
    return asJson(value, (_name, item) => digitsOf(item));
  } catch (error) {
    return leftOut(words(error));
  }
};

/** The answer to a question that changes nothing. @throws TypeError of what is no JSON at all */
export const shown = (value: unknown): WorkOutcome => ({ outcome: "committed", output: outputOf(value, asJson) });

/** Said of what was done, whatever the tool's code gave. */
export const committed = (value: unknown): Said =>
  value instanceof WithUndo
    ? { outcome: "committed", output: outputOf(value.output, asNearJson), undo: undoOf(value.undo) }
    : { outcome: "committed", output: outputOf(value, asNearJson) };

const MOST_WORDS = 4_000;

/** The words of anything thrown, also of what cannot be made a text; never the half of a character, which nobody takes. */
export const words = (thrown: unknown): string => {
  try {
    const text = String(thrown instanceof Error ? thrown.message : thrown);
    if (text.trim() === "") return "no reason was given";
    return text
      .slice(0, MOST_WORDS)
      .replace(/[\ud800-\udbff]$/, "")
      .toWellFormed();
  } catch {
    return "it threw something that cannot be shown";
  }
};

/** The meaning of an error of a tool's code, by whether it could have changed anything. */
export const failed = (error: unknown, mayHaveActed: boolean): WorkOutcome =>
  error instanceof NoEffect || !mayHaveActed
    ? { outcome: "rejected", error: words(error) }
    : { outcome: "indeterminate", error: words(error) };

const leftOut = (why: string): string => `it was done; this is left out: ${why}`;

/**
 * Less of what is said, where Buddy does not take it for what it holds: without the output; without the undo data too; without
 * the reason. Undefined where nothing less can be said: the outcome itself is what is not taken.
 */
export const lessOf = (said: Said, why: string): Said | undefined => {
  if (said.outcome !== "committed") {
    const error = `its reason is left out: ${words(why)}`;
    return said.error.startsWith("its reason is left out: ") ? undefined : { outcome: said.outcome, error };
  }
  const output = { left_out: leftOut(words(why)) };
  const { undo = null } = said;
  if (!isLeftOut(said.output)) return undo === null ? { outcome: "committed", output } : { ...said, output };
  return undo === null ? undefined : { outcome: "committed", output };
};

const isLeftOut = (output: Json | undefined): boolean =>
  typeof output === "object" && output !== null && "left_out" in output && Object.keys(output).length === 1;
