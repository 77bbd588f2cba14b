import { z } from "zod";
import type { ToolContract } from "../contracts/tool-contract.ts";
import { digestOf } from "../plan/digest.ts";
import { json } from "../plan/json.ts";
import type { Aggregate } from "./aggregate-schema.ts";
import { bounds } from "./bounds.ts";

export const signalType = z.enum([
  "TOOL_RELIABILITY",
  "TOOL_PERFORMANCE",
  "EXECUTION_MODE_ANALYSIS",
  "CONFLICT_PATTERN",
  "APPROVAL_MISMATCH",
]);
export type SignalType = z.infer<typeof signalType>;

/** Phase 16 models rewards, Phase 19 is meta-learning. */
export const targetPhase = z.union([z.literal(16), z.literal(19)]);

/** A line of learning_signals.jsonl: something later executions can learn, with what it rests on. */
export const learningSignal = z.strictObject({
  /** Digest of execution, type, tool and subject: the same finding has the same id, however often it is made. */
  signal_id: z.string(),
  timestamp: z.iso.datetime(),
  signal_type: signalType,
  tool_name: z.string(),
  insight: z.string(),
  recommended_action: z.string(),
  /** Probability, given the evidence, that the insight is true. */
  confidence: z.number().min(0).max(1),
  target_phase: targetPhase,
  /** How many steps to come it bears on, forecast as many as the evidence holds. */
  affected_future_executions: z.number().int().nonnegative(),
  evidence: z.strictObject({
    sample_size: z.number().int().nonnegative(),
    /** Proportions 0..1 by what they are a proportion of. */
    rates: z.record(z.string(), z.number()),
    /** One-sided 5 % bounds of a rate of the same name. */
    bounds: z.record(z.string(), bounds),
    details: z.record(z.string(), json),
  }),
});
export type LearningSignal = z.infer<typeof learningSignal>;

/** The finding of a rule; type, id, time and the forecast are added where all findings are gathered. */
export type Finding = Pick<
  LearningSignal,
  "tool_name" | "insight" | "recommended_action" | "confidence" | "target_phase" | "evidence"
> & {
  /** Tells findings of one type about one tool apart. */
  readonly subject: string;
};

export type SignalInput = {
  /** The execution that just ended. */
  readonly now: Aggregate;
  /** All executions before it. */
  readonly history: Aggregate;
  /** Sum of both: rates are read from it, for tools that occur in `now`. */
  readonly total: Aggregate;
  readonly contracts: ReadonlyMap<string, ToolContract>;
};

export type SignalRule = (input: SignalInput) => Finding[];

/** The execution that the findings are made at the end of, and when. */
type Occasion = { readonly execution_id: string; readonly at: string };

export const toSignal = (signal_type: SignalType, finding: Finding, { execution_id, at }: Occasion): LearningSignal => {
  const { subject, tool_name, insight, recommended_action, confidence, target_phase, evidence } = finding;
  return {
    signal_id: digestOf("learning-signal", { execution_id, signal_type, tool_name, subject }).slice(0, 32),
    timestamp: at,
    signal_type,
    tool_name,
    insight,
    recommended_action,
    confidence,
    target_phase,
    affected_future_executions: evidence.sample_size,
    evidence,
  };
};

/** `0.905` as `90.5 %`. */
export const percent = (rate: number): string => `${Number((rate * 100).toFixed(1))} %`;
