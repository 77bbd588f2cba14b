import { z } from "zod";
import { stepId } from "../plan/given-names.ts";
import type { Json } from "../plan/json.ts";
import { identifier } from "../plan/tool-execution-plan.ts";

/** A call that stands in the ledger, of this execution or of another, and may have had its effect. */
export const earlierCall = z.strictObject({
  execution_id: identifier,
  step_id: stepId,
  status: z.enum(["INTENT", "COMMITTED", "REJECTED", "INDETERMINATE"]),
  /** When the call was made; ISO 8601. */
  at: z.string(),
});
export type EarlierCall = z.infer<typeof earlierCall>;

/** How gravely a duplicate counts, whenever it is found. */
export const DUPLICATE_SEVERITY = 9;

type Repeating = { readonly step_id: string; readonly tool_name: string; readonly allow_duplicate: boolean };

/** The details of a DUPLICATE_ACTION about a step that repeats a call of the ledger. */
export const repeatOf = (
  { step_id, tool_name, allow_duplicate }: Repeating,
  call: EarlierCall,
): { finding: string; details: Record<string, Json> } => ({
  finding: `${step_id} (${tool_name}) repeats a call that step ${call.step_id} of execution ${call.execution_id} made at ${call.at} (${call.status})`,
  details: {
    duplicate_of: { execution_id: call.execution_id, step_id: call.step_id, status: call.status, at: call.at },
    allow_duplicate,
  },
});

/** How it is resolved where nobody allowed it. */
export const REPEAT_ABORTED = "aborted; what depends on it takes the earlier call as done";
