import { z } from "zod";
import { executionMode } from "../../shared/contracts/ceiling.ts";
import { correlationId } from "../../shared/execution/execution-record.ts";
import type { RungItem } from "../../shared/execution/view.ts";
import { stepId } from "../../shared/plan/given-names.ts";
import { json } from "../../shared/plan/json.ts";
import { identifier } from "../../shared/plan/tool-execution-plan.ts";

/** The input that the state machine passes between its states: ids and numbers, never bodies. */
export const workflowRun = z.object({ execution_id: identifier, history: z.number().int().positive() });
export const passInput = workflowRun.extend({ pass: z.number().int().positive() });
export type PassInput = z.infer<typeof passInput>;

export const rungItem = z.object({
  execution_id: identifier,
  step_id: stepId,
  rung: z.enum(["MOCK", "DRY_RUN", "LIVE", "ROLLBACK"]),
  ceiling: executionMode,
  ceiling_reason: z.string().nullable(),
  provisional: z.boolean(),
  // Items of a workflow run that an earlier release began have none.
  start_before: z.string().nullable().default(null),
  rests_elsewhere: z.boolean().default(false),
}) satisfies z.ZodType<RungItem>;

/** As Next wave hands it out: what the lines of its functions are to say besides; the rungs themselves do not ask. */
export const markedItem = rungItem.extend({
  plan_id: identifier.nullable().default(null),
  correlation_id: correlationId.nullable().default(null),
});
export type MarkedItem = z.infer<typeof markedItem>;

/** A rung that ended without answering, with what the engine caught. */
export const unansweredItem = rungItem.extend({
  failure: z.object({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
  answer: json.optional(),
});

/** The one answer of every rung: whatever is missing from it did not happen, and the ledger is asked. */
export type Answer = { readonly answered: true };
export const ANSWERED: Answer = { answered: true };
