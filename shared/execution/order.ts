import type { Edge, ScheduledStep } from "../conflicts/schedule.ts";
import { resourceKeysOverlap } from "../contracts/resources.ts";
import type { StepRecord } from "./step-record.ts";
import { isDependency, isSettled, isTerminal, type ScheduleIndex } from "./view.ts";

/*
 * The rule of order (shared/conflicts/rule-of-order.ts) on an execution that is under way: what waits for what, and what
 * stands ahead of what.
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
const concerns = (before: ScheduledStep, step: ScheduledStep): boolean =>
  before.plan_id === step.plan_id || sharesWrittenResource(before, step) || sharesWrittenResource(step, before);

/** What a step waits for, at one moment of an execution. */
export type Waits = { readonly unsettledAhead: (step: ScheduledStep) => ScheduledStep[] };

/**
 * `recordOf` tells what became of a step, `recordOfCall` what became of its call, which a duplicate may have made.
 * Answers as of now: made anew when records move. About linear in steps and edges for all steps together, as long as
 * what is unsettled stands close to what waits for it.
 */
export const waitsOf = (
  steps: readonly ScheduledStep[],
  index: ScheduleIndex,
  recordOfCall: (step_id: string) => StepRecord,
): Waits => {
  /** Of a dependency, and all ahead of it, every question must be answered, also whether it is to be undone. */
  const isDecided = (step_id: string): boolean => isTerminal(recordOfCall(step_id));
  let clear: ReadonlySet<string> | undefined;
  const isClear = (step_id: string): boolean => {
    clear ??= clearSteps(steps, index, isDecided);
    return clear.has(step_id);
  };

  const undecidedAlong = (step: ScheduledStep, follows: Follows, isOpen: (step_id: string) => boolean): string[] => {
    const direct = new Set(index.edgesInto(step.step_id).flatMap((edge) => (follows(edge) ? [edge.before] : [])));
    const seen = new Set(direct);
    const open: string[] = [];
    for (const before of seen) {
      if (isOpen(before) && (direct.has(before) || concerns(index.step(before), step))) open.push(before);
      if (isClear(before)) continue;
      for (const edge of index.edgesInto(before)) if (follows(edge)) seen.add(edge.before);
    }
    return open;
  };

  return {
    unsettledAhead: (step) => {
      const undecided = undecidedAlong(step, isDependency, (id) => !isDecided(id));
      const unsettled = undecidedAlong(step, anyEdge, (id) => !isSettled(recordOfCall(id)));
      return [...new Set([...undecided, ...unsettled])].map(index.step);
    },
  };
};

const anyEdge: Follows = () => true;

/** Steps with nothing undecided ahead, along any edge: nobody needs to look behind them. */
const clearSteps = (
  steps: readonly ScheduledStep[],
  index: ScheduleIndex,
  isDecided: (step_id: string) => boolean,
): ReadonlySet<string> => {
  const clear = new Set<string>();
  // In rank order, so what stands ahead of a step has been looked at before it.
  for (const { step_id } of steps) {
    if (index.edgesInto(step_id).every(({ before }) => clear.has(before) && isDecided(before))) clear.add(step_id);
  }
  return clear;
};
