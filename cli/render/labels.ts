import { toneOf } from "../../shared/shown/tones.ts";
import type { Paint } from "../context.ts";
import type { Cell } from "./table.ts";

type Painter = (text: string) => string;

/** The colour of a word that Buddy knows. */
export const painterFor = (paint: Paint, word: string): Painter => {
  switch (toneOf(word)) {
    case "alarming":
      return (text) => paint.bold(paint.red(text));
    case "bad":
      return paint.red;
    case "waiting":
      return paint.yellow;
    case "held":
      return paint.magenta;
    case "good":
      return paint.green;
    case "going":
      return paint.cyan;
    case "faint":
      return paint.dim;
    case "plain":
      return (text) => text;
  }
};

/** A table cell with the word's own colour. */
export const word = (paint: Paint, text: string): Cell => ({ text, paint: painterFor(paint, text) });
export const painted = (paint: Paint, text: string): string => painterFor(paint, text)(text);

/** The records that a list could not show: damaged where it is stored. */
export const unreadableLines = (ids: readonly string[], one: string): string[] =>
  ids.map((id) => `One more ${one} is on record and cannot be read: ${id}`);
