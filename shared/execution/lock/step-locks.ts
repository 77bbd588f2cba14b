import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { type ToolContract, undoingTool } from "../../contracts/tool-contract.ts";
import type { StepRecord } from "../record/step-record.ts";
import { type Lock, lockApplies } from "./lock.ts";

/**
 * The locks that hold a step as it stands. Its compensation is held by freeze_all only, and also by a lock on the tool
 * that undoes it. A contract that is not known names no other.
 */
export const locksOn = (
  locks: readonly Lock[],
  execution_id: string,
  step: Pick<ScheduledStep, "tool_name" | "agent_id" | "acting_agent_id">,
  { state, phase }: Pick<StepRecord, "state" | "phase">,
  contract: ToolContract | undefined,
): Lock[] => {
  const undoing = state === "ROLLBACK" || phase === "undo_frozen";
  const undoes = undoing && contract !== undefined ? [undoingTool(contract)] : [];
  const target = {
    execution_id,
    tool_names: [step.tool_name, ...undoes],
    agent_ids: [step.agent_id, step.acting_agent_id],
  };
  return locks.filter((lock) => lockApplies(lock, target) && (!undoing || lock.mode === "freeze_all"));
};
