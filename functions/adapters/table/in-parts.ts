import { digestOfBytes } from "../../../shared/plan/digest.ts";
import { type JsonObject, jsonObject } from "../../../shared/plan/json.ts";
import { parseWellFormed } from "../../../shared/plan/parse-well-formed.ts";
import type { Item, Key } from "./item.ts";
import { passPartKey, passPartPrefix } from "./keys/of-executions.ts";
import { readBody, readItem } from "./record.ts";
import type { Table } from "./table.ts";

/** Bytes of text that stand in one item, which takes 400 KB with its key and names. */
const MOST_BYTES = 384_000;

/** UTF-16 units of a part: three bytes each at most. */
const PART_LENGTH = MOST_BYTES / 3;

/**
 * The item of a record of any length: the record itself, or its digest and how many parts it has. Those are written
 * before the item is, so that whoever finds it finds them; two that write different records at once write different
 * parts.
 */
export const inParts = async (table: Table, key: Key, record: JsonObject): Promise<Item> => {
  const body = JSON.stringify(record);
  if (Buffer.byteLength(body) <= MOST_BYTES) return { ...key, body };
  const digest = digestOfBytes(body);
  const parts = cut(body);
  for (const [place, part] of parts.entries()) await table.put({ ...passPartKey(key, digest, place), body: part });
  return { ...key, digest, parts: parts.length };
};

/** The record of an item that `inParts` made. @throws RecordDamaged when it is not what was written */
export const whole = async (table: Table, item: Item): Promise<JsonObject> => {
  if (item.parts === undefined) return readBody(jsonObject, item);
  const parts = await table.query(item.pk, { prefix: passPartPrefix(String(item.digest)) });
  const text = parts.map(({ body }) => String(body)).join("");
  return readItem(item, () => {
    if (digestOfBytes(text) !== item.digest) throw new SyntaxError("its parts are not those that were written");
    return jsonObject.parse(parseWellFormed(text));
  });
};

/** JSON text holds no half of a pair, and no part may. */
const cut = (text: string): string[] => {
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    const to = from + PART_LENGTH;
    const end = /[\ud800-\udbff]/.test(text.charAt(to - 1)) ? to - 1 : to;
    parts.push(text.slice(from, end));
    from = end;
  }
  return parts;
};
