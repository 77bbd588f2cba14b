import type { Edge, ScheduledStep } from "../../conflicts/schedule.ts";
import { resourceKeysOverlap } from "../../contracts/resources.ts";
import type { StepRecord } from "../record/step-record.ts";
import { isDependency, isTerminal, type ScheduleIndex } from "../view/view.ts";

/*
 * The rule of order (shared/conflicts/rule-of-order.ts) on an execution that is under way: what stands, and what stands
 * ahead of what. The order of steps is in waits.ts.
 */

/** Made by a call of its own or by its duplicate's, and not undone since. Of a read: it was read. */
export const effectStands = (record: StepRecord): boolean =>
  (record.committed || record.live_output !== null) && record.ending !== "compensated";

/** Committed, finished LIVE, and a write: something that stands in the outside world. */
export const stands = (step: ScheduledStep, record: StepRecord): boolean =>
  step.writes && record.committed && record.state === "LIVE" && record.phase === "finished";

/** A person or time said no to it. */
export const wasRefused = ({ ending }: StepRecord): boolean => ending === "rejected" || ending === "expired";

/** Ended with nothing that what stands behind it could rest on, other than at a rung it finished. */
export const hasFallen = (record: StepRecord): boolean =>
  record.state === "ABORTED" && isTerminal(record) && !effectStands(record);

/** The order in which the steps of one plan were made: undone in reverse. */
export const isInOrder = (edge: Edge): boolean => isDependency(edge) || edge.kind === "order" || edge.kind === "delay";

export type Follows = (edge: Edge) => boolean;

/** Every step that can be reached from `step_id` along the edges that `follows` takes, nearest first. Linear. */
export const stepsBehind = (
  index: Pick<ScheduleIndex, "edgesOutOf">,
  step_id: string,
  follows: Follows,
): Set<string> => {
  const next = (id: string): string[] => index.edgesOutOf(id).flatMap((edge) => (follows(edge) ? [edge.after] : []));
  const found = new Set(next(step_id));
  // A set hands out what is added while it is walked.
  for (const id of found) for (const each of next(id)) found.add(each);
  return found;
};

/** `writer` writes what `step` touches. */
export const sharesWrittenResource = (writer: ScheduledStep, step: ScheduledStep): boolean =>
  writer.writes &&
  writer.resources.some(
    (written) => written.access === "write" && step.resources.some((touched) => resourceKeysOverlap(written, touched)),
  );

/** Whether the order between them outlives what stands between: one plan's own, or that of one resource. */
export const concerns = (before: ScheduledStep, step: ScheduledStep): boolean =>
  before.plan_id === step.plan_id || sharesWrittenResource(before, step) || sharesWrittenResource(step, before);
