import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { earliestStart } from "../order/earliest-start.ts";
import { isTerminal } from "../view/view.ts";
import type { PlanQuestion, Walk } from "./walk.ts";

/** Nothing that stands ahead of it is undecided: see shared/conflicts/rule-of-order.ts. */
export const predecessorsSettled = (walk: Walk, step: ScheduledStep): boolean => !walk.waits.isHeld(step);

/**
 * True while a preview made now could still change by something that has not run yet: a `$from` source, or a writer of
 * what it touches.
 */
export const isProvisional = (walk: Walk, step: ScheduledStep): boolean =>
  step.argument_sources.some((source) => !isTerminal(walk.recordOfCall(source.from))) ||
  walk.waits.isHeldByWriter(step);

/**
 * A plan is rehearsed when every step of it has climbed as far as it can without acting: it ended, or its preview is
 * made. Until then none of its steps goes LIVE and nobody is asked.
 */
export const isRehearsed = (walk: Walk, plan_id: string): boolean => walk.ofPlan(allRehearsed, plan_id);

const allRehearsed: PlanQuestion = (walk, plan_id) =>
  walk.index.plan(plan_id).step_ids.every((step_id) => {
    const record = walk.record(step_id);
    if (record.phase === "finished") return true;
    if (record.state === "MOCK" || record.state === "LOCKED") return false;
    return record.state !== "DRY_RUN" || record.preview !== null;
  });

/** Rehearsal happens once: after the first LIVE entry of the plan, an edited step rejoins without holding it up. */
export const isBeingPerformed = (walk: Walk, plan_id: string): boolean => walk.ofPlan(somePerformed, plan_id);

const somePerformed: PlanQuestion = (walk, plan_id) =>
  walk.index.plan(plan_id).step_ids.some((step_id) => {
    const record = walk.record(step_id);
    return record.approvals_asked > 0 || record.state === "LIVE" || record.committed;
  });

/**
 * A step that makes the same call is still under way, or may yet be undone, here or in another execution: whether this
 * one runs is not known yet.
 */
export const mayBeDuplicate = (walk: Walk, step: ScheduledStep): boolean =>
  waitsForCallElsewhere(walk, step) || mayBeTwin(walk, step);

export const waitsForCallElsewhere = ({ view }: Walk, { step_id }: ScheduledStep): boolean =>
  view.awaited.get(step_id)?.is === "undecided";

const mayBeTwin = (walk: Walk, step: ScheduledStep): boolean =>
  !step.allow_duplicate &&
  walk.index.edgesInto(step.step_id).some((edge) => edge.kind === "twin" && !isTerminal(walk.record(edge.before)));

/** Earliest moment of its LIVE start, as the schedule says; now where it says none. */
export const startsAt = ({ view }: Walk, step: ScheduledStep): string => earliestStart(view.execution, step, view.now);
