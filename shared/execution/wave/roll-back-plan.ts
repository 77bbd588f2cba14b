import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { isCompensable, type ToolContract, undoingTool } from "../../contracts/tool-contract.ts";
import { stands } from "../order.ts";
import { isDependency } from "../view.ts";
import { type Layering, layersOf } from "./roll-back-layers.ts";

/** A call that stands, and what a roll back would do about it as things stand now. */
export type RollBackOf = {
  readonly step: ScheduledStep;
  /** From the end, counted in what stands: 1 is what nothing else that stands depends on. */
  readonly layer: number;
  /** `ask`: a person is asked before it is undone. */
  readonly would: "undo" | "ask" | "stay";
  readonly why: string;
};

export type RollBackQuestion = Layering & {
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

/** Calls that depend on it, stand, and cannot be undone. */
const whatRests = ({ index, recordOf, contracts }: RollBackQuestion, step: ScheduledStep): string[] =>
  index
    .edgesOutOf(step.step_id)
    .filter(isDependency)
    .map(({ after }) => index.step(after))
    .filter((after) => {
      const contract = contracts.get(after.tool_name);
      return stands(after, recordOf(after.step_id)) && (contract === undefined || !isCompensable(contract));
    })
    .map(({ step_id, tool_name }) => `${step_id} (${tool_name}), which depends on it, cannot be undone`);

const callToApprove = ({ contracts }: RollBackQuestion, contract: ToolContract): string[] => {
  const undoing = contracts.get(undoingTool(contract));
  if (undoing === undefined || undoing.tool_name === contract.tool_name || !undoing.requires_approval) return [];
  return [`${undoing.tool_name} (${undoing.risk_level}) would undo it, which wants approval`];
};
