import type { Conflict, Schedule } from "../conflicts/schedule.ts";
import type { StepOutcome } from "../execution/outcome/step-outcome.ts";
import { digestOf } from "../plan/digest.ts";
import { addPatterns } from "./add-aggregates.ts";
import { type Aggregate, type ConflictPattern, MAX_PATTERN_TOOLS, MAX_PATTERNS } from "./aggregate-schema.ts";
import { compareText, countWords } from "./counts.ts";

export const aggregateConflicts = (
  schedule: Schedule,
  steps: ReadonlyMap<string, StepOutcome>,
): Aggregate["conflicts"] => ({
  by_type: countWords(schedule.conflicts.map((conflict) => conflict.conflict_type)),
  by_strategy: countWords(schedule.conflicts.map((conflict) => conflict.resolution_strategy)),
  steps: aggregateChangedSteps(schedule, steps),
  patterns: aggregatePatterns(schedule.conflicts, steps),
});

/** Each step is counted once, in the gravest group that fits, so that the sum never exceeds the number of steps. */
const aggregateChangedSteps = (
  schedule: Schedule,
  outcomes: ReadonlyMap<string, StepOutcome>,
): Aggregate["conflicts"]["steps"] => {
  const unresolved = unresolvedSteps(schedule.conflicts, outcomes);
  const moved = movedSteps(schedule);
  const groups = schedule.steps.map((step): keyof Aggregate["conflicts"]["steps"] | undefined => {
    if (step.aborted_by_conflict !== null || outcomes.get(step.step_id)?.ending === "conflict") return "aborted";
    if (unresolved.has(step.step_id)) return "unresolved";
    if (step.ceiling.reasons.some((reason) => reason.cause === "conflict")) return "downgraded";
    if (step.acting_agent_id !== step.agent_id || moved.has(step.step_id)) return "reassigned";
    return undefined;
  });
  const count = (group: keyof Aggregate["conflicts"]["steps"]): number =>
    groups.filter((each) => each === group).length;
  return {
    aborted: count("aborted"),
    reassigned: count("reassigned"),
    downgraded: count("downgraded"),
    unresolved: count("unresolved"),
  };
};

/** A conflict that waited for a run (a duplicate waits for the first) is settled once all its steps have ended. */
const isUnresolved = (conflict: Conflict, outcomes: ReadonlyMap<string, StepOutcome>): boolean => {
  if (conflict.resolution_status !== "pending") return conflict.resolution_status === "failed";
  return !conflict.step_ids.every((step_id) => (outcomes.get(step_id)?.ending ?? null) !== null);
};

const unresolvedSteps = (
  conflicts: readonly Conflict[],
  outcomes: ReadonlyMap<string, StepOutcome>,
): ReadonlySet<string> =>
  new Set(conflicts.filter((conflict) => isUnresolved(conflict, outcomes)).flatMap((conflict) => conflict.step_ids));

/** REASSIGN to a place after another step keeps the agent; what shows it is the edge it now stands behind. */
const movedSteps = (schedule: Schedule): ReadonlySet<string> => {
  const reorderings = schedule.conflicts.filter(
    (conflict) =>
      conflict.conflict_type === "ORDERING_CONFLICT" &&
      conflict.resolution_strategy === "REASSIGN" &&
      conflict.resolution_status === "resolved",
  );
  if (reorderings.length === 0) return new Set();
  const before = Map.groupBy(schedule.edges, (edge) => edge.after);
  return new Set(
    reorderings.flatMap((conflict) =>
      conflict.step_ids.filter((step_id) =>
        (before.get(step_id) ?? []).some((edge) => conflict.step_ids.includes(edge.before)),
      ),
    ),
  );
};

/** Conflicts are alike when they are of one type between the same tools. Beyond `MAX_PATTERNS` the rarest are left out. */
const aggregatePatterns = (
  conflicts: readonly Conflict[],
  outcomes: ReadonlyMap<string, StepOutcome>,
): Record<string, ConflictPattern> => {
  const patterns = new Map<string, ConflictPattern>();
  for (const conflict of conflicts) {
    const tools = [...new Set(conflict.tools_involved)].sort(compareText);
    const key = digestOf("conflict-pattern", { type: conflict.conflict_type, tools }).slice(0, 16);
    const found: ConflictPattern = {
      conflict_type: conflict.conflict_type,
      tools: tools.slice(0, MAX_PATTERN_TOOLS),
      tool_count: tools.length,
      count: 1,
      unresolved: isUnresolved(conflict, outcomes) ? 1 : 0,
    };
    const known = patterns.get(key);
    patterns.set(key, known === undefined ? found : addPatterns(known, found));
  }
  const frequent = [...patterns].sort(
    ([oneKey, one], [otherKey, other]) => other.count - one.count || compareText(oneKey, otherKey),
  );
  return Object.fromEntries(frequent.slice(0, MAX_PATTERNS).sort(([one], [other]) => compareText(one, other)));
};
