import { z } from "zod";
import { executionMode } from "../../contracts/ceiling.ts";
import { stepId } from "../../plan/given-names.ts";
import { identifier } from "../../plan/tool-execution-plan.ts";

/** Whether a refused call may be made again: in words beside it, so that a model heeds it. */
export const callRetry = z.enum(["never", "later", "after_change"]);
export type CallRetry = z.infer<typeof callRetry>;

/**
 * For what a call waits: a person's yes, a resource or turn, what comes of what was begun, here or as the same call elsewhere, a worker that takes it, or an
 * operator who lifts a lock.
 */
export const callWaitsFor = z.enum(["approval", "resource", "outcome", "worker", "unlock"]);
export type CallWaitsFor = z.infer<typeof callWaitsFor>;

export const refusedAs = z.enum(["blocked", "rejected", "failed", "expired", "undone"]);
export type RefusedAs = z.infer<typeof refusedAs>;

const said = {
  call_id: identifier,
  /** How it stands and what to do now, in words for a model. */ message: z.string(),
};

/** It was done: LIVE, or previewed where no more was asked for. */
const done = z.strictObject({
  ...said,
  outcome: z.literal("done"),
  mode: executionMode,
  /** No service answered: the sandbox made the output up. */
  made_up: z.boolean(),
  /** The call that was made earlier and counts as this one, which was not made again. */
  duplicate_of: z.strictObject({ execution_id: identifier, step_id: stepId }).nullable(),
});

/** It ended, and what was asked for is not there. */
const refused = z.strictObject({
  ...said,
  outcome: z.literal("refused"),
  status: refusedAs,
  reasons: z.array(z.string()).min(1),
  retry: callRetry,
});

/** It has not ended; the same call again, and this one by its id, wait for the same end. */
const waiting = z.strictObject({
  ...said,
  outcome: z.literal("waiting"),
  for: callWaitsFor,
  /** The open request to people, where there is one. */
  approval_id: z.string().nullable(),
  poll_after_seconds: z.number().positive(),
});

/** How a call stands, for the agent that made it; its output is kept elsewhere. */
export const callAnswer = z.discriminatedUnion("outcome", [done, refused, waiting]);
export type CallAnswer = z.infer<typeof callAnswer>;
export type DoneAnswer = z.infer<typeof done>;
export type RefusedAnswer = z.infer<typeof refused>;
export type WaitingAnswer = z.infer<typeof waiting>;

/** The schemas by outcome, for whoever says more beside them. */
export const callAnswers = { done, refused, waiting };
