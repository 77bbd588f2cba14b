import { z } from "zod";
import { isDependency, isInOrder, stepsBehind, type Way } from "../../conflicts/rule-of-order.ts";
import type { Conflict, Edge } from "../../conflicts/schedule.ts";
import type { LedgerKey } from "../record/ledger-row.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { ScheduleIndex } from "../view/view.ts";

/**
 * The record that tells what became of a step's call: its own, or, where it was aborted as the duplicate of a call whose
 * outcome was not known then, that of the step that made the call. Dependents wait for it, take its output, and fall with it.
 */
export const recordOfCall = <Found extends StepRecord | undefined>(
  record: Found,
  edgesInto: readonly Edge[],
  recordOf: (step_id: string) => Found,
): Found => {
  if (record?.ending !== "conflict") return record;
  for (const edge of edgesInto) {
    if (edge.kind !== "twin") continue;
    const first = recordOf(edge.before);
    if (first?.committed || first?.phase === "reconcile") return first;
  }
  return record;
};

type Places = Pick<ScheduleIndex, "edgesInto" | "edgesOutOf">;
type RecordOf = (step_id: string) => StepRecord;

/** From a call to a duplicate that was dropped because of it: what stands behind that place stands behind the call. */
const tookCall =
  ({ edgesInto }: Places, recordOf: RecordOf): Way =>
  ({ kind, before, after }) =>
    kind === "twin" && recordOfCall(recordOf(after), edgesInto(after), recordOf).step_id === before;

export type Dependents = {
  /** The steps that rest on a step's call, nearest first: all of them that count, and those on the way there. */
  readonly of: (step_id: string) => ReadonlySet<string>;
  /** The step has been looked at, after all that stands behind it: what is asked for next stands ahead of it. */
  readonly passed: (step_id: string) => void;
};

/**
 * The steps that rest on a step's call, by way of whatever stands between: those that depend on it, and on each
 * duplicate that was dropped because of its call, or of one that rests on it. For who asks about one step after the
 * other, from the end: each question looks no further than to where nothing that `counts` rests on anything, so that of
 * an execution of which most is undone not all is looked through for each step.
 */
export const dependentsFromTheEnd = (
  index: Places,
  recordOf: RecordOf,
  counts: (step_id: string) => boolean,
): Dependents => {
  const took = tookCall(index, recordOf);
  const along: Way = (edge) => isDependency(edge) || took(edge);
  const clear = new Set<string>();
  const isClear = (step_id: string): boolean => clear.has(step_id);
  return {
    of: (step_id) => stepsBehind(index, step_id, along, isClear),
    passed: (step_id) => {
      const behind = index.edgesOutOf(step_id).every((edge) => !along(edge) || clear.has(edge.after));
      if (behind && !counts(step_id)) clear.add(step_id);
    },
  };
};

/**
 * The neighbours behind each step's call, which are undone before it: its own, and those of each duplicate that was
 * dropped because of it. Of the layers of a roll back, and of its order.
 */
export const behindCalls = (index: Places, recordOf: RecordOf): ((step_id: string) => string[]) => {
  const took = tookCall(index, recordOf);
  const inOrder = (step_id: string): string[] =>
    index.edgesOutOf(step_id).flatMap((edge) => (isInOrder(edge) ? [edge.after] : []));
  return (step_id) => {
    const dropped = index.edgesOutOf(step_id).filter(took);
    return [...inOrder(step_id), ...dropped.flatMap(({ after }) => inOrder(after))];
  };
};

/**
 * The call of another execution on account of which a step was dropped as a duplicate, by step: found when the schedule
 * was made, or at LIVE.
 */
export const callsElsewhere = (
  conflicts: readonly Conflict[],
  records: ReadonlyMap<string, StepRecord>,
): ReadonlyMap<string, LedgerKey> => {
  const dropped = new Map(callsMadeBefore(conflicts));
  for (const { step_id, execution_id, duplicate_of } of records.values()) {
    if (duplicate_of === undefined || duplicate_of.execution_id === execution_id) continue;
    dropped.set(step_id, { execution_id: duplicate_of.execution_id, step_id: duplicate_of.step_id, side: "forward" });
  }
  return new Map([...dropped].filter(([step_id]) => records.get(step_id)?.ending === "conflict"));
};

const earlierCall = z.object({ duplicate_of: z.object({ execution_id: z.string(), step_id: z.string() }) });

/** The calls of earlier executions on account of which steps were aborted as duplicates, by step. */
export const callsMadeBefore = (conflicts: readonly Conflict[]): ReadonlyMap<string, LedgerKey> =>
  earlierCalls(conflicts, ({ resolution_strategy }) => resolution_strategy === "ABORT");

/**
 * The calls of other executions of which it was not known what came of them when the same call was asked for, by the step
 * that waits for that. In a stored schedule they stay so named when it is known.
 */
export const callsAwaited = (conflicts: readonly Conflict[]): ReadonlyMap<string, LedgerKey> =>
  earlierCalls(
    conflicts,
    ({ resolution_strategy, resolution_status }) => resolution_strategy === "DELAY" && resolution_status === "pending",
  );

const earlierCalls = (
  conflicts: readonly Conflict[],
  concerns: (conflict: Conflict) => boolean,
): ReadonlyMap<string, LedgerKey> =>
  new Map(
    conflicts.flatMap((conflict) => {
      if (conflict.conflict_type !== "DUPLICATE_ACTION" || !concerns(conflict)) return [];
      const earlier = earlierCall.safeParse(conflict.details);
      if (!earlier.success) return [];
      const { execution_id, step_id } = earlier.data.duplicate_of;
      return conflict.step_ids.map((id) => [id, { execution_id, step_id, side: "forward" as const }] as const);
    }),
  );
