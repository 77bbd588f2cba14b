import { z } from "zod";
import { earlierCall } from "../../conflicts/repeated-call.ts";
import { ceilingReason, executionMode } from "../../contracts/ceiling.ts";
import { stepId } from "../../plan/given-names.ts";
import { identifier } from "../../plan/tool-execution-plan.ts";
import { ledgerSide } from "./ledger-row.ts";
import { EXECUTION_STATES, PHASES } from "./states.ts";

/** A body that is kept in the blob store: states and records carry the reference, never the body. */
export const bodyRef = z.strictObject({
  key: z.string(),
  /** Digest of the body's canonical JSON (domain `body`). */
  digest: z.string(),
});
export type BodyRef = z.infer<typeof bodyRef>;

/** Why a step ended where it did; the artifacts' `status` and `approval_status` follow from it. */
export const ENDINGS = [
  "live",
  "preview_only",
  "ceiling",
  "rejected",
  "expired",
  "conflict",
  "dependency",
  "lock",
  "execution_aborted",
  "plan_failed",
  "not_started",
  "failed",
  "compensated",
  "undo_accepted",
] as const;
export const ending = z.enum(ENDINGS);
export type Ending = z.infer<typeof ending>;

/** A rung that ran: how long it took and how it went. */
export const rungResult = z.strictObject({
  mode: executionMode,
  outcome: z.enum(["succeeded", "failed", "unknown"]),
  started_at: z.string(),
  duration_ms: z.number().nonnegative(),
  timed_out: z.boolean(),
  error: z.string().nullable(),
});
export type RungResult = z.infer<typeof rungResult>;

export const rollbackTrigger = z.enum(["safety_violation", "execution_failure", "conflict_resolution", "manual"]);
export type RollbackTrigger = z.infer<typeof rollbackTrigger>;

/** The present state of one step: the projection of its chain of events. */
export const stepRecord = z.strictObject({
  execution_id: identifier,
  plan_id: identifier,
  step_id: stepId,
  /** Sequence number of the last event in the step's chain; 0 before the first. */
  seq: z.number().int().nonnegative(),
  /** Hash of that event: the next link's predecessor. */
  head: z.string(),
  state: z.enum(EXECUTION_STATES),
  phase: z.enum(PHASES),
  ending: ending.nullable(),
  /** Why it stands where it stands, in words. */
  reason: z.string().nullable(),
  /** Reasons that lowered the ceiling since the schedule was made. */
  ceiling_reasons: z.array(ceilingReason),
  /** Arguments after an edit; null while they are the plan's. */
  edited_arguments: bodyRef.nullable(),
  edits: z.number().int().nonnegative(),
  last_edited_by: z.string().nullable(),
  mock_output: bodyRef.nullable(),
  dry_run_output: bodyRef.nullable(),
  live_output: bodyRef.nullable(),
  /** The last preview made: arguments, fields old and new. */
  preview: bodyRef.nullable(),
  /** A picture of what the call would act on, as it stood when the preview was made. Absent where no tool showed one. */
  preview_picture: bodyRef.nullable().exactOptional(),
  /** Digest an approver decides on; null while the preview is provisional. */
  preview_digest: z.string().nullable(),
  provisional: z.boolean(),
  /** The request that is open, or was decided last. */
  approval_id: z.string().nullable(),
  /** Counts the requests asked for this step: part of the next request's id. */
  approvals_asked: z.number().int().nonnegative(),
  /** Set when all approvals were given: the digest they sealed. */
  approved_digest: z.string().nullable(),
  approved_by: z.array(z.string()),
  rungs: z.array(rungResult),
  /** The call was committed by the outside world at least once (stays true after compensation). */
  committed: z.boolean(),
  /** Why it is, or was, rolled back. */
  rollback_trigger: rollbackTrigger.nullable(),
  /** Why, in words: what it says once it is undone, whatever that had to wait for. Absent in records of earlier releases. */
  rollback_reason: z.string().exactOptional(),
  /**
   * Number of the roll back that it was last undone by, or asked about for; 0 for that of its failed plan. Absent where
   * there was none, and in records of earlier releases.
   */
  rollback_number: z.number().int().nonnegative().exactOptional(),
  /**
   * Digest of the steps of other executions that rest on its call, as a person was asked about them before it was to be
   * undone: for what rests on it beside those, a person is asked again.
   */
  undo_despite: z.string().exactOptional(),
  /**
   * How many resumes had been asked for when a lock held it: a later one takes it up. Counted, since clocks go back.
   * Absent where no lock did, and in records of earlier releases.
   */
  locked_after: z.number().int().nonnegative().exactOptional(),
  /** LIVE (or the compensation) was put off: since when, how often, and when to look again. */
  waiting_since: z.string().nullable(),
  deferrals: z.number().int().nonnegative(),
  look_again_at: z.string().nullable(),
  /** The tool of which no slot was free when it was put off: it need not wait out its pause once one is. */
  waits_for_slot_of: z.string().nullable().exactOptional(),
  /** The key that somebody else wrote, or was first to write, when it was put off: it need not wait once it is its turn. */
  waits_for_lease: z.string().nullable().exactOptional(),
  /** Since when its service has answered each of its tries by asking to be left alone. */
  pushed_back_since: z.string().nullable().exactOptional(),
  /** Starts of one side that came to nothing since the step was asked so many times: no start is repeated for ever. */
  failed_starts: z
    .strictObject({
      side: ledgerSide,
      asked: z.number().int().nonnegative(),
      count: z.number().int().positive(),
    })
    .exactOptional(),
  /** The call of the ledger that this one would have repeated, found at LIVE: nothing was sent. */
  duplicate_of: earlierCall.exactOptional(),
  /**
   * The same may succeed when it is asked again: it was never sent, or its service was not there. Absent otherwise, and in
   * records of earlier releases.
   */
  passing: z.literal(true).exactOptional(),
  /** No service answers its tool: the sandbox makes up the results. Absent otherwise, and in records of earlier releases. */
  made_up: z.literal(true).exactOptional(),

  updated_at: z.string(),
});
export type StepRecord = z.infer<typeof stepRecord>;
