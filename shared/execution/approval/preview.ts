import { z } from "zod";
import { digestOf } from "../../plan/digest.ts";
import { json, jsonObject } from "../../plan/json.ts";

/** One field that LIVE would change: which record, which field, from what to what. */
export const fieldChange = z.strictObject({
  record: z.string(),
  field: z.string(),
  old: json,
  new: json,
});
export type FieldChange = z.infer<typeof fieldChange>;

/** Fields that two previews of one step change, whose present value is another one by now: from then to now. */
export const driftBetween = (before: readonly FieldChange[], now: readonly FieldChange[]): FieldChange[] =>
  now.flatMap((change) => {
    const seen = before.find((known) => known.record === change.record && known.field === change.field);
    const same = seen !== undefined && JSON.stringify(seen.old) === JSON.stringify(change.old);
    return seen === undefined || same ? [] : [{ ...change, old: seen.old, new: change.old }];
  });

/** The exact effect of LIVE, without making it. */
export const preview = z.strictObject({
  summary: z.string(),
  /** For a read, the real result; for a write, what the call would return as far as it can be known. */
  output: json,
  changes: z.array(fieldChange),
});
export type Preview = z.infer<typeof preview>;

/** A preview with what it was made of; what an approver sees and seals. */
export const sealedPreview = z.strictObject({
  tool_name: z.string(),
  contract_hash: z.string(),
  acting_agent_id: z.string(),
  arguments: jsonObject,
  preview,
});
export type SealedPreview = z.infer<typeof sealedPreview>;

/** The digest that a decision names: over tool, contract, resolved arguments, acting agent and preview. */
export const previewDigest = (sealed: SealedPreview): string => digestOf("preview", sealed);
