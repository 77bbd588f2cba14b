import { pointerOf } from "./json-pointer.ts";
import { isKeptNumber } from "./kept-number.ts";
import type { Violation } from "./violation.ts";

/** Deeper than any real argument; shallow enough that nothing downstream runs out of stack. */
export const MAX_DEPTH = 64;

/** Nobody reads as many: what has more is not looked at any further. Ten times what a reply lists. */
export const MOST_FAULTS = 1_000;

const UNSAFE =
  "a number beyond 2^53 without a fraction may have lost digits in JSON: send an identifier as a string, a measure in at most 15 digits with an exponent of 21 or more, or in another unit";

type Fault = { rule: string; message: string };

const numberFault = (value: number): Fault | undefined => {
  if (!Number.isFinite(value))
    return { rule: "not_json", message: `${value} is not a JSON number; send a number, or leave the field out` };
  return isKeptNumber(value) ? undefined : { rule: "unsafe_number", message: UNSAFE };
};

const textFault = (value: string): Fault | undefined =>
  value.isWellFormed()
    ? undefined
    : { rule: "malformed_text", message: "holds half of a surrogate pair, which is not valid Unicode text" };

const isPlainObject = (value: object): value is Readonly<Record<string, unknown>> => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

const scalarFault = (value: unknown): Fault | undefined => {
  if (value === null || typeof value === "boolean") return undefined;
  if (typeof value === "number") return numberFault(value);
  if (typeof value === "string") return textFault(value);
  return { rule: "not_json", message: `a ${typeof value} is not a JSON value; send JSON` };
};

/** A schema that reads JSON drops a field of this name, and hands on the rest as if it were all. */
const RESERVED = "__proto__";

const keyFault = (key: string): Fault | undefined =>
  key === RESERVED
    ? { rule: "reserved_name", message: `${RESERVED} cannot be a field name; rename it` }
    : textFault(key);

/** The faults of the fields that a schema would drop from an object, at its place; for who looks at it before one does. */
export const droppedNames = (object: object, at: string): Violation[] =>
  Object.hasOwn(object, RESERVED)
    ? jsonFaults({ [RESERVED]: null }).violations.map((each) => ({ ...each, path: `${at}${each.path}` }))
    : [];

export type JsonFaults = {
  violations: Violation[];
  /** False when the value is too deep, holds itself or has `MOST_FAULTS`, so that nothing else may walk it. */
  walkable: boolean;
};

/** The faults found so far, and the way to the value that is being looked at: written out only for what is wrong. */
type Looking = { readonly violations: Violation[]; readonly way: (string | number)[]; readonly deepest: number };

const add = ({ violations, way }: Pick<Looking, "violations" | "way">, { rule, message }: Fault): void => {
  violations.push({ path: pointerOf(way), rule, message });
};

/** @returns false where the value is nested too deep or too much is wrong with it, and all ends there */
const look = (value: unknown, looking: Looking): boolean => {
  if (looking.violations.length >= MOST_FAULTS) return false;
  if (typeof value !== "object" || value === null) {
    const fault = scalarFault(value);
    if (fault !== undefined) add(looking, fault);
    return true;
  }
  if (looking.way.length >= looking.deepest) {
    add(looking, { rule: "too_deep", message: `is nested deeper than ${looking.deepest} levels; flatten it` });
    return false;
  }
  if (Array.isArray(value)) return lookAtItems(value, looking);
  if (isPlainObject(value)) return lookAtFields(value, looking);
  add(looking, { rule: "not_json", message: "is an instance of a class, not a JSON object; send JSON" });
  return true;
};

const lookAtItems = (items: readonly unknown[], looking: Looking): boolean => {
  for (let index = 0; index < items.length; index += 1) {
    looking.way.push(index);
    if (!look(items[index], looking)) return false;
    looking.way.pop();
  }
  return true;
};

/** The names of an object come before anything in it, the last of them first. */
const lookAtNames = (names: readonly string[], looking: Looking): void => {
  for (const name of names.toReversed()) {
    const fault = keyFault(name);
    if (fault === undefined) continue;
    if (looking.violations.length >= MOST_FAULTS) return;
    looking.way.push(name);
    add(looking, fault);
    looking.way.pop();
  }
};

const lookAtFields = (object: Readonly<Record<string, unknown>>, looking: Looking): boolean => {
  let named = true;
  for (const name in object) named &&= keyFault(name) === undefined;
  if (!named) lookAtNames(Object.keys(object), looking);
  for (const name in object) {
    const value = object[name];
    // An undefined field is what JSON leaves out.
    if (value === undefined) continue;
    looking.way.push(name);
    if (!look(value, looking)) return false;
    looking.way.pop();
  }
  return true;
};

/**
 * The faults that keep a value from being plain JSON that every later stage can hash, store and copy: NaN and Infinity,
 * integers that lose digits, broken Unicode, `__proto__` keys, values that are not JSON, nesting deeper than
 * `deepest` (which includes objects that hold themselves), at which it ends, as it does at `MOST_FAULTS` of them.
 * `deepest`: more only of what is a finite tree already, such as a document that somebody else wrote.
 */
export const jsonFaults = (root: unknown, deepest: number = MAX_DEPTH): JsonFaults => {
  const violations: Violation[] = [];
  const walkable = look(root, { violations, way: [], deepest });
  return { violations, walkable };
};
