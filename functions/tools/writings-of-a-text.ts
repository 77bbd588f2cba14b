/** Characters. An expression for all of a text as long as a store takes would not fit the engine's stack. */
const LONGEST_PIECE = 4_000;

/** Written as itself in addresses, in forms, in JSON and in HTML. */
const PLAIN = /^[A-Za-z0-9_.~-]$/;

/** Escapes of JSON that are no `\u`; most writers leave the stroke as it is, some do not. */
const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

const HTML_NAMES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/**
 * Finds a text however an answer may write it: as it is, percent-encoded as in an address or a form, escaped as in JSON,
 * or by entities as in HTML. Each character may be in a writing of its own, since no two writers escape the same ones.
 * A long text is found piece by piece.
 */
export const writingsOf = (text: string): RegExp[] => {
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
  const short = [JSON_ESCAPES[character], HTML_NAMES[character]].flatMap((each) => each ?? []).map(literal);
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
  [...Buffer.from(character, "utf8")].map((byte) => `%${hex(byte, 2)}`).join("");

const unicode = (character: string): string =>
  character
    .split("")
    .map((unit) => `\\\\u${hex(unit.charCodeAt(0), 4)}`)
    .join("");

const entities = (code: number): string[] => [`&#0*${code};`, `&#[xX]0*${hex(code, 1)};`];
