import { z } from "zod";
import { conflictType } from "../conflicts/schedule.ts";
import { emptyLatency, latencyAggregate } from "./latency.ts";

const count = z.number().int().nonnegative();
const counts = z.record(z.string(), count);

/** INDETERMINATE is a class of its own: neither a success nor a failure. */
export const outcomeCounts = z.strictObject({ successes: count, failures: count, indeterminate: count });
export type OutcomeCounts = z.infer<typeof outcomeCounts>;

/** One outcome per step in a mode; `timed_out` and `latency` count its calls, of which a retried read makes several. */
export const modeAggregate = outcomeCounts.extend({ timed_out: count, latency: latencyAggregate });
export type ModeAggregate = z.infer<typeof modeAggregate>;

/** LIVE outcomes of known result whose step was submitted with a confidence in one bucket. */
export const calibrationBucket = z.strictObject({
  trials: count,
  successes: count,
  /** Sum of the confidences in millionths: whole numbers add up the same in any order. */
  confidence_millionths: count,
});
export type CalibrationBucket = z.infer<typeof calibrationBucket>;

/** Decisions of people about a tool's LIVE calls, and their results. */
export const decisionCounts = z.strictObject({
  approved_succeeded: count,
  approved_failed: count,
  /** Approved, and then not called (a lock, a plan that failed), of unknown outcome, or answered by no service. */
  approved_without_outcome: count,
  rejected: count,
});
export type DecisionCounts = z.infer<typeof decisionCounts>;

/** MOCK has no place in it, nor has a result that the sandbox made up: what was simulated cannot become a signal. */
export const toolAggregate = z.strictObject({
  /** One outcome per step: of its LIVE call, or of its DRY_RUN where it made none. */
  steps: outcomeCounts,
  modes: z.strictObject({ DRY_RUN: modeAggregate, LIVE: modeAggregate }),
  /** By bucket of `CALIBRATION_WIDTH`: "0.8" holds confidences from 0.8 to below 0.9, "0.9" also 1. */
  calibration: z.record(z.string(), calibrationBucket),
  decisions: decisionCounts,
  approvers: z.record(z.string(), decisionCounts),
});
export type ToolAggregate = z.infer<typeof toolAggregate>;

export const conflictPattern = z.strictObject({
  conflict_type: conflictType,
  /** The tools between which it was found, sorted; the first `MAX_PATTERN_TOOLS` of `tool_count`. */
  tools: z.array(z.string()),
  tool_count: count,
  count,
  unresolved: count,
});
export type ConflictPattern = z.infer<typeof conflictPattern>;

/**
 * Sums over executions of what happened. Whole numbers only, so aggregates add up to the same in any order.
 * The aggregate of one execution is stored as one item and stays under 350 KB for 200 tools: per tool at most 2 x 41
 * histogram buckets and 3 calibration buckets (LIVE starts at 0.7), and `MAX_APPROVERS`, `MAX_PATTERNS` for the whole execution.
 */
export const aggregate = z.strictObject({
  executions: z.strictObject({ completed: count, failed: count }),
  plans: z.strictObject({ successful: count, incomplete: count, failed: count }),
  steps: z.strictObject({
    total: count,
    by_status: counts,
    /** Highest mode that succeeded. */
    by_mode: counts,
    confidence_millionths: count,
    /** Steps that ran at least one rung, and the sum of their durations without waiting for people. */
    ran: count,
    duration_ms: count,
  }),
  conflicts: z.strictObject({
    by_type: counts,
    by_strategy: counts,
    /** Steps that conflicts changed, each in the first group that fits. */
    steps: z.strictObject({ aborted: count, reassigned: count, downgraded: count, unresolved: count }),
    /** By digest of type and tools. */
    patterns: z.record(z.string(), conflictPattern),
  }),
  /** LIVE calls that changed something, and those of them that were undone. */
  writes: z.strictObject({ committed: count, compensated: count }),
  rollbacks: count,
  /** Requests for approval by what became of them; requests to reconcile are not among them. */
  approvals: z.strictObject({
    approved: count,
    rejected: count,
    edited: count,
    expired: count,
    /** Withdrawn by Buddy before anybody decided. */
    voided: count,
    open: count,
  }),
  tools: z.record(z.string(), toolAggregate),
  /** By the agent that stated the confidence, the same buckets as of tools. Sums of releases before have none. */
  agents: z.record(z.string(), z.record(z.string(), calibrationBucket)).default({}),
  /** Executions that ended and are in none of these sums, because what is on record of them cannot be read; sorted. */
  unread: z.array(z.string()).default([]),
});
export type Aggregate = z.infer<typeof aggregate>;

export const CALIBRATION_WIDTH = 0.1;
export const MAX_APPROVERS = 100;
/** Of one execution; those with the most calls. */
export const MAX_AGENTS = 50;
/** Where those beyond `MAX_AGENTS` are counted together. */
export const OTHER_AGENTS = "(others)";
export const MAX_PATTERNS = 50;
export const MAX_PATTERN_TOOLS = 4;
/** Where those beyond `MAX_APPROVERS` are counted together. */
export const OTHER_APPROVERS = "(others)";

export const noOutcomes: OutcomeCounts = { successes: 0, failures: 0, indeterminate: 0 };
export const noDecisions: DecisionCounts = {
  approved_succeeded: 0,
  approved_failed: 0,
  approved_without_outcome: 0,
  rejected: 0,
};
const emptyMode: ModeAggregate = { ...noOutcomes, timed_out: 0, latency: emptyLatency };

export const emptyToolAggregate: ToolAggregate = {
  steps: noOutcomes,
  modes: { DRY_RUN: emptyMode, LIVE: emptyMode },
  calibration: {},
  decisions: noDecisions,
  approvers: {},
};

/** Nothing happened: adding it changes nothing. */
export const emptyAggregate: Aggregate = {
  executions: { completed: 0, failed: 0 },
  plans: { successful: 0, incomplete: 0, failed: 0 },
  steps: { total: 0, by_status: {}, by_mode: {}, confidence_millionths: 0, ran: 0, duration_ms: 0 },
  conflicts: {
    by_type: {},
    by_strategy: {},
    steps: { aborted: 0, reassigned: 0, downgraded: 0, unresolved: 0 },
    patterns: {},
  },
  writes: { committed: 0, compensated: 0 },
  rollbacks: 0,
  approvals: { approved: 0, rejected: 0, edited: 0, expired: 0, voided: 0, open: 0 },
  tools: {},
  agents: {},
  unread: [],
};

/** Of an execution that cannot be read: nothing is known of it, and that is said. */
export const unreadAggregate = (execution_id: string): Aggregate => ({ ...emptyAggregate, unread: [execution_id] });
