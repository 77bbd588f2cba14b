import { z } from "zod";
import { parseWellFormed } from "../../../shared/plan/parse-well-formed.ts";
import { type Readable, RecordDamaged } from "../../../shared/ports/damaged.ts";
import type { Item, Key } from "./item.ts";

/**
 * Records travel as JSON text in one attribute: any JSON survives as it was (numbers out of DynamoDB's range, any depth),
 * and it costs half as much work as attribute by attribute. Only what conditions and indexes look at stands beside it.
 * Half a character, which boundaries keep out, is read as the sign for one: a record that got one all the same would
 * stop everything that seals or hashes what it says, the end of its execution first.
 */
export const bodyOf = (value: unknown): { readonly body: string } => ({ body: JSON.stringify(value) });

const REMEMBERED = 8_000;

/**
 * Finds out something about an item once. Tables that hand out the same item until it is written again (in memory, and
 * on one machine) are then asked in vain for no second parsing: what was found is shared, and not to be changed. Of no
 * more items than REMEMBERED, which bounds what that holds.
 */
export const oncePerItem = <Value>(find: (item: Item) => Value): ((item: Item) => Value) => {
  let found = new WeakMap<Item, { readonly value: Value }>();
  let remembered = 0;
  return (item) => {
    const known = found.get(item);
    if (known !== undefined) return known.value;
    const value = find(item);
    if (remembered === REMEMBERED) {
      found = new WeakMap();
      remembered = 0;
    }
    found.set(item, { value });
    remembered += 1;
    return value;
  };
};

const readers = new WeakMap<z.ZodType, (item: Item) => unknown>();

export const placeOf = ({ pk, sk }: Key): string => `${pk} / ${sk}`;

/** The value that `read` makes of an item. @throws RecordDamaged where that is not what was written */
export const readItem = <Value>(item: Item, read: (item: Item) => Value): Value => {
  try {
    return read(item);
  } catch (error) {
    const unreadable = error instanceof z.ZodError || error instanceof SyntaxError;
    throw unreadable ? new RecordDamaged(placeOf(item), error) : error;
  }
};

/** The values that `read` makes of those items that it can read, and the others. */
export const eachReadable = <Value>(
  items: readonly Item[],
  read: (item: Item) => Value,
): { readonly items: Value[]; readonly damaged: Item[] } => {
  const [found, damaged]: [Value[], Item[]] = [[], []];
  for (const item of items) {
    try {
      found.push(read(item));
    } catch (error) {
      if (!(error instanceof RecordDamaged)) throw error;
      damaged.push(item);
    }
  }
  return { items: found, damaged };
};

/** The same, with the places of the others. */
export const readableOf = <Value>(items: readonly Item[], read: (item: Item) => Value): Readable<Value> => {
  const found = eachReadable(items, read);
  return { items: found.items, unreadable: found.damaged.map(placeOf) };
};

/**
 * The record in the item's body, read once for each item.
 *
 * @throws RecordDamaged when it is not what the schema says.
 */
export const readBody = <Schema extends z.ZodType>(schema: Schema, item: Item): z.output<Schema> => {
  const read =
    readers.get(schema) ??
    oncePerItem((item) => readItem(item, (each) => schema.parse(parseWellFormed(String(each.body)))));
  readers.set(schema, read);
  return read(item) as z.output<Schema>;
};

/** An ISO date as text that sorts by time, whatever its precision or zone was. @throws RangeError when it is none. */
export const instant = (at: string): string => new Date(at).toISOString();

/** Milliseconds since 1970. @throws RangeError when it is no date. */
export const milliseconds = (at: string): number => {
  const time = Date.parse(at);
  if (Number.isNaN(time)) throw new RangeError(`not a date: ${at}`);
  return time;
};
