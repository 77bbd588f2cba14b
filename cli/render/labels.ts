import type { Paint } from "../context.ts";
import type { Cell } from "./table.ts";

type Painter = (text: string) => string;

/** The colour of a word that Buddy knows: a risk, a state, a status. Words it does not know stay plain. */
export const painterFor = (paint: Paint, word: string): Painter => {
  switch (word) {
    case "HIGH":
    case "POOR":
    case "failed":
    case "FAILED":
      return (text) => paint.bold(paint.red(text));
    case "ABORTED":
    case "rejected":
    case "expired":
    case "voided":
      return paint.red;
    case "MEDIUM":
    case "FAIR":
    case "AWAITING_APPROVAL":
    case "INCOMPLETE":
    case "open":
    case "pending":
      return paint.yellow;
    case "LOCKED":
    case "ROLLBACK":
    case "ROLLED_BACK":
    case "edited":
      return paint.magenta;
    case "LOW":
    case "LIVE":
    case "EXCELLENT":
    case "GOOD":
    case "SUCCEEDED":
    case "approved":
    case "resolved":
      return paint.green;
    case "DRY_RUN":
    case "RUNNING":
      return paint.cyan;
    case "MOCK":
      return paint.dim;
    default:
      return (text) => text;
  }
};

/** A table cell with the word's own colour. */
export const word = (paint: Paint, text: string): Cell => ({ text, paint: painterFor(paint, text) });
export const painted = (paint: Paint, text: string): string => painterFor(paint, text)(text);

const UNITS: readonly { name: string; seconds: number }[] = [
  { name: "d", seconds: 86_400 },
  { name: "h", seconds: 3_600 },
  { name: "min", seconds: 60 },
];

/** Seconds in at most two units: `2 d 3 h`, `4 min 10 s`, `0 s`. */
export const inWords = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  for (const [index, { name, seconds: size }] of UNITS.entries()) {
    if (whole < size) continue;
    const smaller = UNITS[index + 1] ?? { name: "s", seconds: 1 };
    const rest = Math.floor((whole % size) / smaller.seconds);
    return rest === 0
      ? `${Math.floor(whole / size)} ${name}`
      : `${Math.floor(whole / size)} ${name} ${rest} ${smaller.name}`;
  }
  return `${whole} s`;
};

/** `2026-01-31T12:00:00.123Z` as `2026-01-31 12:00:00`; anything else as it is. */
export const moment = (at: string): string => at.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d).*$/u, "$1 $2");

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** The records that a list could not show: damaged where it is stored. */
export const unreadableLines = (ids: readonly string[], one: string): string[] =>
  ids.map((id) => `One more ${one} is on record and cannot be read: ${id}`);
