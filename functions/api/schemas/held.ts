import { z } from "zod";
import { lock } from "../../../shared/execution/lock/lock.ts";
import { pageOf, problem, reason, unreadable } from "./common.ts";
import { executionSummary } from "./executions.ts";

/** An execution of which a lock holds something. */
export const heldExecution = executionSummary
  .pick({ execution_id: true, status: true, submitted_by: true, submitted_at: true, plan_ids: true })
  .extend({
    steps_held: z.number().int(),
    /** The lock that still applies to all of them; null: it can be resumed now. */
    held_by: lock.nullable(),
  });
export type HeldExecution = z.infer<typeof heldExecution>;
/** A page ends early where it took long: `next` says whether there is more to look at. */
export const heldPage = pageOf(heldExecution).extend({ unreadable });
export type HeldPage = z.infer<typeof heldPage>;

export const MAX_RESUMED = 100;
export const resumeManyBody = z.strictObject({
  executions: z.array(z.string().min(1).max(128)).min(1).max(MAX_RESUMED),
  reason,
});
export type ResumeManyBody = z.infer<typeof resumeManyBody>;
export const resumeResults = z.strictObject({
  results: z.array(
    z.discriminatedUnion("ok", [
      z.strictObject({ ok: z.literal(true), id: z.string() }),
      z.strictObject({ ok: z.literal(false), id: z.string(), problem }),
    ]),
  ),
});
export type ResumeResults = z.infer<typeof resumeResults>;
