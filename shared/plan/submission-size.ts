import { isJsonObject } from "./json.ts";
import { pointerTo } from "./json-pointer.ts";
import type { Violation } from "./violation.ts";

/** Steps of a plan, plans, what a step depends on: no list of a submission is longer than the steps it may have. */
export const MAX_LIST_ITEMS = 10_000;

/** Values that plans consist of, arguments left out: 10,000 steps of 30 fields each. */
export const MAX_PLAN_VALUES = 300_000;

/** Arguments of tools are bounded in bytes instead. */
const ARGUMENTS = new Set(["arguments", "tool_arguments"]);

/**
 * The sizes that make a body too large to look at piece by piece: checking shape costs far more than reading, so that
 * four megabytes of numbers where steps belong would take a processor for a quarter of a minute. Ends at the first.
 */
export const submissionSizeViolations = (body: unknown): Violation[] => {
  let values = 0;
  const open: { value: unknown; path: string }[] = [{ value: body, path: "" }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    const fields = Array.isArray(value) ? value.entries() : isJsonObject(value) ? Object.entries(value) : [];
    const count = Array.isArray(value) ? value.length : isJsonObject(value) ? Object.keys(value).length : 0;
    if (count > MAX_LIST_ITEMS) {
      return [{ path, rule: "too_many_items", message: `has ${count} entries; at most ${MAX_LIST_ITEMS} are taken` }];
    }
    values += count;
    if (values > MAX_PLAN_VALUES) {
      const message = `the plans consist of more than ${MAX_PLAN_VALUES} values, arguments left out; send several submissions`;
      return [{ path: "", rule: "too_many_values", message }];
    }
    for (const [name, item] of fields) {
      if (typeof item === "object" && !ARGUMENTS.has(String(name)))
        open.push({ value: item, path: pointerTo(path, name) });
    }
  }
  return [];
};
