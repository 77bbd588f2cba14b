import type { JsonObject } from "../plan/json.ts";
import { CONFLICT_CHECKS } from "./conflict-checks.ts";
import type { ConflictInput } from "./conflict-input.ts";
import type { ConflictCheck } from "./conflict-rule.ts";
import { editArguments } from "./edit-arguments.ts";
import { runChecks } from "./run-checks.ts";
import type { Conflict, Schedule } from "./schedule.ts";
import { toSchedule } from "./to-schedule.ts";
import { workingFromSchedule } from "./working-from-schedule.ts";

/** The rules whose answer depends on arguments. Quotas and deadlines count from the start, which has passed. */
const ARGUMENT_CHECKS = CONFLICT_CHECKS.filter(
  ({ type }) => type === "DUPLICATE_ACTION" || type === "RESOURCE_CONFLICT",
);

const closed = (conflict: Conflict, step_id: string): Conflict =>
  conflict.resolution_status === "resolved"
    ? conflict
    : {
        ...conflict,
        resolution_status: "resolved",
        resolution: `no longer stands: the arguments of ${step_id} were edited`,
      };

const saysTheSame = (one: Conflict, other: Conflict | undefined): boolean =>
  one.finding === other?.finding && one.resolution_status === other.resolution_status;

type OneStep = {
  readonly step_id: string;
  /** Ids of conflicts that are looked for anew; the others on record are not found again. */
  readonly stale: ReadonlySet<string>;
  readonly started: ReadonlySet<string>;
};

/** Checks one step of a schedule like a step that has just come. @returns what was found, and the schedule without it */
export const checkOneStep = (
  schedule: Schedule,
  input: ConflictInput,
  { step_id, stale, started }: OneStep,
  checks: readonly ConflictCheck[],
): { schedule: Schedule; conflicts: ReadonlyMap<string, Conflict> } => {
  const working = workingFromSchedule(schedule, input);
  const step = working.steps.find((one) => one.step.step_id === step_id);
  if (step === undefined) throw new RangeError(`no step has the id ${step_id}`);
  for (const id of stale) working.known.delete(id);
  const startedSteps = new Set(working.steps.filter((one) => started.has(one.step.step_id)));
  const one = { ...working, conflicts: new Map<string, Conflict>(), edited: { step, started: startedSteps } };
  runChecks(one, checks);
  return { schedule: toSchedule(one), conflicts: one.conflicts };
};

/**
 * The schedule after an approver edited one step's arguments (in plan form: a value may be `$from` a step it depends
 * on already). The step is checked like a new one: its resources and duplicates are looked for anew, waits that only
 * the old arguments asked for go, and where it meets another step it is the edited one that waits.
 *
 * `started`: ids of steps whose LIVE call has begun. Nothing new is put in front of them, so no circle can arise with
 * what already ran. `input.facts` as of now, without this execution. `conflicts` are the ones the edit brought.
 * Whether the arguments fit the tool's input schema is for the caller to check first. O(steps + edges).
 * Throws RangeError for an unknown step, one that has started, or a `$from` of a step it does not depend on.
 */
export const rescheduleStep = (
  schedule: Schedule,
  input: ConflictInput,
  step_id: string,
  newArguments: JsonObject,
  started: ReadonlySet<string>,
): { schedule: Schedule; conflicts: Conflict[] } => {
  if (started.has(step_id)) throw new RangeError(`${step_id} has started: its arguments cannot be edited any more`);
  const edit = editArguments(schedule, input, step_id, newArguments, started);
  const checked = checkOneStep(edit.schedule, input, { step_id, stale: edit.stale, started }, ARGUMENT_CHECKS);

  const before = new Map(schedule.conflicts.map((conflict) => [conflict.conflict_id, conflict]));
  const found = [...checked.conflicts.values()];
  const conflicts = found.filter((one) => !saysTheSame(one, before.get(one.conflict_id)));
  const kept = schedule.conflicts.map((conflict) => {
    const again = checked.conflicts.get(conflict.conflict_id);
    if (again !== undefined) return again;
    return edit.stale.has(conflict.conflict_id) ? closed(conflict, step_id) : conflict;
  });
  const added = found.filter(({ conflict_id }) => !before.has(conflict_id));
  return { schedule: { ...checked.schedule, conflicts: [...kept, ...added] }, conflicts };
};
