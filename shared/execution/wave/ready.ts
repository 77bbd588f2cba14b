import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { cutToBytes } from "../../plan/cut-to-bytes.ts";
import { instantAfter } from "../../plan/instant.ts";
import { wasSetBack } from "../../plan/set-back.ts";
import { inWords } from "../order/dynamic-ceiling.ts";
import { waitsFor } from "../order/waiting-in-line.ts";
import { mayBeRunning } from "../record/ledger-row.ts";
import type { StepRecord } from "../record/step-record.ts";
import { type Asked, planDeadlines } from "../view/plan-deadline.ts";
import { isTerminal, type RungItem, requestExpiry } from "../view/view.ts";
import { isProvisional, predecessorsSettled, startsAt, waitsForCallElsewhere } from "./readiness.ts";
import { restingElsewhere } from "./rests-elsewhere.ts";
import { canStop } from "./stop-steps.ts";
import type { Walk } from "./walk.ts";

/** The steps that are ready now, and the moments at which others may become so. */
export type Readiness = {
  readonly items: RungItem[];
  readonly due: string[];
  /** Ends of plans' time: a wait ends there, but is nothing to wait for. */
  readonly deadlines: string[];
};

export const whatIsReady = (walk: Walk): Readiness => {
  const items: RungItem[] = [];
  const due: string[] = [];
  const slots = new Map(walk.view.free_slots);
  const running = runningDeadlines(walk);
  const resting = restingElsewhere(walk);
  for (const step of walk.view.schedule.steps) {
    const record = walk.record(step.step_id);
    const ready = readyRung(walk, step, record, slots);
    if (typeof ready === "object") due.push(ready.at);
    else if (ready !== undefined) items.push(item(walk, step, ready, { deadline: running.get(step.plan_id), resting }));
    const expires_at = record.state === "AWAITING_APPROVAL" ? expiryOf(walk, record) : null;
    if (expires_at !== null) due.push(expires_at);
  }
  const deadlines = [...running].filter(([plan_id]) => couldStillAct(walk, plan_id)).map(([, at]) => at);
  return { items, due, deadlines };
};

/** Deadlines that are not over and do not stand still, by plan, with the requests as this pass leaves them. */
const runningDeadlines = (walk: Walk): ReadonlyMap<string, string> => {
  const approvals = new Map<string, Asked>(walk.view.approvals);
  const { now } = walk.view;
  for (const { approval_id, step_id } of walk.asks) {
    const { plan_id } = walk.index.step(step_id);
    approvals.set(approval_id, { plan_id, status: "open", created_at: now, decided_at: null });
  }
  for (const { approval_id } of walk.voids) {
    const request = approvals.get(approval_id);
    if (request !== undefined) approvals.set(approval_id, { ...request, status: "voided", decided_at: now });
  }
  const deadlines = planDeadlines({ ...walk.view, approvals });
  return new Map(
    [...deadlines].flatMap(([plan_id, { at, over, standsStill }]) => (over || standsStill ? [] : [[plan_id, at]])),
  );
};

const couldStillAct = (walk: Walk, plan_id: string): boolean =>
  walk.index.plan(plan_id).step_ids.some((step_id) => canStop(walk, walk.record(step_id)));

/** Of the request that a step waits for, also when it is asked in this very pass and not opened yet. */
const expiryOf = (walk: Walk, { approval_id }: StepRecord): string | null => {
  const request = approval_id === null ? undefined : walk.view.approvals.get(approval_id);
  if (request !== undefined) return request.status === "open" ? request.expires_at : null;
  const ask = walk.asks.find((asked) => asked.approval_id === approval_id);
  return ask === undefined ? null : requestExpiry(walk.view, ask.kind);
};

type Rung = RungItem["rung"];
type Later = { readonly at: string };

/** Free slots by tool: who is let through for one takes it from those behind. */
type Slots = Map<string, number>;

const readyRung = (walk: Walk, step: ScheduledStep, record: StepRecord, slots: Slots): Rung | Later | undefined => {
  if (record.phase === "reconcile" || record.phase === "reconcile_undo") return decidedTooSoon(walk, record);
  if (record.phase !== "open") return undefined;
  switch (record.state) {
    case "MOCK":
      return sourcesHave(walk, step, (source) => source.mock_output !== null || isTerminal(source))
        ? "MOCK"
        : undefined;
    case "DRY_RUN":
      return readyToPreview(walk, step, record);
    case "LIVE":
      return readyToAct(walk, step, record, "LIVE", slots);
    case "ROLLBACK":
      return readyToAct(walk, step, record, "ROLLBACK", slots);
    default:
      return undefined;
  }
};

