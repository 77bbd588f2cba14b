import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import type { MockSeed } from "../mock-seed.ts";

const numbers = (values: readonly (Json | undefined)[]): number[] =>
  values.filter((value) => typeof value === "number");

/** The way to the next number that differs: where numbers are far apart, one more is the same number. */
const stride = (from: number): number => (Math.abs(from) < 2 ** 50 ? 1 : Math.ceil(Math.abs(from) / 1_024));

/** A multiple of the step within the bounds, from 0 on where nothing is stated; else the middle of a narrow range. */
export const madeUpNumber = (name: string, schema: JsonObject, seed: MockSeed, whole: boolean): number | undefined => {
  const step = typeof schema.multipleOf === "number" ? schema.multipleOf : 1;
  const above = numbers([schema.exclusiveMinimum]);
  const below = numbers([schema.exclusiveMaximum]);
  const tops = [...numbers([schema.maximum]), ...below];
  const [lowest] = [...numbers([schema.minimum]), ...above].sort((one, other) => other - one);
  const [highest] = tops.sort((one, other) => one - other);
  const from = lowest ?? Math.min(0, highest ?? 0);
  let first = Math.ceil(from / step);
  while (Number.isFinite(first) && above.some((bound) => first * step <= bound)) first += stride(first);
  let last =
    highest === undefined
      ? Math.max(first, Math.min(first + 99, Number.MAX_SAFE_INTEGER / step))
      : Math.floor(highest / step);
  while (Number.isFinite(last) && below.some((bound) => last * step >= bound)) last -= stride(last);
  if (last >= first) {
    const made = (first + seed.number(name, Math.max(1, Math.min(last - first + 1, 1e6)))) * step;
    if (!Number.isFinite(made)) return undefined;
    // Steps of parts add up to digits that nobody meant; a whole number has none of these.
    return Number.isInteger(made) ? made : Number(made.toPrecision(12));
  }
  return whole || schema.multipleOf !== undefined || highest === undefined ? undefined : (from + highest) / 2;
};
