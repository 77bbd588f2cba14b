import { parseExactJson } from "./exact-json.ts";
import { type DuplicateKey, scanJson } from "./json-scan.ts";
import { accept, type Result, refuse } from "./result.ts";
import { quoted } from "./suggestion.ts";
import { listViolations, MAX_VIOLATIONS_LISTED, type Violation, type Violations } from "./violation.ts";

/** Line and column from 1, as editors count them. */
const placeOf = (text: string, offset: number): string => {
  const before = text.slice(0, offset);
  return `line ${before.split("\n").length}, column ${offset - before.lastIndexOf("\n")}`;
};

const malformed = (text: string, offset: number, expected: string): Violation => {
  const found = offset >= text.length ? "the text ends" : `stands ${quoted(text.slice(offset, offset + 12))}`;
  const message = `is not valid JSON: at ${placeOf(text, offset)} ${found} where ${expected} is expected`;
  return { path: "", rule: "json", message };
};

/** Counting lines takes time in proportion to the text, so only for those that will be listed. */
const repeated = (text: string, { path, key, offset }: DuplicateKey, index: number): Violation => {
  const again = index < MAX_VIOLATIONS_LISTED ? ` (again at ${placeOf(text, offset)})` : "";
  return {
    path,
    rule: "duplicate_key",
    message: `${quoted(key)} stands twice in one object${again}; keep one of them`,
  };
};

const LOST = "is an integer that loses digits as a JSON number; send it as a string";

/**
 * Parses a request body. Malformed JSON is refused with line and column, and so is a key that stands twice in one
 * object: parsers silently keep one of the two, and who reads the plan may see the other. An integer
 * that a number cannot hold is refused while its digits are there.
 * A `__proto__` key becomes an ordinary field of its object, which `acceptSubmission` then refuses.
 */
export const parseJsonBody = (text: string): Result<unknown, Violations> => {
  const scan = scanJson(text);
  if (!scan.ok) return refuse(listViolations([malformed(text, scan.offset, scan.expected)]));
  if (scan.duplicates.length > 0)
    return refuse(listViolations(scan.duplicates.map((duplicate, index) => repeated(text, duplicate, index))));
  if (scan.lost.length > 0) {
    return refuse(listViolations(scan.lost.map((path) => ({ path, rule: "unsafe_number", message: LOST }))));
  }
  const value: unknown = JSON.parse(text);
  return accept(value);
};

/**
 * Parses an answer about something that is over, which a refusal would only lose: of such an integer its digits are taken
 * as text, and of a key that stands twice within what was brought the last, as every parser does. Refused is what is no
 * JSON, and a field of the answer itself that stands twice.
 */
export const parseJsonAnswer = (text: string): Result<unknown, Violations> => {
  const scan = scanJson(text);
  if (!scan.ok) return refuse(listViolations([malformed(text, scan.offset, scan.expected)]));
  const own = scan.duplicates.filter(({ path }) => path.lastIndexOf("/") === 0);
  if (own.length > 0) return refuse(listViolations(own.map((duplicate, index) => repeated(text, duplicate, index))));
  return accept(parseExactJson(text));
};
