import type { z } from "zod";
import type { Item } from "./table.ts";

/**
 * Records travel as JSON text in one attribute: any JSON survives as it was (numbers out of DynamoDB's range, halves of
 * surrogate pairs, any depth), and it costs half as much work as attribute by attribute. Only what conditions and
 * indexes look at stands beside it.
 */
export const bodyOf = (value: unknown): { readonly body: string } => ({ body: JSON.stringify(value) });

const REMEMBERED = 1_000;

let recent = new WeakMap<Item, { readonly schema: z.ZodType; readonly value: unknown }>();
let remembered = 0;

/**
 * The record in the item's body. Tables in memory hand out the same item until it is written again, and its record is
 * then read once: it is shared, and not to be changed. Of no more items than REMEMBERED, which bounds what that holds.
 *
 * @throws ZodError when it is not what the schema says.
 */
export const readBody = <Schema extends z.ZodType>(schema: Schema, item: Item): z.output<Schema> => {
  const known = recent.get(item);
  if (known?.schema === schema) return known.value as z.output<Schema>;
  const value = schema.parse(JSON.parse(String(item.body)));
  if (remembered === REMEMBERED) {
    recent = new WeakMap();
    remembered = 0;
  }
  recent.set(item, { schema, value });
  remembered += 1;
  return value;
};

/** An ISO date as text that sorts by time, whatever its precision or zone was. @throws RangeError when it is none. */
export const instant = (at: string): string => new Date(at).toISOString();

/** Milliseconds since 1970. @throws RangeError when it is no date. */
export const milliseconds = (at: string): number => {
  const time = Date.parse(at);
  if (Number.isNaN(time)) throw new RangeError(`not a date: ${at}`);
  return time;
};
