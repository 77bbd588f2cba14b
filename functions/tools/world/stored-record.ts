import { z } from "zod";
import { ledgerSide } from "../../../shared/execution/record/ledger-row.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import { type Json, type JsonObject, json, jsonObject } from "../../../shared/plan/json.ts";
import type { Author, Standing, WorldRecord } from "./world.ts";

/** Marks kept per record, newest first: in number, and in characters, far below the 400 KB of an item. */
export const MARKS_KEPT = 50;
export const MARK_CHARACTERS_KEPT = 60_000;

/** A record as a store keeps it. `value: null` is a removed record, kept for its version and its marks. */
export const storedRecord = z.strictObject({
  value: jsonObject.nullable(),
  version: z.number().int().positive(),
  writers: z.record(z.string(), z.string()),
  marks: z.array(z.strictObject({ side: ledgerSide, key: z.string(), output: json, undo: jsonObject.nullable() })),
  forgetful: z.boolean(),
});
export type StoredRecord = z.infer<typeof storedRecord>;

/** The value under a name, never one that every object inherits: a field may be called `constructor`. */
export const ownField = <Value>(
  fields: { readonly [field: string]: Value } | null | undefined,
  field: string,
): Value | undefined => (fields && Object.hasOwn(fields, field) ? fields[field] : undefined);

/** Two values are the same when their canonical forms are; a field that is absent counts as null. */
export const sameValue = (one: Json | undefined, other: Json | undefined): boolean =>
  canonicalJson(one ?? null) === canonicalJson(other ?? null);

/** The record after one more write: next version, the author on every field that changed, the mark at the end. */
export const afterWrite = (
  before: StoredRecord | undefined,
  value: JsonObject | null,
  author: Author,
): StoredRecord => {
  const marks = [...(before?.marks ?? []), ...(author.mark === null ? [] : [author.mark])];
  const kept = newest(marks);
  return {
    value,
    version: (before?.version ?? 0) + 1,
    writers: writersAfter(before, value ?? {}, author),
    marks: kept,
    forgetful: (before?.forgetful ?? false) || kept.length < marks.length,
  };
};

/** The last ones within both limits, and the very last one in any case: its reply may be the one that is lost. */
const newest = (marks: StoredRecord["marks"]): StoredRecord["marks"] => {
  let characters = 0;
  const tooOld = marks.findLastIndex((mark, index) => {
    characters += JSON.stringify(mark).length;
    const limited = marks.length - index > MARKS_KEPT || characters > MARK_CHARACTERS_KEPT;
    return limited && index < marks.length - 1;
  });
  return marks.slice(tooOld + 1);
};

const writersAfter = (before: StoredRecord | undefined, value: JsonObject, author: Author): Record<string, string> => {
  const entries = Object.keys(value).flatMap((field): [string, string][] => {
    if (!sameValue(ownField(before?.value, field), value[field]))
      return [[field, ownField(author.of, field) ?? author.by]];
    const earlier = ownField(before?.writers, field);
    return earlier === undefined ? [] : [[field, earlier]];
  });
  return Object.fromEntries(entries);
};

/** @returns undefined for a removed record. */
export const toRecord = (collection: string, id: string, stored: StoredRecord): WorldRecord | undefined =>
  stored.value === null
    ? undefined
    : { collection, id, value: stored.value, version: stored.version, writers: stored.writers };

export const toStanding = (
  collection: string,
  id: string,
  stored: StoredRecord | undefined,
  call: { side: string; key: string },
): Standing => ({
  record: stored && toRecord(collection, id, stored),
  version: stored?.version ?? 0,
  mark: stored?.marks.find((mark) => mark.side === call.side && mark.key === call.key),
  forgetful: stored?.forgetful ?? false,
});
