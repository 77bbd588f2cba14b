import type { AuditEvent } from "../../audit/audit-event.ts";
import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { digestOf } from "../../plan/digest.ts";
import type { Json } from "../../plan/json.ts";
import type { ApprovalRequest } from "../approval/approval.ts";
import { modeReached } from "../order/order.ts";
import { TRANSITIONS } from "../record/states.ts";
import { stepEventName, stepMove } from "../record/step-event.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { ExecutionView } from "../view/view.ts";
import type {
  ApprovalOutcome,
  ExecutionOutcome,
  PlanOutcome,
  RollbackOutcome,
  TransitionOutcome,
} from "./execution-outcome.ts";
import type { StepOutcome } from "./step-outcome.ts";
import { stepStatusOf } from "./step-status.ts";

export type OutcomeInput = Pick<ExecutionView, "execution" | "schedule" | "contracts" | "records" | "approvals"> & {
  readonly events: readonly AuditEvent[];
  /** The highest output each step got, by step id. */
  readonly outputs: ReadonlyMap<string, Json>;
};

/** Everything the last three stages read about an execution, from its records and its audit. Pure. */
export const outcomeOf = (input: OutcomeInput): ExecutionOutcome => {
  const { execution, schedule } = input;
  const steps = new Map(schedule.steps.map((step) => [step.step_id, stepOutcome(input, step)]));
  const transitions = input.events.flatMap((event) => transitionOutcome(input, steps, event));
  return {
    execution_id: execution.execution_id,
    started_at: execution.submitted_at,
    ended_at:
      execution.ended_at ??
      [...steps.values()].reduce((end, step) => later(end, step.ended_at), execution.submitted_at),
    dry_run_only: execution.config.dry_run_only,
    plans: schedule.plans.map((plan) => {
      const own = plan.step_ids.flatMap((step_id) => steps.get(step_id) ?? []);
      return {
        plan_id: plan.plan_id,
        source_form: plan.source_form,
        validation_id: plan.validation?.validation_id ?? null,
        status: planStatus(own),
        steps: own,
      };
    }),
    transitions: transitions.sort(byTime),
    rollbacks: schedule.plans.flatMap((plan) => rollbackOutcome(input, plan.plan_id)),
    approvals: [...input.approvals.values()]
      .map(approvalOutcome)
      .sort((one, other) => compare(one.created_at, other.created_at)),
  };
};

const later = (one: string, other: string): string => (one > other ? one : other);
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
/** Events of one chain share a millisecond at times: their sequence decides. */
const byTime = (one: TransitionOutcome, other: TransitionOutcome): number =>
  compare(one.at, other.at) || compare(one.step_id, other.step_id) || compare(one.transition_id, other.transition_id);

const planStatus = (steps: readonly StepOutcome[]): PlanOutcome["status"] => {
  if (steps.some((step) => step.status === "failed")) return "failed";
  return steps.every((step) => step.status === "success") ? "successful" : "incomplete";
};

const stepOutcome = (input: OutcomeInput, step: ScheduledStep): StepOutcome => {
  const record = recordOf(input, step.step_id);
  const asked = record.approval_id === null ? undefined : input.approvals.get(record.approval_id);
  // Other questions say nothing about whether the call was approved.
  const asked_status = asked?.kind === "approve" ? asked.status : null;
  const indeterminate = record.phase === "reconcile" || record.phase === "reconcile_undo";
  const { dry_run_only } = input.execution.config;
  const reported = stepStatusOf(record, { dry_run_only, indeterminate, asked_status });
  return {
    execution_id: input.execution.execution_id,
    plan_id: step.plan_id,
    step_id: step.step_id,
    agent_id: step.agent_id,
    acting_agent_id: step.acting_agent_id,
    tool_name: step.tool_name,
    risk_level: step.risk_level,
    writes: step.writes,
    reversible: input.contracts.get(step.tool_name)?.reversible ?? false,
    confidence: step.confidence,
    state: record.state,
    ending: record.ending,
    // A duplicate carries the output of the call that was made in its place, which it did not reach itself.
    mode_reached: modeReached(record.ending === "conflict" ? { ...record, live_output: null } : record),
    ...reported,
    dry_run_only,
    output: input.outputs.get(step.step_id) ?? null,
    ...(record.made_up === undefined ? {} : { made_up: record.made_up }),
    rungs: record.rungs,
    committed: record.committed,
    compensated: record.ending === "compensated",
    indeterminate,
    started_at: record.rungs[0]?.started_at ?? input.execution.submitted_at,
    ended_at: record.updated_at,
    duration_ms: record.rungs.reduce((sum, rung) => sum + rung.duration_ms, 0),
  };
};

