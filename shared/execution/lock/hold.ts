import type { ScheduledStep } from "../../conflicts/schedule.ts";
import type { ToolContract } from "../../contracts/tool-contract.ts";
import type { ExecutionRecord } from "../record/execution-record.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { Lock } from "./lock.ts";
import { locksOn } from "./step-locks.ts";

/**
 * For what a step waits that a lock held: until no lock applies to it, until somebody resumes its execution, or for
 * nothing more: it was resumed and is about to be taken up.
 */
export type Hold = "lock" | "resume" | "resumed";

/** A lock that is lifted lets nothing go: its step stays so until it is resumed. */
export const isHeld = ({ state, phase }: Pick<StepRecord, "state" | "phase">): boolean =>
  state === "LOCKED" && (phase === "open" || phase === "undo_frozen");

/** A resume came after the lock. Counted; a record of an earlier release tells by the clock alone which came first. */
export const isResumed = (
  { resume_requested: request }: Pick<ExecutionRecord, "resume_requested">,
  { locked_after, updated_at }: Pick<StepRecord, "locked_after" | "updated_at">,
): boolean =>
  request !== null && (locked_after === undefined ? updated_at <= request.at : locked_after < request.number);

/** @returns null where no lock held the step as it stands */
export const holdOf = (
  locks: readonly Lock[],
  execution: Pick<ExecutionRecord, "execution_id" | "resume_requested">,
  step: Pick<ScheduledStep, "tool_name" | "agent_id" | "acting_agent_id">,
  record: StepRecord,
  contract: ToolContract | undefined,
): Hold | null => {
  if (!isHeld(record)) return null;
  if (locksOn(locks, execution.execution_id, step, record, contract).length > 0) return "lock";
  return isResumed(execution, record) ? "resumed" : "resume";
};

export const TO_BE_RESUMED = "No lock holds it any more: it goes on once somebody resumes its execution.";
