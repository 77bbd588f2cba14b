import { InvalidItem, type Item, ItemTooLarge, type Key, MAX_ITEM_BYTES, type Scalar } from "./item.ts";
import type { Change } from "./table.ts";

const KEY_LIMITS = Object.entries({ pk: 2048, sk: 1024, gsi1pk: 2048, gsi1sk: 1024 });

/** UTF-8 bytes of names and values; a whole number of JavaScript takes at most 10 bytes, a boolean one. */
export const itemBytes = (item: Item): number => {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + scalarBytes(value);
  return bytes;
};

const scalarBytes = (value: Scalar): number => {
  if (typeof value === "string") return Buffer.byteLength(value);
  return typeof value === "number" ? 10 : 1;
};

/** The most that one UTF-16 unit takes in UTF-8. */
const BYTES_OF_UNIT = 3;

const mostScalarBytes = (value: Scalar): number =>
  typeof value === "string" ? BYTES_OF_UNIT * value.length : scalarBytes(value);

/** Refuses what the database would refuse, before it is sent and alike for every engine. @throws ItemTooLarge, InvalidItem */
export const checkItem = (item: Item): void => {
  for (const [name, limit] of KEY_LIMITS) {
    const value = item[name];
    if (value === undefined && name.startsWith("gsi1")) continue;
    if (typeof value !== "string" || value === "") throw new InvalidItem(item, `${name} must be text`);
    if (BYTES_OF_UNIT * value.length > limit && Buffer.byteLength(value) > limit)
      throw new InvalidItem(item, `${name} has more than ${limit} bytes`);
  }
  let most = 0;
  for (const [name, value] of Object.entries(item)) {
    checkScalar(item, name, value);
    most += BYTES_OF_UNIT * name.length + mostScalarBytes(value);
  }
  // Nearly every item: its bytes need not be counted.
  if (most <= MAX_ITEM_BYTES) return;
  const bytes = itemBytes(item);
  if (bytes > MAX_ITEM_BYTES) throw new ItemTooLarge(item, bytes);
};

/** A change of other attributes than the key, each of them once. @throws InvalidItem */
export const checkChange = (key: Key, { set = {}, add = {}, remove = [] }: Change): void => {
  const names = [...Object.keys(set), ...Object.keys(add), ...remove];
  if (new Set(names).size < names.length) throw new InvalidItem(key, "an attribute is changed twice");
  if (names.some((name) => name === "pk" || name === "sk")) throw new InvalidItem(key, "a key never changes");
  for (const [name, value] of Object.entries({ ...set, ...add })) checkScalar(key, name, value);
};

/** @throws InvalidItem */
const checkScalar = (key: Key, name: string, value: Scalar): void => {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new InvalidItem(key, `${name} must be a whole number, not ${value}`);
  }
  if (typeof value === "string" && !value.isWellFormed()) {
    throw new InvalidItem(key, `${name} holds half a surrogate pair, which UTF-8 cannot carry`);
  }
};
