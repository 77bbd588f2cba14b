import { guardedPattern } from "../../../shared/contracts/pattern/guarded-pattern.ts";
import { BudgetSpent } from "../../../shared/contracts/pattern/run-program.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { MockSeed } from "../mock-seed.ts";
import { textAlong } from "./pattern-text.ts";

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

/** Patterns are made longer step by step until the text is long enough. */
const MORE = [0, 1, 2, 3, 5, 8, 13, 21, 34, 64];

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

const isMatched = (pattern: string, text: string): boolean => {
  const made = guardedPattern(pattern);
  try {
    return made.ok && made.value.test(text, { left: BUDGET });
  } catch (cause) {
    if (cause instanceof BudgetSpent) return false;
    throw cause;
  }
};

const alongOf = (pattern: string): string[] => {
  const made = guardedPattern(pattern);
  if (!made.ok) return [];
  return MORE.flatMap((more) => textAlong(pattern, made.value.older ? "" : "u", more) ?? []);
};

/**
 * A text as a schema without choices wants it; what its name suggests where that fits. Undefined where none was found,
 * or none of at most `room` characters.
 */
export const madeUpText = (name: string, schema: JsonObject, seed: MockSeed, room: number): string | undefined => {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, format } = schema;
  const [least, most] = [Number(minLength), Number(maxLength)];
  if (least > room) return undefined;
  const patterns = patternsOf(schema);
  const suggested = byName(name, seed);
  const ofFormat =
    typeof format === "string" ? (format === "email" ? suggestedEmail(seed, name) : OF_FORMAT[format]) : undefined;
  const filled = suggested.padEnd(least, "x");
  const candidates = [
    ...(ofFormat === undefined
      ? [filled, [...filled].slice(0, most).join("")]
      : [ofFormat, ...(format === "email" ? ["a@b.co"] : [])]),
    ...patterns.flatMap(alongOf),
  ];
  return candidates.find((text) => {
    const length = [...text].length;
    return length >= least && length <= most && patterns.every((pattern) => isMatched(pattern, text));
  });
};

const suggestedEmail = (seed: MockSeed, name: string): string => seed.person(name).email;
