import type { Json } from "../plan/json.ts";
import { type Conflict, type ConflictType, conflictIdOf, type ResolutionStrategy } from "./schedule.ts";
import type { Aspect, WorkingSchedule, WorkingStep } from "./working-schedule.ts";

/** The record of a resolution; rule, id and names are added when it is put on record. */
export type ConflictDraft = {
  /** The last one is the one that gives way: what stays unresolved counts against its plan. */
  steps: readonly WorkingStep[];
  strategy: ResolutionStrategy;
  status: Conflict["resolution_status"];
  finding: string;
  resolution: string;
  details: Record<string, Json>;
};

/**
 * One kind of conflict: how it is found on a schedule, and how the schedule is changed so that it is gone.
 * To add one, write its file and name it in conflict-checks.ts.
 */
export type ConflictRule<Found> = {
  type: ConflictType;
  /** 1-3 low, 4-6 medium, 7-10 high. */
  severity: number;
  /** The schedule that `detect` looks at: changed by another rule, it looks again. */
  reads: readonly Aspect[];
  /** Its resolutions leave nothing that it would find: it looks again at what others changed only. */
  thorough?: true;
  /** Changes nothing. In rank order. Leaves out what is on record already. */
  detect: (working: WorkingSchedule) => Found[];
  resolve: (working: WorkingSchedule, found: Found) => ConflictDraft[];
};

export const conflictId = (type: ConflictType, steps: readonly WorkingStep[]): string =>
  conflictIdOf(
    type,
    steps.map(({ step }) => step.step_id),
  );

/** Most conflicts have two steps, for which a set costs more than it saves. */
const distinct = (values: string[]): string[] => {
  const [one, other] = values;
  if (values.length === 1 || (values.length === 2 && one !== other)) return values;
  return [...new Set(values)];
};

const recorded = (rule: { type: ConflictType; severity: number }, draft: ConflictDraft): Conflict => ({
  conflict_id: conflictId(rule.type, draft.steps),
  conflict_type: rule.type,
  severity_score: rule.severity,
  step_ids: draft.steps.map(({ step }) => step.step_id),
  plan_ids: distinct(draft.steps.map(({ step }) => step.plan_id)),
  tools_involved: distinct(draft.steps.map(({ step }) => step.tool_name)),
  agents_involved: distinct(draft.steps.flatMap((step) => [step.step.agent_id, step.acting_agent_id])),
  resolution_strategy: draft.strategy,
  resolution_status: draft.status,
  finding: draft.finding,
  resolution: draft.resolution,
  details: draft.details,
});

/** A rule with its findings kept to itself, so that rules of different findings stand in one list. */
export type ConflictCheck = {
  type: ConflictType;
  reads: readonly Aspect[];
  thorough: boolean;
  /** How many conflicts there are now that are not on record. Changes nothing. */
  count: (working: WorkingSchedule) => number;
  /** Finds, resolves and puts on record; the conflicts it found. */
  run: (working: WorkingSchedule) => Conflict[];
};

export const checkOf = <Found>(rule: ConflictRule<Found>): ConflictCheck => ({
  type: rule.type,
  reads: rule.reads,
  thorough: rule.thorough ?? false,
  count: (working) => rule.detect(working).length,
  run: (working) =>
    rule.detect(working).flatMap((found) =>
      rule.resolve(working, found).map((draft) => {
        const conflict = recorded(rule, draft);
        working.known.add(conflict.conflict_id);
        working.conflicts.set(conflict.conflict_id, conflict);
        return conflict;
      }),
    ),
});
