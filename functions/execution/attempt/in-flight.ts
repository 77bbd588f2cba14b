import { mayRunUntil, READ_ATTEMPTS } from "../../../shared/execution/attempt/timing.ts";
import { deferred } from "../../../shared/execution/attempt/told.ts";
import type { LedgerSide } from "../../../shared/execution/record/ledger-row.ts";
import type { Attempt, InFlight } from "../../../shared/ports/coordination.ts";
import type { Deps } from "../../deps.ts";
import { move, type StepContext } from "../step/step-context.ts";

export type AttemptDeps = Pick<
  Deps,
  | "clock"
  | "timer"
  | "log"
  | "policy"
  | "agents"
  | "contracts"
  | "executions"
  | "bodies"
  | "steps"
  | "toolbox"
  | "tracing"
  | "ledger"
  | "leases"
  | "semaphores"
  | "tokenBuckets"
  | "unansweredCalls"
  | "inFlightCalls"
  | "locks"
  | "settings"
  | "waker"
>;

/** Until when an attempt that starts at `now` may run by any clock. */
export const endsAt = (
  { policy }: Pick<Deps, "policy">,
  { called, step }: Pick<StepContext, "called" | "step">,
  now: string,
): string => mayRunUntil(now, called, policy, step.writes ? 1 : READ_ATTEMPTS);

export const nowOf = ({ clock }: Pick<Deps, "clock">): string => clock.now().toISOString();

/**
 * Runs `work` as the only attempt at this step and side: its row stands among the calls in flight meanwhile. Where
 * another attempt may be running (a task delivered twice, a function that the engine has given up), nothing is done
 * before that one must have ended.
 * @throws StepMoved
 */
export const asOnlyAttempt = async (
  deps: Pick<AttemptDeps, "clock" | "policy" | "steps" | "inFlightCalls">,
  context: StepContext,
  side: LedgerSide,
  work: (inFlight: InFlight) => Promise<void>,
): Promise<void> => {
  const inFlight = inFlightOf(deps, context, side);
  const running = await deps.inFlightCalls.begin({ ...inFlight, begun_on: context.record.seq }, inFlight.started_at);
  if (running !== undefined) {
    await leaveToOther(deps, context, running);
    return;
  }
  await work(inFlight);
  await deps.inFlightCalls.remove(inFlight);
};

/** A task that is delivered twice is so at nearly the same moment. */
const JUST_BEGUN_MS = 2_000;

/**
 * The other delivery of this task is left to tell what comes of it. One that began before the step's record was last
 * written is none, however short ago: it died, or will find that it was given up. Left to that one, the step would be
 * started again, pass after pass, until that is long ago.
 */
const leaveToOther = async (
  deps: Pick<AttemptDeps, "clock" | "steps">,
  { record }: Pick<StepContext, "record">,
  { side, started_at, may_run_until, begun_on = record.seq }: InFlight & Partial<Attempt>,
): Promise<void> => {
  const age = deps.clock.now().getTime() - Date.parse(started_at);
  if (begun_on === record.seq && age >= 0 && age < JUST_BEGUN_MS) return;
  const reason = `another attempt may be running until ${may_run_until}`;
  await move(deps, record, deferred(side, reason, { look_again_at: may_run_until }));
};

const inFlightOf = (
  deps: Pick<Deps, "clock" | "policy">,
  { execution, step, called }: StepContext,
  side: LedgerSide,
): InFlight => {
  const started_at = nowOf(deps);
  return {
    execution_id: execution.execution_id,
    step_id: step.step_id,
    side,
    tool_name: called.tool_name,
    agent_id: step.acting_agent_id,
    ...(called.tool_name === step.tool_name ? {} : { undoes: step.tool_name }),
    ...(step.agent_id === step.acting_agent_id ? {} : { proposed_by: step.agent_id }),
    started_at,
    may_run_until: endsAt(deps, { called, step }, started_at),
  };
};
