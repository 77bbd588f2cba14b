import { isJsonObject, type Json } from "../plan/json-value.ts";

/**
 * Characters that would act on a terminal, or reorder or hide text so that the reader sees another text: control
 * characters (escape sequences begin with one), bidirectional marks, line separators, whatever Unicode says is not to
 * be shown (variation selectors, tags, fillers, joiners, those of later versions too), and letters without a shape.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]/gu;

/**
 * Signs are made of these. A typed one shows as its code, or a call with a line break and one with the typed `⏎` would
 * read alike to an approver.
 */
const OF_SIGNS = "\u23ce\u2400-\u241f\u27e8";

const CONTROL_PICTURES = 0x2400;
const LAST_PICTURED = 0x1f;

const shown = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code <= LAST_PICTURED) return String.fromCodePoint(CONTROL_PICTURES + code);
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
};

/** A stretch of a text: as it was written, the sign of a character that would act, or a line's end, which may break the line. */
export type Stretch = { readonly kind: "plain" | "acting" | "break"; readonly text: string };

const LINE_END = /^(?:\r\n|\r|\n)$/u;
const SPLIT = new RegExp(`(\\r\\n|${ACTING.source}|[${OF_SIGNS}])`, "gu");

/**
 * Text that others wrote, stretch by stretch, for who shows more than one line of it. Nothing is dropped, or an approver
 * would not see all that is going to be sent: a line break shows as `⏎`, an escape character as `␛`, a hidden mark as its
 * code, `⟨U+200B⟩`. No two texts read alike by their signs, so what is printable already must not be made so once more.
 */
export const stretchesOf = (text: string): Stretch[] =>
  text
    .toWellFormed()
    .split(SPLIT)
    .flatMap((piece, place): Stretch[] => {
      if (piece === "") return [];
      if (place % 2 === 0) return [{ kind: "plain", text: piece }];
      return LINE_END.test(piece)
        ? [{ kind: "break", text: piece.replace("\r", "␍").replace("\n", "⏎") }]
        : [{ kind: "acting", text: shown(piece) }];
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

/** Printable words of others, marked as such: nothing in them can pass for Buddy's. */
export const inQuotes = (text: string): string => `“${text.replaceAll(/[“”]/gu, "'")}”`;

/**
 * The same of any text, in a message of Buddy's that is made printable where it is shown: what acts is written as JSON
 * escapes it, which stays as it is there.
 */
export const quoted = (text: string): string => inQuotes(text.toWellFormed().replace(ACTING, inJson));

/** JSON for a machine that also does nothing to a terminal which shows it: what acts is written as `\uXXXX`. */
export const safeJson = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, null, indent) ?? "null").replace(ACTING, (character) =>
    character === "\n" ? character : inJson(character),
  );

const inJson = (character: string): string =>
  character < " " ? JSON.stringify(character).slice(1, -1) : character.split("").map(escaped).join("");

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
