import { EACH } from "./schema/place-in-schema.ts";

/**
 * A resource key cut into fixed text and `{argument}` places: `ghl:contact:{contact_id}`. A place of a list's elements,
 * `{paths[]}` or `{files[].path}`, has `EACH` where an index would stand.
 */
export type TemplatePart = { kind: "text"; text: string } | { kind: "place"; tokens: readonly string[] };

const PARTS = /\{([^{}]*)\}|([^{}]+)/g;

/** Fixed text and places in order. Braces that do not pair up are caught by `templateFault` when the tool is defined. */
export const templateParts = (key: string): TemplatePart[] =>
  [...key.matchAll(PARTS)].map(([, place, text]) =>
    place === undefined ? { kind: "text", text: text ?? "" } : { kind: "place", tokens: tokensOfPlace(place) },
  );

const tokensOfPlace = (place: string): string[] =>
  place.split(".").flatMap((name) => {
    const lists = /(?:\[\])+$/.exec(name)?.[0].length ?? 0;
    const each = Array.from({ length: lists / EACH.length }, () => EACH);
    return [name.slice(0, name.length - lists), ...each];
  });

/** A place as it is written. */
export const placeInWords = (tokens: readonly string[]): string =>
  `{${tokens.reduce((words, token) => (token === EACH ? `${words}${EACH}` : words === "" ? token : `${words}.${token}`), "")}}`;

/**
 * Characters that stay as they are in a filled place. `:` is never among them, so a filled key has the segments of
 * its template; neither are `%` (escapes), `~` (marks structured values) and `*` (a value not known yet).
 */
const PLAIN = /^[A-Za-z0-9_.@-]$/;

/** Plain characters that this template uses as text after a place, and that values must therefore escape. */
export const separatorsOf = (parts: readonly TemplatePart[]): ReadonlySet<string> => {
  const firstPlace = parts.findIndex((part) => part.kind === "place");
  const separators = new Set<string>();
  for (const part of parts.slice(firstPlace + 1)) {
    if (part.kind === "text" && !/^[A-Za-z0-9]/.test(part.text)) separators.add(part.text.charAt(0));
  }
  return separators;
};

/** Contracts are few and their keys are filled in for every step: what a key consists of is worked out once. */
export type Template = {
  readonly parts: readonly TemplatePart[];
  readonly separators: ReadonlySet<string>;
  /** It has a key for each element of a list. */
  readonly perElement: boolean;
};
const KEPT_TEMPLATES = 1_000;
const templates = new Map<string, Template>();

export const templateOf = (key: string): Template => {
  const known = templates.get(key);
  if (known !== undefined) return known;
  const parts = templateParts(key);
  const perElement = parts.some((part) => part.kind === "place" && part.tokens.includes(EACH));
  const template = { parts, separators: separatorsOf(parts), perElement };
  if (templates.size >= KEPT_TEMPLATES) templates.clear();
  templates.set(key, template);
  return template;
};

/** Most values are ids: nothing to escape, as one look at the whole shows. */
const ALL_PLAIN = /^[A-Za-z0-9_.@-]*$/;
const needsEscape = (value: string, separators: ReadonlySet<string>): boolean => {
  if (!ALL_PLAIN.test(value)) return true;
  for (const separator of separators) if (value.includes(separator)) return true;
  return false;
};

/** Percent-escapes the UTF-8 bytes of every character that is not plain, or that separates places of the template. */
export const escapeValue = (value: string, separators: ReadonlySet<string>): string => {
  if (!needsEscape(value, separators)) return value;
  let escaped = "";
  for (const character of value) {
    escaped += PLAIN.test(character) && !separators.has(character) ? character : escapeCharacter(character);
  }
  return escaped;
};

const escapeCharacter = (character: string): string =>
  [...new TextEncoder().encode(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");

/** Why a key cannot serve as a template, in words; undefined when it can. */
export const templateFault = (key: string): string | undefined => {
  if (/[{}]/.test(key.replaceAll(/\{[^{}]*\}/g, ""))) return "has a brace without its partner";
  if (/[*%~\s]/.test(key)) return "contains *, %, ~ or white space, which filled keys use themselves";
  const parts = templateParts(key);
  if (parts.some((part) => part.kind === "place" && part.tokens.some((token) => token === "")))
    return "has an empty place; write the argument's name in it, {contact_id} or {contact.id}";
  return parts.some((part, index) => part.kind === "place" && !startsWithSeparator(parts[index + 1]))
    ? "has places that run into what follows; put : or another sign between them"
    : undefined;
};

/** After a place comes the end, or text that begins with a sign: else `{a}{b}` fills alike from ("x", "yz") and ("xy", "z"). */
const startsWithSeparator = (next: TemplatePart | undefined): boolean =>
  next === undefined || (next.kind === "text" && !/^[A-Za-z0-9]/.test(next.text));
