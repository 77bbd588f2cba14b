import { isJsonObject, type Json } from "../../../plan/json.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { quoted } from "../../../plan/suggestion.ts";
import { type Reference, referenceInWords, referenceOfPlace, type Sources } from "../reference.ts";
import { valueIn } from "../template.ts";

/** Fixed text of an address, and places in braces: `https://crm.example.com/contacts/{contact_id}?tag={tags}`. */
type Part = { readonly text: string } | { readonly place: string };

const PARTS = /\{([^{}]*)\}|([^{}]+)/g;
/** A slash that is not inside a place. */
const SLASH = /\/(?![^{}]*\})/;
const FORM = /^(https?):\/\/([^/?#]*)(\/[^?#]*)(?:\?([^#]*))?$/;

const partsOf = (text: string): Part[] =>
  [...text.matchAll(PARTS)].map(([, place, fixed]) => (place === undefined ? { text: fixed ?? "" } : { place }));

const placesIn = (text: string): string[] => partsOf(text).flatMap((part) => ("place" in part ? [part.place] : []));

/** `bare`: it has no sign between name and value, and no value. */
type Pair = { readonly name: string; readonly value: string; readonly bare: boolean };

/** An address cut at its signs, each piece still with its places. */
export type Address = {
  readonly origin: string;
  /** As the address names it: without the port where that is the scheme's own. */
  readonly host: string;
  readonly secure: boolean;
  readonly segments: readonly string[];
  readonly query: readonly Pair[];
};

const pairOf = (text: string): Pair => {
  const [name = "", ...rest] = text.split("=");
  return { name, value: rest.join("="), bare: rest.length === 0 };
};

const KEPT = 1_000;
const kept = new Map<string, Result<Address, string>>();

/**
 * Cuts an address up, or says what is wrong with it, in words. Sees no arguments, so that what a contract says is cut up
 * once, and not by everything that asks which service answers a call of it.
 */
export const readAddress = (url: string): Result<Address, string> => {
  const known = kept.get(url);
  if (known !== undefined) return known;
  const read = cutUp(url);
  if (kept.size >= KEPT) kept.clear();
  kept.set(url, read);
  return read;
};

/** A harmless value in the place of each, by which its place is found again. */
const PLACES = /\{[^{}]*\}/g;
const SAMPLE = "a0place0a";

const withPlaces = (sample: string, places: readonly string[]): string =>
  sample.split(SAMPLE).reduce((before, after, index) => `${before}${places[index - 1] ?? SAMPLE}${after}`);

const cutUp = (url: string): Result<Address, string> => {
  if (/[{}]/.test(url.replaceAll(/\{[^{}]*\}/g, ""))) return refuse("has a brace without its partner");
  const wrong = placesIn(url).find((place) => /[?#&=]/.test(place) || referenceOfPlace(place) === undefined);
  if (wrong !== undefined) {
    return refuse(`has the place {${wrong}}, which is none: write {contact_id}, {contact.id}, {$output/id} or {$key}`);
  }
  const escaping = /%[0-9A-Fa-f]?(?=\{)/.exec(url)?.[0];
  if (escaping !== undefined) {
    return refuse(`has a place behind ${escaping}: its value would become a part of a sign, and lead to another path`);
  }
  const form = FORM.exec(url);
  if (form === null) return refuse("must be https://host/path, with at least a / after the host and nothing after #");
  const [, scheme = "", host = "", path = "", query] = form;
  if (/[{}]/.test(host)) return refuse("has a place in its host: what a call reaches is the contract's to say");
  if (host.includes("@")) return refuse("has a name or password in it: credentials are secrets, under auth");
  const query_pairs = query === undefined || query === "" ? [] : query.split("&").map(pairOf);
  const named = query_pairs.find(({ name }) => name === "" || /[{}]/.test(name));
  if (named !== undefined) return refuse("has a place or nothing in the name of a query value: names are fixed");
  // With a harmless value in every place it must already be what a client would make of it.
  const places = url.match(PLACES) ?? [];
  const sample = url.replaceAll(PLACES, SAMPLE);
  const parsed = URL.canParse(sample) ? new URL(sample) : undefined;
  if (parsed === undefined) return refuse("is no address");
  if (parsed.href !== sample) {
    return refuse(`must be written as it is sent: ${quoted(withPlaces(parsed.href, places))}`);
  }
  return accept({
    origin: parsed.origin,
    host,
    secure: scheme === "https",
    segments: path.slice(1).split(SLASH),
    query: query_pairs,
  });
};

/** The references of an address, and which of them a path cannot do without. */
export const referencesOf = (address: Address): { readonly reference: Reference; readonly needed: boolean }[] => {
  const found = (text: string, needed: boolean) =>
    placesIn(text).flatMap((place) => {
      const reference = referenceOfPlace(place);
      return reference === undefined ? [] : [{ reference, needed }];
    });
  return [
    ...address.segments.flatMap((segment) => found(segment, true)),
    ...address.query.flatMap(({ value }) => found(value, false)),
  ];
};

/**
 * The address with every value in its place: percent-encoded, one path segment or one query value each, so that no
 * value adds a segment, a query value or another host. A query value that is nothing but a place takes a list, and
 * repeats its name; one without a value is left out. Refused, in words, where a path would lack a value.
 */
export const fillAddress = (address: Address, sources: Sources): Result<string, string> => {
  const path: string[] = [];
  for (const segment of address.segments) {
    const filled = fillText(segment, sources);
    if (!filled.ok) return filled;
    const { value } = filled;
    if (value === undefined)
      return refuse(`the path needs ${inWords(segment, isWithout(sources))}, which has no value`);
    if (value !== segment && (value === "" || !staysASegment(value))) {
      return refuse(`the path cannot take ${quoted(value)} for ${inWords(segment)}: it would be another path`);
    }
    path.push(value);
  }
  const pairs: string[] = [];
  for (const pair of address.query) {
    const filled = fillPair(pair, sources);
    if (!filled.ok) return filled;
    pairs.push(...filled.value);
  }
  return accept(`${address.origin}/${path.join("/")}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`);
};

/**
 * Whether who sends it reads it as one segment of the path: `.` and `..`, with each dot as it is or as `%2e`, are steps
 * along the path, also where a fixed `%2e` of the contract becomes one only with the value beside it.
 */
const staysASegment = (filled: string): boolean => new URL(`https://host/${filled}/`).pathname === `/${filled}/`;

const isWithout = (sources: Sources) => (place: string) => {
  const held = placeValue(place, sources);
  return held.ok && (held.value ?? null) === null;
};

const inWords = (text: string, which: (place: string) => boolean = () => true): string =>
  placesIn(text)
    .filter(which)
    .flatMap((place) => referenceOfPlace(place) ?? [])
    .map(referenceInWords)
    .join(" and ");

const fillPair = ({ name, value, bare }: Pair, sources: Sources): Result<string[], string> => {
  const [only, ...more] = partsOf(value);
  if (only !== undefined && "place" in only && more.length === 0) {
    const held = placeValue(only.place, sources);
    if (!held.ok) return held;
    if (Array.isArray(held.value)) {
      const items = held.value.map(textOf);
      const odd = items.find((item) => !item.ok);
      if (odd !== undefined && !odd.ok) return odd;
      return accept(items.flatMap((item) => (item.ok && item.value !== undefined ? [`${name}=${item.value}`] : [])));
    }
  }
  const filled = fillText(value, sources);
  if (!filled.ok) return filled;
  return accept(filled.value === undefined ? [] : [bare ? name : `${name}=${filled.value}`]);
};

const placeValue = (place: string, sources: Sources): Result<Json | undefined, string> => {
  const reference = referenceOfPlace(place);
  return reference === undefined ? refuse(`{${place}} is no place`) : valueIn(reference, sources);
};

/** Undefined where one of its places has no value. */
const fillText = (text: string, sources: Sources): Result<string | undefined, string> => {
  let filled = "";
  for (const part of partsOf(text)) {
    if ("text" in part) {
      filled += part.text;
      continue;
    }
    const held = placeValue(part.place, sources);
    if (!held.ok) return held;
    const piece = textOf(held.value);
    if (!piece.ok || piece.value === undefined) return piece;
    filled += piece.value;
  }
  return accept(filled);
};

/** Characters that encodeURIComponent leaves and servers read differently. */
const LEFT = /[!'()*]/g;

const textOf = (value: Json | undefined): Result<string | undefined, string> => {
  if (value === undefined || value === null) return accept(undefined);
  if (Array.isArray(value) || isJsonObject(value)) return refuse("an address takes no list or object in this place");
  const text = String(value);
  if (!text.isWellFormed()) return refuse("an address takes no text with half a character in it");
  return accept(
    encodeURIComponent(text).replaceAll(LEFT, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
  );
};
