import type { Edge, Schedule, ScheduledPlan, ScheduledStep } from "../../conflicts/schedule.ts";
import type { ToolContract } from "../../contracts/tool-contract.ts";
import { instantAfter } from "../../plan/instant.ts";
import type { ApprovalKind, ApprovalRequest } from "../approval/approval.ts";
import type { Lock } from "../lock/lock.ts";
import type { ExecutionRecord } from "../record/execution-record.ts";
import type { LedgerRow, LedgerSide } from "../record/ledger-row.ts";
import type { BodyRef, StepRecord } from "../record/step-record.ts";
import type { AwaitedCall, Standing } from "./call-standing.ts";
import { type WritersBefore, writersBefore } from "./writers-before.ts";

/** Everything *Next wave* reads, as plain data: one execution at one moment. */
export type ExecutionView = {
  readonly execution: ExecutionRecord;
  readonly schedule: Schedule;
  /** As pinned when the execution was validated. */
  readonly contracts: ReadonlyMap<string, ToolContract>;
  readonly records: ReadonlyMap<string, StepRecord>;
  /** By approval id. Expiries that fell due are settled already. */
  readonly approvals: ReadonlyMap<string, ApprovalRequest>;
  readonly ledger: readonly LedgerRow[];
  readonly locks: readonly Lock[];
  /** Bodies stored for this pass: edited arguments by approval id, outputs by `ledgerName` and `elsewhereName`. */
  readonly bodies: ReadonlyMap<string, BodyRef>;
  /** How the call stands now that another execution made, for each step that was dropped as its duplicate. */
  readonly elsewhere: ReadonlyMap<string, Standing>;
  /**
   * The call of another execution, as it stands now, that was under way when an open step asked for
   * the same. Nothing of it stands any more where a step that waits for one is not named.
   */
  readonly awaited: ReadonlyMap<string, AwaitedCall>;
  /** Steps that are dropped as duplicates of another execution's call whose output the sandbox made up. */
  readonly made_up_elsewhere: ReadonlySet<string>;
  /** Free slots now of the tools that steps wait for a slot of, by tool. */
  readonly free_slots: ReadonlyMap<string, number>;
  /** Steps that wait for a lease which is free now, and whose turn it is to take it. */
  readonly turns: ReadonlySet<string>;
  /** The deployment's switch now. */
  readonly live_enabled: boolean;
  /** ISO 8601, UTC. */
  readonly now: string;
  /** By how much the clocks of two functions may differ. */
  readonly largest_clock_skew_seconds: number;
};

export type RungItem = {
  readonly execution_id: string;
  readonly step_id: string;
  /** Events of the step when it was handed out: with as many still, nothing came of it. */
  readonly seq: number | null;
  readonly rung: "MOCK" | "DRY_RUN" | "LIVE" | "ROLLBACK";
  /** Highest mode the step may reach as things stand, for the rung that must say whether it ends there. */
  readonly ceiling: "MOCK" | "DRY_RUN" | "LIVE";
  /** The words for the record where a mock is where it ends, of bounded length; null otherwise. */
  readonly ceiling_reason: string | null;
  /** The preview rests on something that has not run yet: it is made again before anybody is asked. */
  readonly provisional: boolean;
  /** When its plan's time is used up: a call is not sent from then on. Null where there is no such moment. */
  readonly start_before: string | null;
  /** It depends on a call that another execution made, and that may be undone at any time: looked at before it is sent. */
  readonly rests_elsewhere: boolean;
};

/** Name of the output that another execution's equal call had, for a step that is dropped as its duplicate. */
export const elsewhereName = (step_id: string): string => `elsewhere:${step_id}`;

export const ledgerName = (step_id: string, side: LedgerSide): string => `${side}:${step_id}`;

/** Lookups over a schedule that every rule needs; near-linear to build. */
export type ScheduleIndex = {
  readonly step: (step_id: string) => ScheduledStep;
  /** Place among the steps of the schedule, from 0. */
  readonly rank: (step_id: string) => number;
  readonly plan: (plan_id: string) => ScheduledPlan;
  readonly edgesInto: (step_id: string) => readonly Edge[];
  readonly edgesOutOf: (step_id: string) => readonly Edge[];
  readonly writersBefore: WritersBefore;
};

const group = (edges: readonly Edge[], key: "before" | "after"): Map<string, Edge[]> => {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    const list = groups.get(edge[key]);
    if (list === undefined) groups.set(edge[key], [edge]);
    else list.push(edge);
  }
  return groups;
};

const indexes = new WeakMap<Schedule, ScheduleIndex>();

/**
 * The index of a schedule, built once for each: a schedule never changes, and every pass over its execution asks.
 * @throws RangeError for an id that the schedule does not hold: the records and the schedule belong together.
 */
export const indexSchedule = (schedule: Schedule): ScheduleIndex => {
  const index = indexes.get(schedule) ?? buildIndex(schedule);
  indexes.set(schedule, index);
  return index;
};

const buildIndex = (schedule: Schedule): ScheduleIndex => {
  const steps = new Map(schedule.steps.map((step) => [step.step_id, step]));
  const ranks = new Map(schedule.steps.map(({ step_id }, rank) => [step_id, rank]));
  const rankOf = (step_id: string): number => present(ranks.get(step_id), `step ${step_id}`);
  const plans = new Map(schedule.plans.map((plan) => [plan.plan_id, plan]));
  const into = group(schedule.edges, "after");
  const outOf = group(schedule.edges, "before");
  return {
    step: (step_id) => present(steps.get(step_id), `step ${step_id}`),
    rank: rankOf,
    plan: (plan_id) => present(plans.get(plan_id), `plan ${plan_id}`),
    edgesInto: (step_id) => into.get(step_id) ?? [],
    edgesOutOf: (step_id) => outOf.get(step_id) ?? [],
    writersBefore: writersBefore(schedule.steps, rankOf),
  };
};

const present = <Value>(value: Value | undefined, what: string): Value => {
  if (value === undefined) throw new RangeError(`the schedule has no ${what}`);
  return value;
};

/** When a request of that kind, asked now, expires; null where it never does. */
export const requestExpiry = (view: Pick<ExecutionView, "execution" | "now">, kind: ApprovalKind): string | null => {
  if (kind !== "approve") return null;
  return instantAfter(Date.parse(view.now), view.execution.config.approval_timeout_seconds * 1000);
};

export const isTerminal = (record: StepRecord): boolean => record.phase === "finished";

/** Nothing more will happen to it unless a person acts, and nothing is unknown about it. */
export const isSettled = (record: StepRecord): boolean =>
  isTerminal(record) || record.phase === "undo_failed" || record.phase === "undo_asked";
