import { z } from "zod";
import { executionMode } from "../contracts/ceiling.ts";
import { type StepOutcome, stepOutcome, stepStatus } from "../execution/outcome/step-outcome.ts";
import { canonicalJson } from "../plan/digest.ts";
import { type Artifact, renderLines, timestamp, utc } from "./artifact.ts";

const MAX_SUMMARY = 500;

/** A line per step. `agent_id` is the agent that acted; the one that proposed a reassigned step is in its conflict. */
export const executionLogLine = z.strictObject({
  execution_id: z.string(),
  plan_id: z.string(),
  step_id: z.string(),
  agent_id: z.string(),
  tool_name: z.string(),
  timestamp,
  /** Without waiting for people. */
  duration_ms: z.number().nonnegative(),
  status: stepStatus,
  /** The highest mode reached. */
  execution_mode: executionMode,
  confidence_score: z.number().min(0).max(1),
  risk_level: z.enum(["low", "medium", "high"]),
  approval_status: stepOutcome.shape.approval_status,
  dry_run_mode: z.boolean(),
  error_message: z.string().nullable(),
  output_summary: z.string().max(MAX_SUMMARY),
});
export type ExecutionLogLine = z.infer<typeof executionLogLine>;

const RISK = { LOW: "low", MEDIUM: "medium", HIGH: "high" } as const;

const lineOf = (step: StepOutcome): ExecutionLogLine => ({
  execution_id: step.execution_id,
  plan_id: step.plan_id,
  step_id: step.step_id,
  agent_id: step.acting_agent_id,
  tool_name: step.tool_name,
  timestamp: utc(step.started_at),
  duration_ms: step.duration_ms,
  status: step.status,
  execution_mode: step.mode_reached,
  confidence_score: step.confidence,
  risk_level: RISK[step.risk_level],
  approval_status: step.approval_status,
  dry_run_mode: step.dry_run_only,
  error_message: step.error_message,
  output_summary: summarise(step),
});

/**
 * Canonical JSON of an output, at most 500 UTF-16 units, cut at a whole character; empty for no output. One that no
 * service gave says so first: nobody must take it for the answer of a real call.
 */
export const summarise = ({ output, made_up }: Pick<StepOutcome, "output" | "made_up">): string => {
  if (output === null) return "";
  const json = typeof output === "string" ? output : canonicalJson(output);
  const text = made_up === true ? `made up by the sandbox: ${json}` : json;
  if (text.length <= MAX_SUMMARY) return text;
  return `${text.slice(0, MAX_SUMMARY - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
};

export const toolExecutionLog: Artifact = {
  name: "tool_execution_log.jsonl",
  render: ({ outcome }) =>
    renderLines(
      executionLogLine,
      outcome.plans.flatMap((plan) => plan.steps.map(lineOf)),
    ),
};
