import { z } from "zod";
import type { TransitionOutcome } from "../execution/outcome/execution-outcome.ts";
import { EXECUTION_STATES, TRIGGERS } from "../execution/record/states.ts";
import { type Artifact, renderLines, timestamp, utc } from "./artifact.ts";

export const transitionLine = z.strictObject({
  transition_id: z.string(),
  timestamp,
  from_state: z.enum(EXECUTION_STATES),
  to_state: z.enum(EXECUTION_STATES),
  trigger: z.enum(TRIGGERS),
  tool_name: z.string(),
  step_id: z.string(),
  confidence: z.number().min(0).max(1),
  reason: z.string(),
  details: z.strictObject({ event: z.string(), actor: z.string(), plan_id: z.string() }),
});
export type TransitionLine = z.infer<typeof transitionLine>;

const lineOf = (transition: TransitionOutcome): TransitionLine => ({
  transition_id: transition.transition_id,
  timestamp: utc(transition.at),
  from_state: transition.from,
  to_state: transition.to,
  trigger: transition.trigger,
  tool_name: transition.tool_name,
  step_id: transition.step_id,
  confidence: transition.confidence,
  reason: transition.reason,
  details: { event: transition.event, actor: transition.actor, plan_id: transition.plan_id },
});

export const executionStateTransitions: Artifact = {
  name: "execution_state_transitions.jsonl",
  render: ({ outcome }) => renderLines(transitionLine, outcome.transitions.map(lineOf)),
};
