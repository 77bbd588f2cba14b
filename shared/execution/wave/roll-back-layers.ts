import { isInOrder } from "../order.ts";
import type { StepRecord } from "../step-record.ts";
import type { Walk } from "./walk.ts";

/**
 * The layer of each step, counted from the end over what stood when the last roll back was asked for: 1 is what nothing
 * else that stood depends on. What an earlier roll back undid is no layer any more; what this one undid keeps its own,
 * so that the depth does not grow while it is under way. By step id; linear.
 */
export const layersOf = (walk: Walk): ReadonlyMap<string, number> => {
  const number = walk.view.execution.rollback_requested?.number ?? 0;
  const layers = new Map<string, number>();
  // From the end: what stands behind a step has been counted before it.
  for (const step of [...walk.view.schedule.steps].reverse()) {
    const behind = walk.index
      .edgesOutOf(step.step_id)
      .filter((edge) => isInOrder(edge) && walk.index.step(edge.after).plan_id === step.plan_id)
      .reduce((deepest, edge) => Math.max(deepest, layers.get(edge.after) ?? 0), 0);
    const counts = step.writes && stoodAt(walk.record(step.step_id), number);
    layers.set(step.step_id, behind + (counts ? 1 : 0));
  }
  return layers;
};

const stoodAt = (record: StepRecord, number: number): boolean =>
  record.committed && (record.ending !== "compensated" || undoneBy(record) === number);

/** Records of earlier releases do not say: there, one that a person asked for was the only one that counted. */
const undoneBy = (record: StepRecord): number =>
  record.rollback_number ?? (record.rollback_trigger === "manual" ? 1 : 0);
