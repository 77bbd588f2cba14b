import { pointerTo } from "./json-pointer.ts";
import type { Violation } from "./violation.ts";

/** Deeper than any real argument; shallow enough that nothing downstream runs out of stack. */
export const MAX_DEPTH = 64;

type Fault = { rule: string; message: string };

const numberFault = (value: number): Fault | undefined => {
  if (!Number.isFinite(value))
    return { rule: "not_json", message: `${value} is not a JSON number; send a number, or leave the field out` };
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return { rule: "unsafe_number", message: "an integer beyond 2^53 loses digits in JSON; send it as a string" };
  return undefined;
};

const textFault = (value: string): Fault | undefined =>
  value.isWellFormed()
    ? undefined
    : { rule: "malformed_text", message: "holds half of a surrogate pair, which is not valid Unicode text" };

const isPlainObject = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

const scalarFault = (value: unknown): Fault | undefined => {
  if (value === null || typeof value === "boolean") return undefined;
  if (typeof value === "number") return numberFault(value);
  if (typeof value === "string") return textFault(value);
  return { rule: "not_json", message: `a ${typeof value} is not a JSON value; send JSON` };
};

const keyFault = (key: string): Fault | undefined =>
  key === "__proto__"
    ? { rule: "reserved_name", message: "__proto__ cannot be a field name; rename it" }
    : textFault(key);

export type JsonFaults = {
  violations: Violation[];
  /** False when the value is too deep or holds itself, so that nothing else may walk it. */
  walkable: boolean;
};

/**
 * The faults that keep a value from being plain JSON that every later stage can hash, store and copy: NaN and Infinity,
 * integers that lose digits, broken Unicode, `__proto__` keys, values that are not JSON, nesting deeper than
 * `MAX_DEPTH` (which includes objects that hold themselves). Iterative, so that depth cannot exhaust the stack.
 */
export const jsonFaults = (root: unknown): JsonFaults => {
  const found: JsonFaults = { violations: [], walkable: true };
  const open: { value: unknown; path: string; depth: number }[] = [{ value: root, path: "", depth: 0 }];
  const add = (path: string, fault: Fault | undefined): void => {
    if (fault !== undefined) found.violations.push({ path, ...fault });
  };
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path, depth } = next;
    if (typeof value !== "object" || value === null) {
      add(path, scalarFault(value));
    } else if (depth >= MAX_DEPTH) {
      add(path, { rule: "too_deep", message: `is nested deeper than ${MAX_DEPTH} levels; flatten it` });
      return { violations: found.violations, walkable: false };
    } else if (Array.isArray(value)) {
      for (let index = value.length - 1; index >= 0; index -= 1)
        open.push({ value: value[index], path: pointerTo(path, index), depth: depth + 1 });
    } else if (!isPlainObject(value)) {
      add(path, { rule: "not_json", message: "is an instance of a class, not a JSON object; send JSON" });
    } else {
      for (const [key, item] of Object.entries(value).reverse()) {
        add(pointerTo(path, key), keyFault(key));
        // An undefined field is what JSON leaves out.
        if (item !== undefined) open.push({ value: item, path: pointerTo(path, key), depth: depth + 1 });
      }
    }
  }
  return found;
};
