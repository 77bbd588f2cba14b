import type { Transited } from "../record/step-event.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { ExecutionView, RungItem } from "../view/view.ts";
import { applyDecisions } from "./apply-decisions.ts";
import { applyLocks } from "./apply-locks.ts";
import { askAgain, climb, withdraw } from "./climb.ts";
import { failPlans, followDependencies, settleDuplicates } from "./failures.ts";
import { whatIsReady } from "./ready.ts";
import { type RestsOn, settleAwaited, stopOnFallen, whatIsAwaited, whatRestsElsewhere } from "./rests-elsewhere.ts";
import { rollBack } from "./roll-back.ts";
import { settleCalls } from "./settle-calls.ts";
import { stopForAbort, stopForConflicts } from "./stop-steps.ts";
import { voidOrphans, voidUnopened } from "./void-orphans.ts";
import { type Ask, type Rule, type Void, Walk } from "./walk.ts";

/** In this order: what happened, what people said, what stops, what is held, what follows, what climbs, what is undone. */
const RULES: readonly Rule[] = [
  settleCalls,
  applyDecisions,
  stopForConflicts,
  stopForAbort,
  applyLocks,
  failPlans,
  settleDuplicates,
  settleAwaited,
  stopOnFallen,
  followDependencies,
  withdraw,
  climb,
  rollBack,
  askAgain,
];

/** Items of one wave: bounds how far a history can overshoot its budget. Bytes may leave room for fewer. */
export const WAVE_SIZE = 200;

/** Twenty days: the local engine's timers overflow at 24.8 days; a longer wait is waited in parts. */
const LONGEST_WAIT_SECONDS = 20 * 86_400;

export type Decision = "WAVE" | "WAIT" | "DONE" | "ABORTED" | "LOCKED";

export type Advance = {
  /** To append, in this order. */
  readonly transited: readonly Transited[];
  /** Requests to open when the transitions that announce them are on record. */
  readonly asks: readonly Ask[];
  /** Requests to void before anything else: one that was decided meanwhile makes the answer outdated. */
  readonly voids: readonly Void[];
  readonly decision: Decision;
  readonly wave: readonly RungItem[];
  /** How long WAIT may last until something falls due, at least 1. */
  readonly wait_seconds: number;
  /** Not for the engine: it may be as long as the execution is. */
  readonly rests_on: readonly RestsOn[];
  /** Likewise. */
  readonly awaits: readonly RestsOn[];
};

/**
 * The wave that follows from everything that is known of an execution now: transitions, questions to people, and the
 * next wave. Pure: the same view gives the same answer. Terminates because every round emits a transition and the table
 * has no cycle that needs no new fact from outside.
 */
export const advance = (view: ExecutionView): Advance => {
  const walk = new Walk(view);
  for (let emitted = -1; emitted !== walk.transited.length; ) {
    emitted = walk.transited.length;
    for (const rule of RULES) rule(walk);
  }
  voidOrphans(walk);
  voidUnopened(walk);
  const { items, due, deadlines } = whatIsReady(walk);
  const decision = decide(walk, items, due);
  return {
    transited: walk.transited,
    asks: walk.asks,
    voids: walk.voids,
    decision,
    wave: decision === "WAVE" ? items.slice(0, WAVE_SIZE) : [],
    wait_seconds: waitSeconds(view.now, [...due, ...deadlines]),
    rests_on: whatRestsElsewhere(walk),
    awaits: whatIsAwaited(walk),
  };
};

const decide = (walk: Walk, items: readonly RungItem[], due: readonly string[]): Decision => {
  if (items.length > 0) return "WAVE";
  const records = walk.view.schedule.steps.map((step) => walk.record(step.step_id));
  const aborted = walk.view.execution.abort_requested !== null;
  // Of a call that an abort left unknown a person is asked in its own time; a roll back is waited for as ever.
  const left = (record: StepRecord): boolean => aborted && record.phase === "reconcile";
  const waits = records.some((record) => record.state === "AWAITING_APPROVAL" && !left(record));
  const timed = records.some((record) => record.phase === "open" && record.state !== "LOCKED") && due.length > 0;
  if (waits || timed) return "WAIT";
  if (records.some((record) => record.state === "LOCKED")) return "LOCKED";
  return aborted ? "ABORTED" : "DONE";
};

const waitSeconds = (now: string, due: readonly string[]): number => {
  const soonest = due.reduce((least, at) => Math.min(least, Date.parse(at)), Number.POSITIVE_INFINITY);
  const seconds = Math.ceil((soonest - Date.parse(now)) / 1000);
  return Math.min(LONGEST_WAIT_SECONDS, Math.max(1, Number.isFinite(seconds) ? seconds : LONGEST_WAIT_SECONDS));
};
