import { z } from "zod";
import { executionMode } from "../../shared/contracts/ceiling.ts";
import type { RungItem } from "../../shared/execution/view.ts";
import { json } from "../../shared/plan/json.ts";
import { identifier } from "../../shared/plan/tool-execution-plan.ts";

/** What the state machine passes between its states: ids and numbers, never bodies. */
export const historyInput = z.object({ execution_id: identifier, history: z.number().int().positive() });
export const passInput = historyInput.extend({ pass: z.number().int().positive() });
export type PassInput = z.infer<typeof passInput>;

export const rungItem = z.object({
  execution_id: identifier,
  step_id: identifier,
  rung: z.enum(["MOCK", "DRY_RUN", "LIVE", "ROLLBACK"]),
  ceiling: executionMode,
  ceiling_reason: z.string().nullable(),
  provisional: z.boolean(),
}) satisfies z.ZodType<RungItem>;

/** A rung that ended without answering, with what the engine caught. */
export const unansweredItem = rungItem.extend({
  failure: z.object({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
  answer: json.optional(),
});

/** The one answer of every rung: whatever is missing from it did not happen, and the ledger is asked. */
export type Answer = { readonly answered: true };
export const ANSWERED: Answer = { answered: true };
