import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { isCompensable, type ToolContract, undoingTool } from "../../contracts/tool-contract.ts";
import { dependentsOn } from "../order/duplicates.ts";
import { stands } from "../order/order.ts";
import type { ScheduleIndex } from "../view/view.ts";
import { type Layering, layersOf } from "./roll-back-layers.ts";

/** A call that stands, and what a roll back would do about it as things stand now. */
export type RollBackOf = {
  readonly step: ScheduledStep;
  /** From the end, counted in what stands: 1 is what nothing else that stands is undone before. */
  readonly layer: number;
  /** `ask`: a person is asked before it is undone. */
  readonly would: "undo" | "ask" | "stay";
  readonly why: string;
};

export type RollBackQuestion = Layering & {
  readonly index: Pick<ScheduleIndex, "edgesInto" | "edgesOutOf" | "step">;
  readonly contracts: ReadonlyMap<string, ToolContract>;
  /** Null: everything that can be undone. */
  readonly depth: number | null;
};

/** Every call that stands, the last first, and what a roll back of that depth would do about it. */
export const rollBackPlan = (question: RollBackQuestion): RollBackOf[] => {
  const { steps, recordOf } = question;
  const layers = layersOf(question);
  return steps
    .filter((step) => stands(step, recordOf(step.step_id)))
    .reverse()
    .map((step) => {
      const layer = layers.get(step.step_id) ?? 0;
      return { step, layer, ...answerOf(question, step, layer) };
    });
};

const answerOf = (
  question: RollBackQuestion,
  step: ScheduledStep,
  layer: number,
): Pick<RollBackOf, "would" | "why"> => {
  const contract = question.contracts.get(step.tool_name);
  if (contract === undefined || !isCompensable(contract))
    return { would: "stay", why: `${step.tool_name} cannot be undone` };
  if (question.depth !== null && layer > question.depth) return { would: "stay", why: `it is in layer ${layer}` };
  const reasons = [...whatRests(question, step), ...callToApprove(question, contract)];
  return reasons.length === 0
    ? { would: "undo", why: `by ${undoingTool(contract)}` }
    : { would: "ask", why: reasons.join("; ") };
};

/**
 * Calls that rest on it, by way of whatever stands between, stand, and are not undone before it: what cannot be undone,
 * and what a person accepted as it stands.
 */
const whatRests = ({ index, recordOf, contracts }: RollBackQuestion, step: ScheduledStep): string[] =>
  [...dependentsOn(index, step.step_id, recordOf)].flatMap((step_id) => {
    const [after, record] = [index.step(step_id), recordOf(step_id)];
    const name = `${step_id} (${after.tool_name}), which depends on it,`;
    if (record.ending === "undo_accepted") return [`${name} was accepted as it stands`];
    const contract = contracts.get(after.tool_name);
    const stays = stands(after, record) && (contract === undefined || !isCompensable(contract));
    return stays ? [`${name} cannot be undone`] : [];
  });

const callToApprove = ({ contracts }: RollBackQuestion, contract: ToolContract): string[] => {
  const undoing = contracts.get(undoingTool(contract));
  if (undoing === undefined || undoing.tool_name === contract.tool_name || !undoing.requires_approval) return [];
  return [`${undoing.tool_name} (${undoing.risk_level}) would undo it, which wants approval`];
};
