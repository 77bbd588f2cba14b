import type {
  Aggregate,
  CalibrationBucket,
  ConflictPattern,
  DecisionCounts,
  ModeAggregate,
  OutcomeCounts,
  ToolAggregate,
} from "./aggregate-schema.ts";
import { addNumbers, compareText, joinRecords } from "./counts.ts";
import { addLatencies } from "./latency.ts";

/** Sum of two aggregates: commutative and associative, with `emptyAggregate` as its zero. */
export const addAggregates = (one: Aggregate, other: Aggregate): Aggregate => ({
  executions: {
    completed: one.executions.completed + other.executions.completed,
    failed: one.executions.failed + other.executions.failed,
  },
  plans: {
    successful: one.plans.successful + other.plans.successful,
    incomplete: one.plans.incomplete + other.plans.incomplete,
    failed: one.plans.failed + other.plans.failed,
  },
  steps: addSteps(one.steps, other.steps),
  conflicts: addConflicts(one.conflicts, other.conflicts),
  writes: {
    committed: one.writes.committed + other.writes.committed,
    compensated: one.writes.compensated + other.writes.compensated,
  },
  rollbacks: one.rollbacks + other.rollbacks,
  approvals: addApprovals(one.approvals, other.approvals),
  tools: joinRecords(one.tools, other.tools, addTools),
  agents: joinRecords(one.agents, other.agents, addCalibrations),
  unread: joinNames(one.unread, other.unread),
});

const joinNames = (one: readonly string[], other: readonly string[]): string[] =>
  one.length === 0 && other.length === 0 ? [] : [...new Set([...one, ...other])].sort(compareText);

const addSteps = (one: Aggregate["steps"], other: Aggregate["steps"]): Aggregate["steps"] => ({
  total: one.total + other.total,
  by_status: joinRecords(one.by_status, other.by_status, addNumbers),
  by_mode: joinRecords(one.by_mode, other.by_mode, addNumbers),
  confidence_millionths: one.confidence_millionths + other.confidence_millionths,
  ran: one.ran + other.ran,
  duration_ms: one.duration_ms + other.duration_ms,
});

const addConflicts = (one: Aggregate["conflicts"], other: Aggregate["conflicts"]): Aggregate["conflicts"] => ({
  by_type: joinRecords(one.by_type, other.by_type, addNumbers),
  by_strategy: joinRecords(one.by_strategy, other.by_strategy, addNumbers),
  steps: {
    aborted: one.steps.aborted + other.steps.aborted,
    reassigned: one.steps.reassigned + other.steps.reassigned,
    downgraded: one.steps.downgraded + other.steps.downgraded,
    unresolved: one.steps.unresolved + other.steps.unresolved,
  },
  patterns: joinRecords(one.patterns, other.patterns, addPatterns),
});

/** Of one digest, so of one type and the same tools. */
export const addPatterns = (one: ConflictPattern, other: ConflictPattern): ConflictPattern => ({
  ...one,
  count: one.count + other.count,
  unresolved: one.unresolved + other.unresolved,
});

const addApprovals = (one: Aggregate["approvals"], other: Aggregate["approvals"]): Aggregate["approvals"] => ({
  approved: one.approved + other.approved,
  rejected: one.rejected + other.rejected,
  edited: one.edited + other.edited,
  expired: one.expired + other.expired,
  voided: one.voided + other.voided,
  open: one.open + other.open,
});

export const addTools = (one: ToolAggregate, other: ToolAggregate): ToolAggregate => ({
  steps: addOutcomes(one.steps, other.steps),
  modes: {
    DRY_RUN: addModes(one.modes.DRY_RUN, other.modes.DRY_RUN),
    LIVE: addModes(one.modes.LIVE, other.modes.LIVE),
  },
  calibration: addCalibrations(one.calibration, other.calibration),
  decisions: addDecisions(one.decisions, other.decisions),
  approvers: joinRecords(one.approvers, other.approvers, addDecisions),
});

const addOutcomes = (one: OutcomeCounts, other: OutcomeCounts): OutcomeCounts => ({
  successes: one.successes + other.successes,
  failures: one.failures + other.failures,
  indeterminate: one.indeterminate + other.indeterminate,
});

const addModes = (one: ModeAggregate, other: ModeAggregate): ModeAggregate => ({
  ...addOutcomes(one, other),
  timed_out: one.timed_out + other.timed_out,
  latency: addLatencies(one.latency, other.latency),
});

type Calibration = ToolAggregate["calibration"];

export const addCalibrations = (one: Calibration, other: Calibration): Calibration =>
  joinRecords(one, other, addCalibration);

const addCalibration = (one: CalibrationBucket, other: CalibrationBucket): CalibrationBucket => ({
  trials: one.trials + other.trials,
  successes: one.successes + other.successes,
  confidence_millionths: one.confidence_millionths + other.confidence_millionths,
});

export const addDecisions = (one: DecisionCounts, other: DecisionCounts): DecisionCounts => ({
  approved_succeeded: one.approved_succeeded + other.approved_succeeded,
  approved_failed: one.approved_failed + other.approved_failed,
  approved_without_outcome: one.approved_without_outcome + other.approved_without_outcome,
  rejected: one.rejected + other.rejected,
});
