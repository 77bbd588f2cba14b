import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { isCompensable, type ToolContract, undoingTool } from "../../contracts/tool-contract.ts";
import { type Dependents, dependentsFromTheEnd } from "../order/duplicates.ts";
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
  const { steps, index, recordOf } = question;
  const layers = layersOf(question);
  const dependents = dependentsFromTheEnd(index, recordOf, (step_id) => whyItRests(question, step_id) !== undefined);
  const found: RollBackOf[] = [];
  for (const step of [...steps].reverse()) {
    if (stands(step, recordOf(step.step_id))) {
      const layer = layers.get(step.step_id) ?? 0;
      found.push({ step, layer, ...answerOf(question, step, layer, dependents) });
    }
    dependents.passed(step.step_id);
  }
  return found;
};

const answerOf = (
  question: RollBackQuestion,
  step: ScheduledStep,
  layer: number,
  dependents: Dependents,
): Pick<RollBackOf, "would" | "why"> => {
  const contract = question.contracts.get(step.tool_name);
  if (contract === undefined || !isCompensable(contract))
    return { would: "stay", why: `${step.tool_name} cannot be undone` };
  if (question.depth !== null && layer > question.depth) return { would: "stay", why: `it is in layer ${layer}` };
  const resting = [...dependents.of(step.step_id)].flatMap((step_id) => whyItRests(question, step_id) ?? []);
  const reasons = [...resting, ...callToApprove(question, contract)];
  return reasons.length === 0
    ? { would: "undo", why: `by ${undoingTool(contract)}` }
    : { would: "ask", why: reasons.join("; ") };
};

/**
 * Why a call is not undone before the one that it rests on, by way of whatever stands between: it stands and cannot be
 * undone, or a person accepted it as it stands. Undefined where it is undone first, or there is nothing to undo.
 */
const whyItRests = ({ index, recordOf, contracts }: RollBackQuestion, step_id: string): string | undefined => {
  const [step, record] = [index.step(step_id), recordOf(step_id)];
  const name = `${step_id} (${step.tool_name}), which depends on it,`;
  if (record.ending === "undo_accepted") return `${name} was accepted as it stands`;
  const contract = contracts.get(step.tool_name);
  const stays = stands(step, record) && (contract === undefined || !isCompensable(contract));
  return stays ? `${name} cannot be undone` : undefined;
};

const callToApprove = ({ contracts }: RollBackQuestion, contract: ToolContract): string[] => {
  const undoing = contracts.get(undoingTool(contract));
  if (undoing === undefined || undoing.tool_name === contract.tool_name || !undoing.requires_approval) return [];
  return [`${undoing.tool_name} (${undoing.risk_level}) would undo it, which wants approval`];
};
