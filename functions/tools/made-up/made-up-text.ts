import { guardedPattern } from "../../../shared/contracts/pattern/guarded-pattern.ts";
import { BudgetSpent } from "../../../shared/contracts/pattern/run-program.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { MockSeed } from "../mock-seed.ts";
import { type Room, TURNS, textAlong } from "./pattern-text.ts";

/** One text of each format that is checked. */
const OF_FORMAT: Readonly<Record<string, string>> = {
  date: "2026-01-31",
  time: "12:00:00Z",
  "iso-time": "12:00:00",
  "date-time": "2026-01-31T12:00:00Z",
  "iso-date-time": "2026-01-31T12:00:00",
  duration: "P1D",
  uri: "https://www.example.org/",
  url: "https://www.example.org/",
  "uri-reference": "/example",
  "uri-template": "https://www.example.org/{id}",
  hostname: "www.example.org",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uuid: "7d444840-9dc0-41d1-b245-5ffdce74fad2",
  "json-pointer": "/a",
  "json-pointer-uri-fragment": "#/a",
  "relative-json-pointer": "0/a",
  byte: "YWJj",
  regex: "a",
};

/** A format may be called as what every object inherits, `constructor`. */
const textOfFormat = (format: string): string | undefined =>
  Object.hasOwn(OF_FORMAT, format) ? OF_FORMAT[format] : undefined;

/** Patterns are made longer step by step until the text is long enough. */
const MORE = [0, 1, 2, 3, 5, 8, 13, 21, 34, 64];
/** So many of these lengths are tried with other signs than the first ones, as where a look ahead leaves out those. */
const FEWER = 6;

/** Steps that one look at whether a made-up text matches may take. */
const BUDGET = 20_000;

const byName = (name: string, seed: MockSeed): string => {
  const someone = seed.person(name);
  if (/e?mail/i.test(name)) return someone.email;
  if (/phone/i.test(name)) return someone.phone;
  if (/company|organi[sz]ation/i.test(name)) return someone.company;
  if (/name/i.test(name)) return `${someone.first_name} ${someone.last_name}`;
  return seed.id(name);
};

const patternsOf = ({ pattern, patterns }: JsonObject): string[] => [
  ...new Set([pattern, ...(Array.isArray(patterns) ? patterns : [])].filter((each) => typeof each === "string")),
];

/** The share of that room that one text may take, found or not, so that others are found as well. */
const ROOM_OF_A_TEXT = 20_000;

/** Steps of a pattern that count as much as one character: they take as long. */
const STEPS_A_CHARACTER = 10;

const isMatched = (pattern: string, text: string, room: Room): boolean => {
  const made = guardedPattern(pattern);
  const steps = { left: BUDGET };
  try {
    return made.ok && made.value.test(text, steps);
  } catch (cause) {
    if (cause instanceof BudgetSpent) return false;
    throw cause;
  } finally {
    room.left -= (BUDGET - steps.left) / STEPS_A_CHARACTER;
  }
};

function* alongOf(pattern: string, room: Room): Generator<string> {
  const made = guardedPattern(pattern);
  if (!made.ok) return;
  for (const turn of Array(TURNS).keys()) {
    for (const more of turn === 0 ? MORE : MORE.slice(0, FEWER)) {
      const text = textAlong(pattern, made.value.older ? "" : "u", { more, turn }, room);
      if (text !== undefined) yield text;
    }
    if (room.left < 0) return;
  }
}

/** The text that comes nearest to what a schema wants, where {@link madeUpText} found none. */
export const nearestText = (name: string, schema: JsonObject, seed: MockSeed): string => {
  const room: Room = { left: ROOM_OF_A_TEXT };
  const [along] = patternsOf(schema).flatMap((pattern) => alongOf(pattern, room).next().value ?? []);
  return along ?? byName(name, seed);
};

/** Different texts that fit a pattern, as names that no schema gives; as many as there is room for. */
export function* textsOf(pattern: string, room: Room): Generator<string> {
  const seen = new Set<string>();
  for (const text of alongOf(pattern, room)) {
    for (const each of [text, `${text}key_${seen.size + 1}`]) {
      if (seen.has(each) || !isMatched(pattern, each, room)) continue;
      seen.add(each);
      yield each;
    }
  }
}

/**
 * A text as a schema without choices wants it; what its name suggests where that fits. Undefined where none was found
 * in the `room` there is, which what was tried takes, and the text.
 */
export const madeUpText = (name: string, schema: JsonObject, seed: MockSeed, room: Room): string | undefined => {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  const [least, most] = [Number(minLength), Number(maxLength)];
  if (least > room.left) return undefined;
  const patterns = patternsOf(schema);
  const trying = Math.min(room.left, ROOM_OF_A_TEXT);
  const tried: Room = { left: trying };
  let found: string | undefined;
  for (const text of candidates(name, schema, seed, [least, most], patterns, tried)) {
    const length = [...text].length;
    const fits = length >= least && length <= most && patterns.every((pattern) => isMatched(pattern, text, tried));
    if (!fits) continue;
    found = text;
    break;
  }
  room.left -= trying - tried.left + (found?.length ?? 0);
  return found;
};

function* candidates(
  name: string,
  { format }: JsonObject,
  seed: MockSeed,
  [least, most]: readonly [number, number],
  patterns: readonly string[],
  room: Room,
): Generator<string> {
  const suggested = byName(name, seed);
  const ofFormat =
    typeof format === "string" ? (format === "email" ? suggestedEmail(seed, name) : textOfFormat(format)) : undefined;
  if (ofFormat === undefined) {
    const filled = suggested.padEnd(least, "x");
    yield filled;
    yield [...filled].slice(0, most).join("");
  } else {
    yield ofFormat;
    if (format === "email") yield "a@b.co";
  }
  for (const pattern of patterns) yield* alongOf(pattern, room);
}

const suggestedEmail = (seed: MockSeed, name: string): string => seed.person(name).email;
