import { argumentSizeFault } from "./argument-size.ts";
import { isJsonObject } from "./json.ts";
import { MAX_DEPTH } from "./json-faults.ts";
import { pointerOf } from "./json-pointer.ts";
import type { Violation } from "./violation.ts";

/** Steps of a plan, plans, what a step depends on: no list of a submission is longer than the steps it may have. */
export const MAX_LIST_ITEMS = 10_000;

/** Values that plans consist of, arguments left out: 10,000 steps of 30 fields each. */
export const MAX_PLAN_VALUES = 300_000;

/** Arguments of tools are bounded in bytes instead: those of a step, or in the short form those of each tool. */
const OF_STEP = "arguments";
const OF_TOOLS = "tool_arguments";

const argumentsFault = (args: unknown, { way }: Counting): Violation | undefined => {
  const message = argumentSizeFault(args);
  return message === undefined ? undefined : { path: pointerOf(way), rule: "arguments_too_large", message };
};

type Counting = { values: number; readonly way: (string | number)[] };

const countFault = (count: number, counting: Counting): Violation | undefined => {
  if (count > MAX_LIST_ITEMS) {
    const message = `has ${count} entries; at most ${MAX_LIST_ITEMS} are taken`;
    return { path: pointerOf(counting.way), rule: "too_many_items", message };
  }
  counting.values += count;
  if (counting.values <= MAX_PLAN_VALUES) return undefined;
  const message = `the plans consist of more than ${MAX_PLAN_VALUES} values, arguments left out; send several submissions`;
  return { path: "", rule: "too_many_values", message };
};

const faultBelow = (name: string | number, value: unknown, counting: Counting): Violation | undefined => {
  if (typeof value !== "object" || value === null || counting.way.length >= MAX_DEPTH) return undefined;
  counting.way.push(name);
  const found = name === OF_STEP ? argumentsFault(value, counting) : faultIn(name, value, counting);
  counting.way.pop();
  return found;
};

const faultIn = (name: string | number, value: object, counting: Counting): Violation | undefined => {
  if (Array.isArray(value)) return faultOfItems(value, counting);
  return name === OF_TOOLS ? faultOfTools(value, counting) : faultOfFields(value, counting);
};

const faultOfTools = (tools: object, counting: Counting): Violation | undefined => {
  const named = Object.entries(tools);
  let found = countFault(named.length, counting);
  for (const [tool, args] of named) {
    if (found !== undefined) break;
    counting.way.push(tool);
    found = argumentsFault(args, counting);
    counting.way.pop();
  }
  return found;
};

const faultOfItems = (items: readonly unknown[], counting: Counting): Violation | undefined => {
  let found = countFault(items.length, counting);
  for (let index = items.length - 1; index >= 0 && found === undefined; index -= 1)
    found = faultBelow(index, items[index], counting);
  return found;
};

const faultOfFields = (object: object, counting: Counting): Violation | undefined => {
  if (!isJsonObject(object)) return undefined;
  const names = Object.keys(object);
  let found = countFault(names.length, counting);
  for (let index = names.length - 1; index >= 0 && found === undefined; index -= 1) {
    const name = names[index] ?? "";
    found = faultBelow(name, object[name], counting);
  }
  return found;
};

/**
 * The sizes that make a body too large to look at piece by piece: checking shape costs far more than reading, so that
 * four megabytes of numbers where steps belong would take a processor for a quarter of a minute. Ends at the first,
 * last parts first. Asked before anything else, so it looks no deeper than `jsonFaults` allows.
 */
export const submissionSizeViolations = (body: unknown): Violation[] => {
  if (typeof body !== "object" || body === null) return [];
  const counting: Counting = { values: 0, way: [] };
  const found = Array.isArray(body) ? faultOfItems(body, counting) : faultOfFields(body, counting);
  return found === undefined ? [] : [found];
};
