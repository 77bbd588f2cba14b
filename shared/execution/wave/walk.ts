import type { ScheduledStep } from "../../conflicts/schedule.ts";
import type { Ceiling } from "../../contracts/ceiling.ts";
import { BUDDY } from "../../plan/agent.ts";
import type { ApprovalKind } from "../approval/approval.ts";
import { nextRequest, waitsFor } from "../approval/approval-id.ts";
import { sideOf } from "../attempt/side.ts";
import type { Told } from "../attempt/told.ts";
import type { LockMode } from "../lock/lock.ts";
import { locksOn } from "../lock/step-locks.ts";
import { recordOfCall } from "../order/duplicates.ts";
import { type DynamicCeilings, dynamicCeilings } from "../order/dynamic-ceiling.ts";
import { type Waits, waitsOf } from "../order/waits.ts";
import type { LedgerRow, LedgerSide } from "../record/ledger-row.ts";
import type { StepEventName } from "../record/states.ts";
import { type StepChanges, type Transited, transit } from "../record/step-event.ts";
import type { StepRecord } from "../record/step-record.ts";
import { deadlineInWords, type PlanDeadline, planDeadlines } from "../view/plan-deadline.ts";
import { type ExecutionView, indexSchedule, ledgerName, type ScheduleIndex } from "../view/view.ts";

export type Ask = { readonly approval_id: string; readonly step_id: string; readonly kind: ApprovalKind };
export type Void = Ask & { readonly reason: string };

/** Asked of the records of one plan, and nothing else. */
export type PlanQuestion = (walk: Walk, plan_id: string) => boolean;

/**
 * One pass over an execution: the records as they become while the rules apply, and what is to be stored.
 * Rules read and write through it, so that a later rule sees what an earlier one decided.
 */
export class Walk {
  readonly view: ExecutionView;
  readonly index: ScheduleIndex;
  readonly deadlines: ReadonlyMap<string, PlanDeadline>;
  readonly transited: Transited[] = [];
  readonly #asks: Ask[] = [];
  readonly voids: Void[] = [];
  readonly #records: Map<string, StepRecord>;
  readonly #ledger: ReadonlyMap<string, LedgerRow>;
  readonly #ceilings: DynamicCeilings;
  /** Each follows every move of a record from then on. */
  readonly waits: Waits;
  readonly #ofPlans = new Map<PlanQuestion, Map<string, boolean>>();

