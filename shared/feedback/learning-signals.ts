import type { ToolContract } from "../contracts/tool-contract.ts";
import { addAggregates } from "./add-aggregates.ts";
import type { Aggregate } from "./aggregate-schema.ts";
import { approvalMismatch } from "./approval-mismatch.ts";
import { conflictPatterns } from "./conflict-pattern.ts";
import { compareText } from "./counts.ts";
import { executionModeAnalysis } from "./execution-mode-analysis.ts";
import { type LearningSignal, type SignalRule, type SignalType, signalType, toSignal } from "./learning-signal.ts";
import { toolPerformance } from "./tool-performance.ts";
import { toolReliability } from "./tool-reliability.ts";

/** The rule of each type of signal: its findings are signals of that type. */
export const SIGNAL_RULES: Readonly<Record<SignalType, SignalRule>> = {
  TOOL_RELIABILITY: toolReliability,
  TOOL_PERFORMANCE: toolPerformance,
  EXECUTION_MODE_ANALYSIS: executionModeAnalysis,
  CONFLICT_PATTERN: conflictPatterns,
  APPROVAL_MISMATCH: approvalMismatch,
};

export type LearningInput = {
  /** The execution that just ended, and all executions before it (without it). */
  readonly aggregate: Aggregate;
  readonly history: Aggregate;
  /** By tool name, for the timeouts. */
  readonly contracts: ReadonlyMap<string, ToolContract>;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly execution_id: string;
};

/** Every signal about the tools of this execution, by target phase, type and tool; the same input gives the same lines. */
export const learningSignals = ({
  aggregate,
  history,
  contracts,
  at,
  execution_id,
}: LearningInput): LearningSignal[] => {
  const input = { now: aggregate, history, total: addAggregates(history, aggregate), contracts };
  return signalType.options
    .flatMap((type) => SIGNAL_RULES[type](input).map((finding) => toSignal(type, finding, { execution_id, at })))
    .sort(
      (one, other) =>
        one.target_phase - other.target_phase ||
        compareText(one.signal_type, other.signal_type) ||
        compareText(one.tool_name, other.tool_name) ||
        compareText(one.signal_id, other.signal_id),
    );
};