/** A person's word on a call that may still be running counts when its deadline is over. */
const decidedTooSoon = (walk: Walk, record: StepRecord): Later | undefined => {
  const request = record.approval_id === null ? undefined : walk.view.approvals.get(record.approval_id);
  const row = walk.row(record.step_id, record.phase === "reconcile" ? "forward" : "compensation");
  return request !== undefined && request.status !== "open" && row?.status === "INTENT"
    ? { at: row.deadline }
    : undefined;
};

const readyToPreview = (walk: Walk, step: ScheduledStep, record: StepRecord): Rung | Later | undefined => {
  const final = !isProvisional(walk, step);
  if (record.preview === null) {
    // A writing source has nothing to show before it ran; its mock output stands in and the preview is provisional.
    const shown = sourcesHave(
      walk,
      step,
      (source, writes) => writes || source.dry_run_output !== null || source.live_output !== null,
    );
    return shown ? "DRY_RUN" : undefined;
  }
  if (record.provisional && final) return "DRY_RUN";
  if (waitsForCallElsewhere(walk, step)) return { at: lookedAtElsewhere(walk) };
  const starts = startsAt(walk, step);
  return starts > walk.view.now && predecessorsSettled(walk, step) ? { at: starts } : undefined;
};

/** The longest until a call of another execution is looked at again, in seconds. */
const LONGEST_LOOK = 3_600;

/**
 * When it is looked at again how the call of another execution stands, which wakes nobody: half as long again after the
 * submission as it is now, so that a call that takes seconds is waited for by looks seconds apart, and a person's word by few.
 * Of those that wait for long the sweeper knows each minute.
 */
const lookedAtElsewhere = ({ view: { execution, now } }: Walk): string => {
  const waited = Math.max(0, Date.parse(now) - Date.parse(execution.submitted_at)) / 1_000;
  const pause = wasSetBack(now, execution.submitted_at) ? LONGEST_LOOK : Math.max(1, waited / 2);
  return instantAfter(Date.parse(now), Math.min(LONGEST_LOOK, pause) * 1_000);
};

const readyToAct = (
  walk: Walk,
  step: ScheduledStep,
  record: StepRecord,
  rung: "LIVE" | "ROLLBACK",
  slots: Slots,
): Rung | Later | undefined => {
  const row = walk.row(step.step_id, rung === "LIVE" ? "forward" : "compensation");
  if (row !== undefined && mayBeRunning(row, walk.view.now)) return { at: row.deadline };
  const { look_again_at, updated_at } = record;
  const slot_of = row === undefined ? waitsFor(record, walk.view.now).slot_of : undefined;
  const free = slot_of === undefined ? 0 : (slots.get(slot_of) ?? 0);
  const isItsTurn = row === undefined && walk.view.turns.has(step.step_id);
  const { now, largest_clock_skew_seconds } = walk.view;
  // However small the step was: what is looked at later could not tell any more that the clock was set back.
  const set_back = wasSetBack(now, updated_at, largest_clock_skew_seconds);
  const pauses = look_again_at !== null && look_again_at > now && !set_back;
  if (pauses && free === 0 && !isItsTurn) return { at: look_again_at };
  if (rung === "LIVE" && row === undefined) {
    if (!predecessorsSettled(walk, step)) return undefined;
    const starts = startsAt(walk, step);
    if (starts > walk.view.now) return { at: starts };
  }
  if (slot_of !== undefined) slots.set(slot_of, free - 1);
  return rung;
};

const sourcesHave = (walk: Walk, step: ScheduledStep, has: (source: StepRecord, writes: boolean) => boolean): boolean =>
  step.argument_sources.every((source) => has(walk.record(source.from), walk.index.step(source.from).writes));

type Beside = {
  /** When its plan's time is over. */
  readonly deadline: string | undefined;
  /** The steps that depend on a call of another execution. */
  readonly resting: ReadonlySet<string>;
};

const item = (walk: Walk, step: ScheduledStep, rung: Rung, { deadline, resting }: Beside): RungItem => {
  const ceiling = walk.ceiling(step.step_id);
  return {
    execution_id: walk.view.execution.execution_id,
    step_id: step.step_id,
    seq: walk.record(step.step_id).seq,
    rung,
    ceiling: ceiling.mode,
    ceiling_reason: rung === "MOCK" && ceiling.mode === "MOCK" ? cutToBytes(inWords(ceiling) ?? "", MOST_REASON) : null,
    provisional: rung === "DRY_RUN" && isProvisional(walk, step),
    start_before: rung === "LIVE" ? (deadline ?? null) : null,
    rests_elsewhere: rung === "LIVE" && resting.has(step.step_id),
  };
};

/**
 * Bytes of the words with which a mock ends its step: one reason of 500 signs, in any script. Others than that rung do
 * not ask for them. A wave whose words are long hands out fewer steps (functions/execution/pass/within-bytes.ts).
 */
const MOST_REASON = 1_500;
