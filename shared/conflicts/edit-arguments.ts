import { resourceKeysOverlap } from "../contracts/resources.ts";
import { canonicalJson } from "../plan/digest.ts";
import type { JsonObject } from "../plan/json.ts";
import { referencesIn } from "../plan/references.ts";
import { comparableCall } from "./call-digest.ts";
import { type ConflictInput, contractOf } from "./conflict-input.ts";
import type { Conflict, Edge, Schedule, ScheduledStep } from "./schedule.ts";
import { topologicalOrder } from "./topological-order.ts";
import { touchedBy } from "./working-from-plans.ts";

const withArguments = (input: ConflictInput, step: ScheduledStep, newArguments: JsonObject): ScheduledStep => {
  const { sources } = referencesIn(newArguments);
  const foreign = sources.find(({ from }) => !step.depends_on.includes(from));
  if (foreign !== undefined)
    throw new RangeError(`an edit of ${step.step_id} takes a value from ${foreign.from}, on which it does not depend`);
  const edited = { ...step, arguments: newArguments, argument_sources: sources };
  return { ...edited, resources: [...touchedBy(contractOf(input, step.tool_name), edited)] };
};

const isSameCall = (input: ConflictInput, one: ScheduledStep, other: ScheduledStep): boolean => {
  if (one.tool_name !== other.tool_name) return false;
  const [mine, theirs] = [comparableCall(input, one), comparableCall(input, other)];
  return mine !== null && theirs !== null && canonicalJson(mine) === canonicalJson(theirs);
};

const shareResource = (one: ScheduledStep, other: ScheduledStep): boolean =>
  one.resources.some((mine) =>
    other.resources.some(
      (theirs) => (mine.access === "write" || theirs.access === "write") && resourceKeysOverlap(mine, theirs),
    ),
  );

/** Whether a wait between the edited step and another still has its reason. */
const stillHolds = (input: ConflictInput, { kind }: Edge, edited: ScheduledStep, other: ScheduledStep): boolean => {
  if (kind === "twin") return isSameCall(input, edited, other);
  return kind !== "delay" || shareResource(edited, other) || isSameCall(input, edited, other);
};

const ancestorsOf = (nodes: ReadonlySet<number>, pairs: readonly { before: number; after: number }[]): Set<number> => {
  const predecessors = Map.groupBy(pairs, ({ after }) => after);
  const all = new Set(nodes);
  // A set hands out what is added while it is walked.
  for (const node of all) for (const { before } of predecessors.get(node) ?? []) all.add(before);
  return all;
};

/**
 * A step that has started keeps its place, with all it waited for; the edited step goes as far back as its dependents
 * let it, like a step that has just come, so that it waits for others and their sealed previews stand.
 */
const reordered = (
  steps: readonly ScheduledStep[],
  edges: readonly Edge[],
  edited: ScheduledStep,
  started: ReadonlySet<string>,
): ScheduledStep[] => {
  const placeOf = new Map(steps.map(({ step_id }, place) => [step_id, place]));
  const place = (stepId: string): number => placeOf.get(stepId) ?? 0;
  const pairs = edges.map(({ before, after }) => ({ before: place(before), after: place(after) }));
  const settled = ancestorsOf(new Set([...started].filter((id) => placeOf.has(id)).map(place)), pairs);
  const count = steps.length;
  const priority = steps.map(({ step_id }, now) => {
    if (step_id === edited.step_id) return 2 * count;
    return settled.has(now) ? now : count + now;
  });
  return topologicalOrder(count, pairs, priority).order.flatMap((now, rank) => {
    const step = steps[now];
    return step === undefined ? [] : [{ ...step, rank }];
  });
};

/** The schedule with one step as far back as its dependents let it. Throws for an unknown step. */
export const asJustCome = (schedule: Schedule, step_id: string, started: ReadonlySet<string>): Schedule => {
  const step = schedule.steps.find((one) => one.step_id === step_id);
  if (step === undefined) throw new RangeError(`no step has the id ${step_id}`);
  return { ...schedule, steps: reordered(schedule.steps, schedule.edges, step, started) };
};

export type Edit = {
  /** The schedule with new arguments, resources and ranks, without the waits that lost their reason. Not checked yet. */
  schedule: Schedule;
  /** Ids of conflicts of the step that the edit took the ground from, as far as is known before it is checked. */
  stale: ReadonlySet<string>;
};

const isStale = (conflict: Conflict, edited: ScheduledStep, stillWaiting: ReadonlySet<string>): boolean =>
  (conflict.conflict_type === "RESOURCE_CONFLICT" || conflict.conflict_type === "DUPLICATE_ACTION") &&
  conflict.step_ids.includes(edited.step_id) &&
  !conflict.step_ids.some((id) => stillWaiting.has(id));

/** Puts new arguments into one step and takes back what only the old ones asked for. Throws for an unknown step. */
export const editArguments = (
  schedule: Schedule,
  input: ConflictInput,
  step_id: string,
  newArguments: JsonObject,
  started: ReadonlySet<string>,
): Edit => {
  const original = schedule.steps.find((step) => step.step_id === step_id);
  if (original === undefined) throw new RangeError(`no step has the id ${step_id}`);
  const edited = withArguments(input, original, newArguments);
  const steps = schedule.steps.map((step) => (step === original ? edited : step));
  const byId = new Map(steps.map((step) => [step.step_id, step]));
  const stillWaiting = new Set<string>();
  const edges = schedule.edges.filter((edge) => {
    if (edge.before !== step_id && edge.after !== step_id) return true;
    const other = byId.get(edge.before === step_id ? edge.after : edge.before);
    const holds = other === undefined || stillHolds(input, edge, edited, other);
    if (holds && other !== undefined && (edge.kind === "delay" || edge.kind === "twin"))
      stillWaiting.add(other.step_id);
    return holds;
  });
  const stale = schedule.conflicts.filter((conflict) => isStale(conflict, edited, stillWaiting));
  return {
    schedule: { ...schedule, steps: reordered(steps, edges, edited, started), edges },
    stale: new Set(stale.map(({ conflict_id }) => conflict_id)),
  };
};
