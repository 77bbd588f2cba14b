import type { ScheduledPlan } from "../../conflicts/schedule.ts";
import { instantAfter } from "../../plan/instant.ts";
import type { ApprovalRequest } from "../approval/approval.ts";
import type { ExecutionView } from "./view.ts";

export type PlanDeadline = {
  /** ISO 8601, UTC: when the plan's time is used up, unless people are asked meanwhile. */
  readonly at: string;
  /** No more of its steps may go LIVE. */
  readonly over: boolean;
  /** A person is being waited for, so the plan's time stands still. */
  readonly standsStill: boolean;
};

/** When a person was asked, and until when. */
export type Asked = Pick<ApprovalRequest, "plan_id" | "status" | "created_at" | "decided_at">;

type Clocked = Pick<ExecutionView, "execution" | "schedule" | "now"> & {
  readonly approvals: { values(): Iterable<Asked> };
};

/**
 * How the deadlines of an execution's plans stand, by plan; plans without one are left out. A plan's seconds count from
 * the submission and exclude waiting for people: the time during which a request of the plan, or of a plan that it
 * waits for, was open. So a deadline that is over stays over.
 */
export const planDeadlines = (view: Clocked): ReadonlyMap<string, PlanDeadline> => {
  const plans = view.schedule.plans.filter(({ deadline_seconds }) => deadline_seconds !== null);
  if (plans.length === 0) return new Map();
  const before = plansBefore(view);
  const requests = Map.groupBy(view.approvals.values(), ({ plan_id }) => plan_id);
  return new Map(
    plans.map((plan) => [plan.plan_id, deadlineOf(view, plan, waitsFor(plan.plan_id, before), requests)] as const),
  );
};

const deadlineOf = (
  view: Clocked,
  { deadline_seconds }: ScheduledPlan,
  plan_ids: Iterable<string>,
  requestsOf: ReadonlyMap<string, readonly Asked[]>,
): PlanDeadline => {
  const requests = [...plan_ids].flatMap((plan_id) => requestsOf.get(plan_id) ?? []);
  const begun = Date.parse(view.execution.submitted_at);
  const at = instantAfter(begun, (deadline_seconds ?? 0) * 1000 + openFor(requests, view.now));
  return { at, over: at <= view.now, standsStill: requests.some(({ status }) => status === "open") };
};

/** Milliseconds during which at least one of the requests was open. */
const openFor = (requests: readonly Asked[], now: string): number => {
  const end = Date.parse(now);
  const spans = requests
    .map(({ status, created_at, decided_at }) => ({
      from: Date.parse(created_at),
      // Written by another clock at times, which may be ahead.
      to: Math.min(end, status === "open" ? end : Date.parse(decided_at ?? created_at)),
    }))
    .sort((one, other) => one.from - other.from);
  let sum = 0;
  let counted = Number.NEGATIVE_INFINITY;
  for (const { from, to } of spans) {
    sum += Math.max(0, to - Math.max(from, counted));
    counted = Math.max(counted, to);
  }
  return sum;
};

/** The plans that steps of each plan wait for, along any edge. */
const plansBefore = ({ schedule }: Pick<Clocked, "schedule">): ReadonlyMap<string, ReadonlySet<string>> => {
  const planOf = new Map(schedule.steps.map(({ step_id, plan_id }) => [step_id, plan_id]));
  const before = new Map<string, Set<string>>(schedule.plans.map(({ plan_id }) => [plan_id, new Set()]));
  for (const edge of schedule.edges) {
    const from = planOf.get(edge.before);
    const to = planOf.get(edge.after);
    if (from !== undefined && to !== undefined && from !== to) before.get(to)?.add(from);
  }
  return before;
};

/** A plan itself and every plan it waits for, also through others. */
const waitsFor = (plan_id: string, before: ReadonlyMap<string, ReadonlySet<string>>): Set<string> => {
  const found = new Set([plan_id]);
  // A set hands out what is added while it is walked.
  for (const known of found) for (const further of before.get(known) ?? []) found.add(further);
  return found;
};

/** Why a step of a plan whose time is used up goes no higher, in words. */
export const deadlineInWords = ({ deadline_seconds }: Pick<ScheduledPlan, "deadline_seconds">, at: string): string =>
  `its plan's deadline of ${deadline_seconds} s (without waiting for people) was over at ${at}`;
