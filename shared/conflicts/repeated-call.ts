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

/** It is under way, or is being looked up: whether the same call is to be made again is decided once that is over. */
export const isUndecided = ({ status }: Pick<EarlierCall, "status">): boolean => status === "INTENT";

/** It is over, and nobody knows whether it was made: the same call is not made again, and what rests on it waits for a person. */
const isUnknown = ({ status }: Pick<EarlierCall, "status">): boolean => status === "INDETERMINATE";

/** How gravely a duplicate counts, whenever it is found. */
export const DUPLICATE_SEVERITY = 9;

type Repeating = { readonly step_id: string; readonly tool_name: string; readonly allow_duplicate: boolean };

/** The details of a DUPLICATE_ACTION about a step that repeats a call of the ledger. */
export const repeatOf = (
  { step_id, tool_name, allow_duplicate }: Repeating,
  call: EarlierCall,
): { finding: string; details: Record<string, Json> } => ({
  finding: `${step_id} (${tool_name}) ${repeatsInWords(call)} (${call.status})`,
  details: {
    duplicate_of: { execution_id: call.execution_id, step_id: call.step_id, status: call.status, at: call.at },
    allow_duplicate,
  },
});

const repeatsInWords = (call: EarlierCall): string => {
  if (isUndecided(call)) return `may repeat a call: ${undecidedInWords(call)}`;
  if (isUnknown(call)) return `may repeat a call: ${unknownInWords(call)}`;
  return `repeats a call that step ${call.step_id} of execution ${call.execution_id} made at ${call.at}`;
};

/** Why a step ended that would have repeated it, or may have. */
export const repeatedInWords = (call: EarlierCall): string => {
  const { execution_id, step_id, status, at } = call;
  const earlier = `step ${step_id} of execution ${execution_id} made the same call at ${at}`;
  return `DUPLICATE_ACTION: ${isUnknown(call) ? unknownInWords(call) : earlier} (${status})`;
};

/** A call of which a person has to find out whether it was made. */
export const unknownInWords = ({ execution_id, step_id, at }: EarlierCall): string =>
  `step ${step_id} of execution ${execution_id} began the same call at ${at}, and nobody knew whether that was made`;

/** Why a step waits that would repeat it. */
export const undecidedInWords = ({ execution_id, step_id, at }: EarlierCall): string =>
  `step ${step_id} of execution ${execution_id} began the same call at ${at}, and what came of that one is not known yet`;

/** How it is resolved where nobody allowed it: before it is known what came of the earlier call, and after. */
export const REPEAT_WAITS =
  "waits until what came of the earlier call is known: dropped if that was made or may have been, and what depends on it takes that call as done once it is; else it runs";
const REPEAT_ABORTED = "aborted; what depends on it takes the earlier call as done";
const UNKNOWN_ABORTED =
  "aborted; what depends on it waits until a person has found out whether the earlier call was made, and takes it as done if it was";

/** How a repeat is resolved that nobody allowed, once the earlier call is over. */
export const abortedInWords = (call: EarlierCall): string => (isUnknown(call) ? UNKNOWN_ABORTED : REPEAT_ABORTED);
