import { isSafePattern } from "redos-detector";
import { isJsonObject, type Json, type JsonObject } from "../plan/json.ts";
import { pointerTo } from "../plan/json-pointer.ts";
import { quoted } from "../plan/suggestion.ts";
import type { Violation } from "../plan/violation.ts";

/** How far one pattern is looked into: about half a second for the worst, a few milliseconds for ordinary ones. */
const MAX_STEPS = 3_000;

/** Looking into a bad pattern takes long: once so many are found, the others are left for the next try. */
const MAX_FOUND = 5;

/** Keywords whose value is data, not a schema. */
const DATA = new Set(["const", "enum", "default", "example", "examples"]);

const REMEDY =
  'begin it with "^", let no part that repeats match what can follow it ("^[^@]+@[^@]+$", not "^.+@.+$"), give repetitions a limit ("{1,64}"), or use maxLength, enum or format instead';

/**
 * Regular expressions of an input schema (`pattern`, and the names of `patternProperties`) that some text could keep
 * busy for very long. They run on the ordinary engine, which tries one way after the other; a pattern passes where that
 * engine needs no more than a small multiple of the text's length.
 */
export const slowPatternViolations = (schema: JsonObject, at: string): Violation[] => {
  const found: Violation[] = [];
  const known = new Map<string, string | undefined>();
  const look = (pattern: string, path: string): void => {
    if (found.length >= MAX_FOUND) return;
    if (!known.has(pattern)) known.set(pattern, faultOf(pattern));
    const fault = known.get(pattern);
    if (fault !== undefined)
      found.push({ path, rule: "slow_pattern", message: `pattern ${quoted(pattern)} ${fault}; ${REMEDY}` });
  };
  const walk = (value: Json, path: string): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, pointerTo(path, index));
    if (!isJsonObject(value)) return;
    for (const [key, item] of Object.entries(value)) {
      const place = pointerTo(path, key);
      if (key === "pattern" && typeof item === "string") look(item, place);
      if (key === "patternProperties" && isJsonObject(item)) {
        for (const name of Object.keys(item)) look(name, pointerTo(place, name));
      }
      if (!DATA.has(key)) walk(item, place);
    }
  };
  walk(schema, at);
  return found;
};

/** Why a pattern is not taken; undefined where it is, or where it is none, which ajv says better. */
const faultOf = (pattern: string): string | undefined => {
  if (!compiles(pattern)) return undefined;
  try {
    // Names of groups, which the detector does not read, change nothing about what is tried.
    const { safe, error } = isSafePattern(pattern.replaceAll(NAMED_GROUP, "$1("), {
      unicode: true,
      maxSteps: MAX_STEPS,
    });
    if (safe) return undefined;
    return error === "hitMaxScore"
      ? "can take very long on some texts (it tries many ways to match them)"
      : "is too involved to tell whether it can take very long";
  } catch (cause) {
    return `cannot be checked for whether it can take very long (${cause instanceof Error ? firstLine(cause.message) : cause})`;
  }
};

/** `(?<name>`, not behind a backslash; not `(?<=` and `(?<!`. */
const NAMED_GROUP = /((?:^|[^\\])(?:\\\\)*)\(\?<[\p{ID_Start}$_][\p{ID_Continue}$]*>/gu;

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

/** As ajv compiles it. */
const compiles = (pattern: string): boolean => {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
};
