import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { nearArgumentInWords, nearArguments } from "../../contracts/near-arguments.ts";
import { isDuplicateSensitive } from "../../contracts/tool-contract.ts";
import { USUAL_DUPLICATE_WINDOW_HOURS } from "../../plan/config.ts";
import type { JsonObject } from "../../plan/json.ts";
import type { ApprovalRequest } from "../approval/approval.ts";
import type { SealedPreview } from "../approval/preview.ts";
import { type DuplicateWindowFloor, duplicateWindowHours } from "../order/duplicate-window.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { ExecutionView } from "../view/view.ts";
import type { Ask } from "../wave/walk.ts";

type Kind = Pick<Ask, "kind">;

/**
 * The question in one sentence, and the changes that it is about.
 * @param owners of the step's agents, as they are registered now
 */
export const questionInWords = (
  { kind }: Kind,
  step: ScheduledStep,
  { reason }: Pick<StepRecord, "reason">,
  sealed: SealedPreview | undefined,
  owners: readonly string[],
): Pick<ApprovalRequest, "summary" | "changes"> => {
  const { tool_name } = step;
  const changes = sealed?.preview.changes ?? [];
  const because = reason ?? "";
  switch (kind) {
    case "approve":
      return { summary: sealed?.preview.summary ?? tool_name, changes };
    case "reconcile":
      return { summary: `Did this call of ${tool_name} happen? ${because}`, changes };
    case "reconcile_undo":
      return { summary: `Did the compensation of ${tool_name} happen? ${because}`, changes: [] };
    case "undo":
      return {
        summary: `Undo ${tool_name}? ${because}`,
        changes: changes.map((change) => ({ ...change, old: change.new, new: change.old })),
      };
    case "undo_failed":
      return {
        summary: `${responsible(step, owners)} must undo ${tool_name} by hand, or accept it as it stands; somebody else confirms it here. ${because}`,
        changes: [],
      };
  }
};

/** The person who knows the purpose of the call, and can put it right. */
const responsible = ({ acting_agent_id }: ScheduledStep, owners: readonly string[]): string =>
  owners.length === 0
    ? `The person responsible for agent ${acting_agent_id} (it has no registered owner)`
    : `${owners.join(" or ")}, for agent ${acting_agent_id},`;

/** Everything that makes somebody ask, a sentence each. */
export const reasonsFor = (
  { kind }: Kind,
  view: Pick<ExecutionView, "schedule" | "execution" | "contracts">,
  step: ScheduledStep,
  record: Pick<StepRecord, "reason">,
  floor: DuplicateWindowFloor,
): string[] => {
  const reasons: string[] = [];
  if (kind !== "approve") reasons.push(record.reason ?? kind);
  if (step.risk_level === "HIGH") reasons.push(`${step.tool_name} is irreversible (HIGH risk)`);
  else if (kind === "approve") reasons.push(`the contract of ${step.tool_name} asks for ${step.approvals_required}`);
  if (step.acting_agent_id !== step.agent_id) {
    reasons.push(`proposed by ${step.agent_id}, runs as ${step.acting_agent_id}`);
  }
  if (step.confidence_source !== "stated") reasons.push(`confidence ${step.confidence} was assumed`);
  const conflicts = view.schedule.conflicts.filter((conflict) => conflict.step_ids.includes(step.step_id));
  return [
    ...reasons,
    ...conflicts.map((conflict) => `${conflict.conflict_type}: ${conflict.finding}; ${conflict.resolution}`),
    ...(kind === "approve" ? shortWindow(view, step, floor) : []),
  ];
};

/**
 * The submitter may shorten the time for which a call counts as made, down to the deployment's floor: the person who
 * decides is told.
 */
const shortWindow = (
  { execution: { config }, contracts }: Pick<ExecutionView, "execution" | "contracts">,
  { tool_name }: ScheduledStep,
  floor: DuplicateWindowFloor,
): string[] => {
  const asked = config.duplicate_window_hours;
  const contract = contracts.get(tool_name);
  if (asked >= USUAL_DUPLICATE_WINDOW_HOURS || contract === undefined || !isDuplicateSensitive(contract)) return [];
  const counted = duplicateWindowHours(config, floor);
  return [
    `the submission asked that the same call counts as made for ${asked} h only (${counted} h are counted; ${USUAL_DUPLICATE_WINDOW_HOURS} h are usual): it may have been made before that`,
  ];
};

const MAX_NOTES = 20;

/** Arguments whose names are close to ones that the contract knows, and may have been meant as those. */
export const argumentNotes = (
  { contracts }: Pick<ExecutionView, "contracts">,
  { tool_name }: ScheduledStep,
  args: JsonObject,
): Pick<ApprovalRequest, "argument_notes"> => {
  const contract = contracts.get(tool_name);
  const near = contract === undefined ? [] : nearArguments(contract.input_schema, args).slice(0, MAX_NOTES);
  return near.length === 0 ? {} : { argument_notes: near.map((each) => nearArgumentInWords(each, tool_name)) };
};
