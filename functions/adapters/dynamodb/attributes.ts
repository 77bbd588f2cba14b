import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item, Scalar } from "../table/item.ts";

export type Attributes = Record<string, AttributeValue>;

/** Names the write that an item stems from, so that a writer whose reply was lost can recognise its own. */
export const WRITE_ID = "_w";

export const toAttribute = (value: Scalar): AttributeValue => {
  if (typeof value === "string") return { S: value };
  return typeof value === "number" ? { N: String(value) } : { BOOL: value };
};

export const toAttributes = (item: { readonly [name: string]: Scalar }): Attributes =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toAttribute(value)]));

const fromAttribute = (name: string, value: AttributeValue): Scalar => {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  throw new TypeError(`attribute ${name} is of a type that this table never writes`);
};

export const fromAttributes = ({ [WRITE_ID]: _id, ...attributes }: Attributes): Item => {
  const entries = Object.entries(attributes).map(([name, value]): [string, Scalar] => [
    name,
    fromAttribute(name, value),
  ]);
  const item = Object.fromEntries(entries);
  return { ...item, pk: String(item.pk), sk: String(item.sk) };
};
