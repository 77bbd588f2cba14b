import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { resourceKeysOverlap } from "../../contracts/resources.ts";
import { isSettled } from "../view.ts";
import type { Walk } from "./walk.ts";

/** Every step it waits for, along any edge, has ended. */
export const predecessorsSettled = (walk: Walk, step: ScheduledStep): boolean =>
  walk.index.edgesInto(step.step_id).every((edge) => isSettled(walk.record(edge.before)));

/** The steps whose effect or output its preview rests on: `$from` sources, and writers of what it touches. */
const restsOn = (walk: Walk, step: ScheduledStep): string[] => {
  const sources = step.argument_sources.map((source) => source.from);
  const writers = walk.index
    .edgesInto(step.step_id)
    .map((edge) => edge.before)
    .filter((before) => sharesWrittenResource(walk.index.step(before), step));
  return [...new Set([...sources, ...writers])];
};

const sharesWrittenResource = (writer: ScheduledStep, step: ScheduledStep): boolean =>
  writer.writes &&
  writer.resources.some(
    (written) => written.access === "write" && step.resources.some((touched) => resourceKeysOverlap(written, touched)),
  );

/** True while a preview made now could still change by something that has not run yet. */
export const isProvisional = (walk: Walk, step: ScheduledStep): boolean =>
  restsOn(walk, step).some((before) => !isSettled(walk.record(before)));

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
