import type { Json } from "../../shared/plan/json.ts";
import type { Random } from "../random.ts";

const LEVELS = 2_000;
const MANY = 120_000;

/** Half of a character, as where an answer was cut by its length in bytes. */
const BROKEN_TEXT = "so far and no \ud83d";

const deep = (): Json => {
  let value: Json = "at last";
  for (let level = 0; level < LEVELS; level += 1) value = { further: value };
  return value;
};

const OUTPUTS: readonly (() => Json)[] = [
  () => null,
  () => [1, "two", null],
  () => BROKEN_TEXT,
  () => ({ id: BROKEN_TEXT, [BROKEN_TEXT]: -0 }),
  () => JSON.parse('{"__proto__": {"value": "new"}, "constructor": 1, "$from": "s1", "path": "/value"}'),
  () => "x".repeat(MANY),
  deep,
];

/** The answer of a service that was not made for this where it did what it was asked to. */
export const strangeOutput = (random: Random): Json => random.pick(OUTPUTS)();

/** An error as proxies and stack traces make them: a quarter of a megabyte, and broken off. */
export const strangeError = (random: Random): string =>
  random.pick([BROKEN_TEXT, "", `${"<html>".repeat((2 * MANY) / 6)}${BROKEN_TEXT}`]);
