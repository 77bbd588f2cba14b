import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { undoingTool } from "../../contracts/tool-contract.ts";
import { submittersOf } from "../record/execution-record.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { ExecutionView } from "../view/view.ts";
import type { Ask } from "../wave/walk.ts";

type Kind = Pick<Ask, "kind">;

/** To undo by a call of another tool takes as many as that call would. Any other question is answered by one. */
export const votesNeeded = (
  { contracts }: Pick<ExecutionView, "contracts">,
  { kind }: Kind,
  step: ScheduledStep,
): number => {
  if (kind === "approve") return Math.max(1, step.approvals_required);
  const contract = contracts.get(step.tool_name);
  const undoing = contract && contracts.get(undoingTool(contract));
  return kind !== "undo" || undoing === undefined || undoing === contract ? 1 : Math.max(1, undoing.approvals_required);
};

/** Of a HIGH tool, and for every word on what really happened, four eyes decide. */
export const needsFourEyes = ({ kind }: Kind, { risk_level }: ScheduledStep): boolean =>
  risk_level === "HIGH" || kind !== "approve";

/** Four eyes: neither who asked for it, nor an owner, then or now, nor the last editor. */
export const excludedFrom = (
  execution: ExecutionView["execution"],
  { last_edited_by }: Pick<StepRecord, "last_edited_by">,
  owners: readonly string[],
): string[] => {
  const editor = last_edited_by === null ? [] : [last_edited_by];
  return [...new Set([...submittersOf(execution), ...owners, ...editor])];
};
