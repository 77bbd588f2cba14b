import type { z } from "zod";
import type { Item } from "./table.ts";

/**
 * Records travel as JSON text in one attribute: any JSON survives as it was (numbers out of DynamoDB's range, halves of
 * surrogate pairs, any depth), and it costs half as much work as attribute by attribute. Only what conditions and
 * indexes look at stands beside it.
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

/**
 * The record in the item's body, read once for each item.
 *
 * @throws ZodError when it is not what the schema says.
 */
export const readBody = <Schema extends z.ZodType>(schema: Schema, item: Item): z.output<Schema> => {
  const read = readers.get(schema) ?? oncePerItem((each) => schema.parse(JSON.parse(String(each.body))));
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
