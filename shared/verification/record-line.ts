import { z } from "zod";
import { auditEvent } from "../audit/audit-event.ts";
import { approvalRequest } from "../execution/approval/approval.ts";
import { executionRecord } from "../execution/record/execution-record.ts";
import { ledgerRow } from "../execution/record/ledger-row.ts";
import { canonicalJson, digestOfCanonical } from "../plan/digest.ts";
import { type Json, json } from "../plan/json.ts";

export const RECORD_NAME = "record.ndjson";

/** How an execution stood when its record was read: what its chains and manifests are held against. */
export const recordHead = executionRecord.pick({
  execution_id: true,
  status: true,
  submitted_by: true,
  plan_ids: true,
  step_count: true,
  history: true,
  submission: true,
  schedule: true,
  manifests: true,
});
export type RecordHead = z.infer<typeof recordHead>;

/**
 * One line of the record that an execution is verified by. A document is its canonical JSON in `parts` pieces, so that
 * a line is never larger than an answer of the API may be.
 */
export const recordLine = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("execution"), execution: recordHead }),
  z.strictObject({ kind: z.literal("approval"), approval: approvalRequest }),
  z.strictObject({ kind: z.literal("ledger_row"), row: ledgerRow }),
  z.strictObject({ kind: z.literal("event"), event: auditEvent }),
  /** Of the operators' chain, which belongs to no execution. Records of earlier releases have none. */
  z.strictObject({ kind: z.literal("operator_event"), event: auditEvent }),
  z.strictObject({
    kind: z.literal("document"),
    digest: z.string(),
    part: z.number().int().positive(),
    parts: z.number().int().positive(),
    text: z.string(),
  }),
  z.strictObject({ kind: z.literal("document_lost"), digest: z.string(), why: z.enum(["missing", "changed"]) }),
  /** Nothing is missing after it. `digest`: of all lines before it, in their order; records of earlier releases have none. */
  z.strictObject({ kind: z.literal("end"), digest: z.string().exactOptional() }),
]);
export type RecordLine = z.infer<typeof recordLine>;

/** A line without its line break: canonical JSON, so that one line has one text. */
export const renderRecordLine = (line: Json): string => canonicalJson(line);

/** The digest of no lines. */
export const NO_LINES = "";

/** The digest of lines, in their order: that of all lines before, and the text of one more. */
export const withLine = (before: string, text: string): string =>
  digestOfCanonical("record_lines", `${before}\n${text}`);

export type ReadLine = { readonly ok: true; readonly line: RecordLine } | { readonly ok: false; readonly why: string };

/** A line that is not exactly as it is written (other spaces, an unknown field) is not read. */
export const readRecordLine = (text: string): ReadLine => {
  const value = parsed(text);
  if (value === undefined) return { ok: false, why: "it is not JSON" };
  const line = recordLine.safeParse(value);
  if (!line.success) {
    const [first] = line.error.issues;
    return {
      ok: false,
      why: first === undefined ? "it has another shape" : `${first.path.join(".")}: ${first.message}`,
    };
  }
  return renderRecordLine(value) === text
    ? { ok: true, line: line.data }
    : { ok: false, why: "it is not in the form it was written in" };
};

const parsed = (text: string): Json | undefined => {
  try {
    return json.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** Characters of one part of a document; in an answer that is escaped twice, at most four bytes each. */
export const PART_LENGTH = 262_144;

/** A document as lines. Parts are cut between characters, never within one. */
export const documentLines = (digest: string, value: Json): RecordLine[] => {
  const text = canonicalJson(value);
  const texts: string[] = [];
  for (let from = 0; from < text.length; ) {
    const to = characterEnd(text, Math.min(text.length, from + PART_LENGTH));
    texts.push(text.slice(from, to));
    from = to;
  }
  return texts.map((part, place) => ({ kind: "document", digest, part: place + 1, parts: texts.length, text: part }));
};

/** Behind the low half of a pair whose high half is before `at`. */
const characterEnd = (text: string, at: number): number => {
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff && at < text.length ? at + 1 : at;
};
