/** Characters. An expression for all of a text as long as a store takes would not fit the engine's stack. */
const LONGEST_PIECE = 4_000;

/** Written as itself in addresses, in forms, in JSON and in HTML. */
const PLAIN = /^[A-Za-z0-9_.~-]$/;

/**
 * Escapes of JSON that are no `\u`, in an expression, of a text that is quoted once or, as JSON within JSON, twice; most
 * writers leave the stroke as it is, some do not.
 */
const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': String.raw`\\(?:\\\\)?"`,
  "\\": String.raw`\\\\(?:\\\\)?`,
  "/": String.raw`\\(?:\\\\)?\/`,
  "\b": String.raw`\\\\?b`,
  "\f": String.raw`\\\\?f`,
  "\n": String.raw`\\\\?n`,
  "\r": String.raw`\\\\?r`,
  "\t": String.raw`\\\\?t`,
};

const HTML_NAMES: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
};

/** `needle`: letters and digits that stand in each text in which the expression finds something; they are looked for much faster. */
export type Writing = { readonly expression: RegExp; readonly needle: string };

/**
 * Finds a text however an answer may write it: as it is, percent-encoded as in an address or a form, escaped as in JSON,
 * or by entities as in HTML, each also twice over; or in base64, alone or behind and before something else, as in a header
 * that is said back so. Each character may be in a writing of its own, since no two writers escape the same ones.
 * A long text is found piece by piece.
 */
export const writingsOf = (text: string): Writing[] => [
  ...plainWritingsOf(text).map((expression) => ({ expression, needle: "" })),
  ...inBase64(text),
];

/**
 * The same in base64: three bytes are four digits, so that the digits of a text depend on how many bytes stand before it,
 * modulo three. Those that it has a part in alone with its neighbours go as well.
 */
const inBase64 = (text: string): Writing[] => {
  const bytes = Buffer.from(text, "utf8");
  return [0, 1, 2].flatMap((before) => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const first = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    const core = digits.slice(first, end);
    const at_start = (before * 8) % 6 === 0 ? "" : ANY_DIGIT;
    const at_end = ((before + bytes.length) * 8) % 6 === 0 ? "" : ANY_DIGIT;
    const pieces = Math.ceil(core.length / LONGEST_PIECE);
    const length = Math.ceil(core.length / pieces);
    return Array.from({ length: pieces }, (_, piece) => {
      const part = core.slice(piece * length, (piece + 1) * length);
      const own = part.replace(/[+/]/g, (digit) => DIGITS_62_63[digit] ?? digit);
      const [start, end_of] = [piece === 0 ? at_start : "", piece === pieces - 1 ? at_end : ""];
      return { expression: new RegExp(`${start}${own}${end_of}`, "g"), needle: longestOf(part.split(/[+/]/)) };
    });
  });
};

const longestOf = (parts: readonly string[]): string =>
  parts.reduce((longest, part) => (part.length > longest.length ? part : longest), "");

/** The last two digits have other signs in addresses, and are percent-encoded or escaped where they have not. */
const DIGITS_62_63: Readonly<Record<string, string>> = {
  "+": "(?:\\+|-|%2[bB])",
  "/": "(?:\\\\?\\/|_|%2[fF])",
};
const ANY_DIGIT = "[A-Za-z0-9+/_-]?";

const plainWritingsOf = (text: string): RegExp[] => {
  const characters = [...text];
  const pieces = Math.ceil(characters.length / LONGEST_PIECE);
  const length = Math.ceil(characters.length / pieces);
  return Array.from({ length: pieces }, (_, piece) => {
    const ways = characters.slice(piece * length, (piece + 1) * length).map(writingsOfCharacter);
    return new RegExp(ways.join(""), "g");
  });
};

const writingsOfCharacter = (character: string): string => {
  if (PLAIN.test(character)) return literal(character);
  const code = character.codePointAt(0) ?? 0;
  const name = HTML_NAMES[character];
  const short = [JSON_ESCAPES[character], name === undefined ? undefined : `&(?:amp;)?${name};`].flatMap(
    (each) => each ?? [],
  );
  const form = character === " " ? ["\\+"] : [];
  // The character itself last: of one that is escaped by itself, the second would else be left.
  const ways = [...short, percent(character), unicode(character), ...entities(code), ...form, literal(character)];
  return `(?:${ways.join("|")})`;
};

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** `%2f` and `%2F`: hexadecimal digits are of either case. */
const hex = (number: number, digits: number): string =>
  number
    .toString(16)
    .padStart(digits, "0")
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

const percent = (character: string): string =>
  [...Buffer.from(character, "utf8")].map((byte) => `%(?:25)?${hex(byte, 2)}`).join("");

const unicode = (character: string): string =>
  character
    .split("")
    .map((unit) => `\\\\(?:\\\\)?u${hex(unit.charCodeAt(0), 4)}`)
    .join("");

const entities = (code: number): string[] => [`&(?:amp;)?#0*${code};`, `&(?:amp;)?#[xX]0*${hex(code, 1)};`];
