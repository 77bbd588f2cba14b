import { z } from "zod";
import { MANIFEST_NAME } from "../artifacts/index.ts";
import { RECORD_NAME } from "./record-line.ts";

const namedIn =
  (schema: z.ZodType<string>) =>
  (text: string): string | undefined => {
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  };

const manifestId = z.object({ execution_id: z.string() }).transform(({ execution_id }) => execution_id);
const summaryId = z.object({ pipeline_id: z.string() }).transform(({ pipeline_id }) => pipeline_id);
const recordId = z.object({ execution: manifestId }).transform(({ execution }) => execution);

/** Files that say of which execution they are, the surest first, each with how to read it. */
export const NAMED_BY: readonly (readonly [string, (text: string) => string | undefined])[] = [
  [MANIFEST_NAME, namedIn(manifestId)],
  [RECORD_NAME, (text) => namedIn(recordId)(text.split("\n", 1)[0] ?? "")],
  ["orchestration_summary.json", namedIn(summaryId)],
  ["tool_execution_log.jsonl", (text) => namedIn(manifestId)(text.split("\n", 1)[0] ?? "")],
];
