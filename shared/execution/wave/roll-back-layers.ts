import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { behindCalls } from "../order/duplicates.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { ScheduleIndex } from "../view/view.ts";

export type Layering = {
  /** In rank order. */
  readonly steps: readonly ScheduledStep[];
  readonly index: Pick<ScheduleIndex, "edgesInto" | "edgesOutOf">;
  readonly recordOf: (step_id: string) => StepRecord;
  /** Of the roll back that is counted for, from 1; 0 where nobody asked for one. */
  readonly number: number;
};

/**
 * The layer of each step, counted from the end over what stood when the last roll back was asked for: 1 is what nothing
 * else that stood, of whatever plan, is undone before. Counted along the way of undoing (`behindCalls`), so that a depth
 * that takes a step takes what must be undone before it. A step that an earlier roll back undid is no layer any more;
 * what this one undid keeps its own, so that the depth does not grow while it is under way. By step id; linear.
 */
export const layersOf = ({ steps, index, recordOf, number }: Layering): ReadonlyMap<string, number> => {
  const layers = new Map<string, number>();
  const behind = behindCalls(index, recordOf);
  // From the end: what stands behind a step has been counted before it.
  for (const step of [...steps].reverse()) {
    const deepest = behind(step.step_id).reduce((most, after) => Math.max(most, layers.get(after) ?? 0), 0);
    const counts = step.writes && stoodAt(recordOf(step.step_id), number);
    layers.set(step.step_id, deepest + (counts ? 1 : 0));
  }
  return layers;
};

const stoodAt = (record: StepRecord, number: number): boolean =>
  record.committed && (record.ending !== "compensated" || undoneBy(record) === number);

/** Records of earlier releases do not say: there, one that a person asked for was the only one that counted. */
const undoneBy = (record: StepRecord): number =>
  record.rollback_number ?? (record.rollback_trigger === "manual" ? 1 : 0);