  constructor(view: ExecutionView) {
    this.view = view;
    this.index = indexSchedule(view.schedule);
    this.deadlines = planDeadlines(view);
    this.#records = new Map(view.records);
    this.#ledger = new Map(view.ledger.map((row) => [ledgerName(row.step_id, row.side), row]));
    this.waits = waitsOf(view.schedule.steps, this.index, (id) => this.recordOfCall(id));
    this.#ceilings = dynamicCeilings(
      view,
      this.index,
      (id) => this.record(id),
      (step, record) => this.#overdue(step, record),
    );
  }

  record(step_id: string): StepRecord {
    const record = this.#records.get(step_id);
    if (record === undefined) throw new RangeError(`no record of step ${step_id}`);
    return record;
  }

  /** The record of a step's call, also where another made it, of which it is a duplicate. */
  recordOfCall(step_id: string): StepRecord {
    return recordOfCall(this.record(step_id), this.index.edgesInto(step_id), (id) => this.record(id));
  }

  /** An answer about a whole plan, which each of its steps asks for: kept until a record of the plan moves. */
  ofPlan(question: PlanQuestion, plan_id: string): boolean {
    const answers = this.#ofPlans.get(question) ?? new Map<string, boolean>();
    this.#ofPlans.set(question, answers);
    const answer = answers.get(plan_id) ?? question(this, plan_id);
    answers.set(plan_id, answer);
    return answer;
  }

  row(step_id: string, side: LedgerSide): LedgerRow | undefined {
    return this.#ledger.get(ledgerName(step_id, side));
  }

  /** As the records stand: a rejection lowers what depends on it. */
  ceiling(step_id: string): Ceiling {
    return this.#ceilings.of(step_id);
  }

  /** Of a step that could still act, once its plan's deadline is over. A call that was sent is seen through. */
  #overdue({ plan_id }: ScheduledStep, record: StepRecord): string | undefined {
    const deadline = this.deadlines.get(plan_id);
    const unsent = record.state !== "ROLLBACK" && this.nothingSent(record);
    if (deadline?.over !== true || record.phase !== "open" || !unsent) return undefined;
    return deadlineInWords(this.index.plan(plan_id), deadline.at);
  }

  emit(
    step_id: string,
    event: StepEventName,
    what: { reason?: string | null; changes?: StepChanges; actor?: string; row?: LedgerRow | undefined },
  ): void {
    const before = this.record(step_id);
    const transited = transit(before, {
      event,
      at: this.view.now,
      actor: what.actor ?? BUDDY,
      reason: what.reason ?? null,
      changes: what.changes ?? {},
      row: what.row,
    });
    this.transited.push(transited);
    this.#records.set(step_id, transited.record);
    for (const answers of this.#ofPlans.values()) answers.delete(before.plan_id);
    if (!changesOthers(before, transited.record)) return;
    this.#ceilings.moved(step_id);
    this.waits.moved(step_id);
  }

  /** Emits what one side of a call tells, with the question that it announces. */
  tell(step_id: string, { event, asks, ...what }: Told): void {
    this.emit(step_id, event, what);
    const { approval_id } = this.record(step_id);
    if (asks !== null && approval_id !== null) this.askFor({ approval_id, step_id, kind: asks });
  }

  /** Asks a person; the id is the same whenever the same question is asked again. */
  ask(step_id: string, kind: ApprovalKind): { approval_id: string; approvals_asked: number } {
    const request = nextRequest(this.record(step_id), kind);
    this.askFor({ approval_id: request.approval_id, step_id, kind });
    return request;
  }

  /** Asks for what a step's record announces already. */
  askFor(ask: Ask): void {
    this.#asks.push(ask);
  }

  /** Questions that their steps wait for: not those that a later rule of the same pass made needless. */
  get asks(): readonly Ask[] {
    return this.#asks.filter(({ step_id, approval_id }) => waitsFor(this.record(step_id), approval_id));
  }

  /** Voids the request that is open for a step, if one is. */
  voidRequest(step_id: string, reason: string): void {
    const { approval_id } = this.record(step_id);
    const request = approval_id === null ? undefined : this.view.approvals.get(approval_id);
    if (request?.status === "open") this.void({ ...request, reason });
  }

  /** The first reason counts. */
  void({ approval_id, step_id, kind, reason }: Void): void {
    if (this.voids.some((known) => known.approval_id === approval_id)) return;
    this.voids.push({ approval_id, step_id, kind, reason });
  }

  /** LIVE or ROLLBACK was entered and nothing can have been sent: there is no row of the attempt. */
  nothingSent(record: StepRecord): boolean {
    return this.row(record.step_id, sideOf(record)) === undefined;
  }

  lockedBy(step: ScheduledStep): { mode: LockMode; reason: string } | undefined {
    const { locks, execution, contracts } = this.view;
    const record = this.record(step.step_id);
    const held = locksOn(locks, execution.execution_id, step, record, contracts.get(step.tool_name));
    const lock = held.find((candidate) => candidate.mode === "freeze_all") ?? held[0];
    return lock === undefined
      ? undefined
      : { mode: lock.mode, reason: `locked (${lock.lock_id}) by ${lock.locked_by}: ${lock.reason}` };
  }
}

/**
 * The steps that others wait for and rest on; an approval that is asked or given moves a step and changes nothing for
 * them.
 */
const changesOthers = (before: StepRecord, after: StepRecord): boolean =>
  before.phase !== after.phase ||
  before.committed !== after.committed ||
  before.live_output !== after.live_output ||
  before.ceiling_reasons !== after.ceiling_reasons;

/** A rule looks at the whole execution and emits what follows. Applied in order, again and again, until nothing follows. */
export type Rule = (walk: Walk) => void;
