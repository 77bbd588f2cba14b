import { isJsonObject, type Json } from "../plan/json-value.ts";

/**
 * Characters that would act on a terminal, or reorder or hide text so that the reader sees another text: control
 * characters (escape sequences begin with one), bidirectional marks, line separators, whatever Unicode says is not to
 * be shown (variation selectors, tags, fillers, joiners, those of later versions too), and letters without a shape.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]/gu;

const CONTROL_PICTURES = 0x2400;
const LAST_PICTURED = 0x1f;

const shown = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code <= LAST_PICTURED) return String.fromCodePoint(CONTROL_PICTURES + code);
  return `\\u${code.toString(16).padStart(4, "0")}`;
};

/** A stretch of a text: as it was written, the sign of a character that would act, or a line's end, which may break the line. */
export type Stretch = { readonly kind: "plain" | "acting" | "break"; readonly text: string };

const LINE_END = /^(?:\r\n|\r|\n)$/u;
const SPLIT = new RegExp(`(\\r\\n|${ACTING.source})`, "gu");

/**
 * Text that others wrote, stretch by stretch, for who shows more than one line of it. Nothing is dropped, or an approver
 * would not see all that is going to be sent: a line break shows as `⏎`, an escape character as `␛`, a hidden mark as its
 * code.
 */
export const stretchesOf = (text: string): Stretch[] =>
  text
    .toWellFormed()
    .split(SPLIT)
    .flatMap((piece, place): Stretch[] => {
      if (piece === "") return [];
      if (place % 2 === 0 || piece === "\t") return [{ kind: "plain", text: piece === "\t" ? " " : piece }];
      return LINE_END.test(piece) ? [{ kind: "break", text: "⏎" }] : [{ kind: "acting", text: shown(piece) }];
    });

/** The same in one line, safe for a terminal. */
export const printable = (text: string): string =>
  stretchesOf(text)
    .map((stretch) => stretch.text)
    .join("");

/** The same for every string and every name in a value. */
export const printableJson = (value: Json): Json => {
  if (typeof value === "string") return printable(value);
  if (Array.isArray(value)) return value.map(printableJson);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [printable(name), printableJson(item)]));
};

/** An agent's own words, marked as such: nothing in them can pass for Buddy's. */
export const quoted = (text: string): string => `“${printable(text).replaceAll(/[“”]/gu, "'")}”`;

/** JSON for a machine that also does nothing to a terminal which shows it: what acts is written as `\uXXXX`. */
export const safeJson = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, null, indent) ?? "null").replace(ACTING, (character) =>
    character === "\n" ? character : character.split("").map(escaped).join(""),
  );

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
