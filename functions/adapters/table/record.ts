import type { z } from "zod";
import type { Item } from "./table.ts";

/**
 * Records travel as JSON text in one attribute: any JSON survives as it was (numbers out of DynamoDB's range, halves of
 * surrogate pairs, any depth), and it costs half as much work as attribute by attribute. Only what conditions and
 * indexes look at stands beside it.
 */
export const bodyOf = (value: unknown): { readonly body: string } => ({ body: JSON.stringify(value) });

/** The record in the item's body. @throws ZodError when it is not what the schema says. */
export const readBody = <Schema extends z.ZodType>(schema: Schema, item: Item): z.output<Schema> =>
  schema.parse(JSON.parse(String(item.body)));

/** An ISO date as text that sorts by time, whatever its precision or zone was. @throws RangeError when it is none. */
export const instant = (at: string): string => new Date(at).toISOString();

/** Milliseconds since 1970. @throws RangeError when it is no date. */
export const milliseconds = (at: string): number => {
  const time = Date.parse(at);
  if (Number.isNaN(time)) throw new RangeError(`not a date: ${at}`);
  return time;
};
