import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { resourceKeysOverlap } from "../../contracts/resources.ts";
import type { StepRecord } from "../step-record.ts";
import { isSettled } from "../view.ts";
import type { Walk } from "./walk.ts";

/**
 * What it waits for, along any edge, and has not ended. A step that ended without running passes on what it waited for,
 * as far as that concerns this one too: steps of the same plan, and of others those that touch the same resource. Or
 * the order in which they stood would be lost with the one between them.
 */
const unsettledBefore = (walk: Walk, step: ScheduledStep): ScheduledStep[] => {
  const direct = walk.index.edgesInto(step.step_id).map((edge) => edge.before);
  const waitedFor = new Set(direct);
  const seen = new Set(direct);
  for (const before of seen) {
    const record = walk.record(before);
    if (ranLive(record) || (!callSettled(walk, before) && waitedFor.has(before))) continue;
    for (const edge of walk.index.edgesInto(before)) {
      if (concerns(walk.index.step(edge.before), step)) waitedFor.add(edge.before);
      // A set hands out what is added while it is walked.
      seen.add(edge.before);
    }
  }
  return [...waitedFor].filter((before) => !callSettled(walk, before)).map((before) => walk.index.step(before));
};

export const predecessorsSettled = (walk: Walk, step: ScheduledStep): boolean =>
  unsettledBefore(walk, step).length === 0;

const callSettled = (walk: Walk, step_id: string): boolean => isSettled(walk.recordOfCall(step_id));

/** What ran had nothing unsettled before it. */
const ranLive = (record: StepRecord): boolean => record.committed || record.live_output !== null;

const concerns = (before: ScheduledStep, step: ScheduledStep): boolean =>
  before.plan_id === step.plan_id || sharesWrittenResource(before, step) || sharesWrittenResource(step, before);

const sharesWrittenResource = (writer: ScheduledStep, step: ScheduledStep): boolean =>
  writer.writes &&
  writer.resources.some(
    (written) => written.access === "write" && step.resources.some((touched) => resourceKeysOverlap(written, touched)),
  );

/**
 * True while a preview made now could still change by something that has not run yet: a `$from` source, or a writer of
 * what it touches.
 */
export const isProvisional = (walk: Walk, step: ScheduledStep): boolean =>
  step.argument_sources.some((source) => !callSettled(walk, source.from)) ||
  unsettledBefore(walk, step).some((before) => sharesWrittenResource(before, step));

/**
 * A plan is rehearsed when every step of it has climbed as far as it can without acting: it ended, or its preview is
 * made. Until then none of its steps goes LIVE and nobody is asked.
 */
export const isRehearsed = (walk: Walk, plan_id: string): boolean =>
  walk.index.plan(plan_id).step_ids.every((step_id) => {
    const record = walk.record(step_id);
    if (record.phase === "finished") return true;
    if (record.state === "MOCK" || record.state === "LOCKED") return false;
    return record.state !== "DRY_RUN" || record.preview !== null;
  });

/** Rehearsal happens once: after the first LIVE entry of the plan, an edited step rejoins without holding it up. */
export const isBeingPerformed = (walk: Walk, plan_id: string): boolean =>
  walk.index.plan(plan_id).step_ids.some((step_id) => {
    const record = walk.record(step_id);
    return record.approvals_asked > 0 || record.state === "LIVE" || record.committed;
  });

/** A twin of it is still under way: whether it runs at all is not known yet. */
export const waitsForTwin = (walk: Walk, step: ScheduledStep): boolean =>
  !step.allow_duplicate &&
  walk.index.edgesInto(step.step_id).some((edge) => edge.kind === "twin" && !isSettled(walk.record(edge.before)));

/** Earliest moment of its LIVE start, as the schedule says. */
export const startsAt = (walk: Walk, step: ScheduledStep): string =>
  new Date(Date.parse(walk.view.execution.submitted_at) + step.not_before_seconds * 1000).toISOString();