const recordOf = (input: OutcomeInput, step_id: string): StepRecord => {
  const record = input.records.get(step_id);
  if (record === undefined) throw new RangeError(`no record of step ${step_id}`);
  return record;
};

/** Steps of the ladder: what changed the state, or ended the step where it stood. Repeated looks at it are left out. */
const transitionOutcome = (
  input: OutcomeInput,
  steps: ReadonlyMap<string, StepOutcome>,
  event: AuditEvent,
): TransitionOutcome[] => {
  const name = stepEventName.safeParse(event.type);
  if (!name.success) return [];
  const body = stepMove.parse(event.body);
  const row = TRANSITIONS[name.data];
  const step = steps.get(body.step_id);
  if (step === undefined || (body.from === body.to && row.phase === row.toPhase)) return [];
  return [
    {
      transition_id: `${input.execution.execution_id}/${body.step_id}/${String(event.seq).padStart(4, "0")}`,
      at: event.at,
      step_id: body.step_id,
      plan_id: body.plan_id,
      tool_name: step.tool_name,
      confidence: step.confidence,
      event: name.data,
      from: body.from,
      to: body.to,
      trigger: row.trigger,
      reason: body.reason ?? row.when,
      actor: event.actor,
    },
  ];
};

const rollbackOutcome = (input: OutcomeInput, plan_id: string): RollbackOutcome[] => {
  const rankOf = new Map(input.schedule.steps.map((step) => [step.step_id, step.rank]));
  const rank = (event: AuditEvent): number => rankOf.get(String(event.body.step_id)) ?? 0;
  // Events come chain by chain. Of two that began in one moment, the one that stands behind was undone first.
  const started = input.events
    .filter((event) => event.type === "rollback_started" && event.body.plan_id === plan_id)
    .sort((one, other) => compare(one.at, other.at) || rank(other) - rank(one));
  const first = started[0];
  if (first === undefined) return [];
  const begun = started.map((event) => stepMove.parse(event.body));
  const step_ids = [...new Set(begun.map((body) => body.step_id))];
  const records = step_ids.map((step_id) => recordOf(input, step_id));
  const ended = records.every((record) => record.phase === "finished");
  const failed = records.some((record) => record.phase === "undo_failed" || record.ending === "undo_accepted");
  return [
    {
      rollback_id: `rb-${digestOf("rollback", { plan_id, event: first.event_id }).slice(0, 24)}`,
      plan_id,
      started_at: first.at,
      ended_at: ended ? records.reduce((end, record) => later(end, record.updated_at), first.at) : null,
      trigger: records[0]?.rollback_trigger ?? "execution_failure",
      reason: begun[0]?.reason ?? "no reason given",
      step_ids,
      recovery_status: failed ? "failed" : ended ? "completed" : "in_progress",
    },
  ];
};

const approvalOutcome = (request: ApprovalRequest): ApprovalOutcome => ({
  approval_id: request.approval_id,
  kind: request.kind,
  step_id: request.step_id,
  tool_name: request.tool_name,
  confidence: request.confidence,
  status: request.status,
  decided_by:
    request.votes.length > 0
      ? request.votes.map((vote) => vote.by)
      : request.decided_by === null
        ? []
        : [request.decided_by],
  created_at: request.created_at,
  decided_at: request.decided_at,
});
