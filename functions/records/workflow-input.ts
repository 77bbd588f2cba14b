import { z } from "zod";
import { executionMode } from "../../shared/contracts/ceiling.ts";
import { correlationId } from "../../shared/execution/record/execution-record.ts";
import type { RungItem } from "../../shared/execution/view/view.ts";
import { stepId } from "../../shared/plan/given-names.ts";
import { json } from "../../shared/plan/json.ts";
import { identifier } from "../../shared/plan/tool-execution-plan.ts";

/** The input that the state machine passes between its states: ids and numbers, never bodies. */
export const workflowRun = z.object({ execution_id: identifier, history: z.number().int().positive() });
export const passInput = workflowRun.extend({ pass: z.number().int().positive() });
export type PassInput = z.infer<typeof passInput>;

/**
 * A pass, with what each iteration of the wave before carried out, in the order of that wave. Workflow runs that an
 * earlier release began carry nothing: their file looks at answers itself, and takes one step an iteration.
 */
export const waveInput = passInput.extend({ answers: z.array(json).optional() });

export const rungItem = z.object({
  execution_id: identifier,
  step_id: stepId,
  seq: z.number().int().nonnegative().nullable().default(null),
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

/** Several steps on one rung that touches nothing, or only reads, for one iteration. */
export const batchItem = rungItem.pick({ execution_id: true }).extend({
  rung: z.enum(["MOCK", "DRY_RUN"]),
  /** So many of its steps are at work at a time. */
  at_once: z.number().int().positive(),
  correlation_id: correlationId.nullable(),
  steps: z
    .array(
      markedItem.pick({
        step_id: true,
        seq: true,
        plan_id: true,
        ceiling: true,
        ceiling_reason: true,
        provisional: true,
      }),
    )
    .min(1),
});
export type BatchItem = z.infer<typeof batchItem>;
export type RehearsedStep = BatchItem["steps"][number];

/** One iteration of a wave: a batch, or one step alone. */
export const waveItem = z.union([batchItem, markedItem]);
export type WaveItem = z.infer<typeof waveItem>;

/** The engine's word on a function of an iteration that failed. */
const failure = z.object({ Error: z.string().optional(), Cause: z.string().optional() }).optional();

/** An item whose function ended without answering. */
export const unansweredItem = z.union([batchItem.extend({ failure }), rungItem.extend({ failure })]);

/**
 * The one answer of every rung: where it is missing the ledger is asked. `alone`: what is still open of a batch is to be
 * handed out one step an iteration.
 */
export const answer = z.object({ answered: z.literal(true), alone: z.literal(true).optional() });
export type Answer = z.infer<typeof answer>;
export const ANSWERED: Answer = { answered: true };
