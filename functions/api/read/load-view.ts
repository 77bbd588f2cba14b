import type { Schedule, ScheduledStep } from "../../../shared/conflicts/schedule.ts";
import type { Ceiling } from "../../../shared/contracts/ceiling.ts";
import { needsApproval } from "../../../shared/contracts/static-ceiling.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { holdOf, isHeld, TO_BE_RESUMED } from "../../../shared/execution/lock/hold.ts";
import type { Lock } from "../../../shared/execution/lock/lock.ts";
import { ceilingOnRecord, dynamicCeilings } from "../../../shared/execution/order/dynamic-ceiling.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { modeReached } from "../../../shared/execution/record/mode-reached.ts";
import { newStepRecord } from "../../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import { deadlineInWords, type PlanDeadline, planDeadlines } from "../../../shared/execution/view/plan-deadline.ts";
import { isTerminal } from "../../../shared/execution/view/view.ts";
import type { PlanStep } from "../../../shared/plan/tool-execution-plan.ts";
import type { Deps } from "../../deps.ts";
import { type Ordered, readSchedule, readSubmission, type Submission } from "../../records/documents.ts";
import type { StepView } from "../schemas.ts";
import { sameCallAhead } from "./same-call-ahead.ts";

/** An execution as it is shown: before conflicts are resolved as it was submitted, from then on as it was scheduled. */
export type ShownExecution = {
  readonly execution: ExecutionRecord;
  readonly submission: Submission;
  readonly ordered: Ordered | null;
  readonly recordOf: (step: Pick<PlanStep, "plan_id" | "step_id">) => StepRecord;
  /** Those that stand now; not read where none of its steps was held by one. */
  readonly locks: readonly Lock[];
  /** Why steps go no further for now that make a call which is being made already. */
  readonly sameCall: ReadonlyMap<string, string>;
  /** In rank order. */
  readonly steps: readonly ShownStep[];
};

export type ShownStep = {
  readonly step: PlanStep;
  readonly contract: ToolContract;
  readonly scheduled: ScheduledStep | null;
  readonly rank: number;
};

type Using = Pick<Deps, "clock" | "executions" | "steps" | "bodies" | "settings" | "approvals" | "locks" | "ledger">;

/** @returns undefined when there is no such execution. */
export const loadShown = async (deps: Using, execution_id: string): Promise<ShownExecution | undefined> => {
  const execution = await deps.executions.get(execution_id);
  if (execution === undefined) return undefined;
  const [submission, ordered, records] = await Promise.all([
    readSubmission(deps.bodies, execution.submission),
    execution.schedule === null ? null : readSchedule(deps.bodies, execution.schedule),
    deps.steps.all(execution_id),
  ]);
  const byId = new Map(records.map((record) => [record.step_id, record]));
  const recordOf: ShownExecution["recordOf"] = ({ plan_id, step_id }) =>
    byId.get(step_id) ?? newStepRecord({ execution_id, plan_id, step_id }, execution.submitted_at);
  const locks = records.some(isHeld) ? await deps.locks.all() : [];
  const sameCall =
    ordered === null
      ? new Map<string, string>()
      : await sameCallAhead(deps, ordered, (step_id) => recordOf(ordered.index.step(step_id)));
  return { execution, submission, ordered, recordOf, locks, sameCall, steps: shownSteps(submission, ordered) };
};

const shownSteps = (submission: Submission, ordered: Ordered | null): ShownStep[] => {
  if (ordered !== null) {
    return ordered.schedule.steps.map((step) => ({
      step,
      contract: contractOf(submission, step),
      scheduled: step,
      rank: step.rank,
    }));
  }
  return submission.plans
    .flatMap((plan) => plan.steps)
    .map((step, rank) => ({ step, contract: contractOf(submission, step), scheduled: null, rank }));
};

const contractOf = (submission: Submission, { tool_name }: PlanStep): ToolContract => {
  const contract = submission.contractOf.get(tool_name);
  if (contract === undefined) throw new RangeError(`no contract of ${tool_name} is pinned`);
  return contract;
};

/** Ceilings as things stand, of what is over as they stood then; none before conflicts are resolved. */
export const ceilingsOf = async (deps: Using, shown: ShownExecution): Promise<ReadonlyMap<string, Ceiling>> => {
  if (shown.ordered === null) return new Map();
  const { schedule, index } = shown.ordered;
  const [live_enabled, deadlines] = await Promise.all([
    deps.settings.liveEnabled(),
    deadlinesOf(deps, shown, schedule),
  ]);
  const ceilings = dynamicCeilings(
    { schedule, live_enabled },
    index,
    (step_id) => shown.recordOf(index.step(step_id)),
    ({ plan_id }, { state, phase }) => {
      const deadline = deadlines.get(plan_id);
      // A call that may have been sent is seen through.
      const acting = state === "LIVE" || state === "ROLLBACK" || phase !== "open";
      return deadline?.over !== true || acting ? undefined : deadlineInWords(index.plan(plan_id), deadline.at);
    },
  );
  const ceilingAt = (step: ScheduledStep): Ceiling => {
    const record = shown.recordOf(step);
    return isTerminal(record) ? ceilingOnRecord(step, record) : ceilings.of(step.step_id);
  };
  return new Map(schedule.steps.map((step) => [step.step_id, ceilingAt(step)]));
};

const deadlinesOf = async (
  deps: Using,
  { execution }: ShownExecution,
  schedule: Schedule,
): Promise<ReadonlyMap<string, PlanDeadline>> => {
  if (schedule.plans.every(({ deadline_seconds }) => deadline_seconds === null)) return new Map();
  const requests = await deps.approvals.ofExecution(execution.execution_id);
  const approvals = new Map(requests.map((request) => [request.approval_id, request]));
  return planDeadlines({ execution, schedule, approvals, now: deps.clock.now().toISOString() });
};

/** Its record names the lock that held it; that lock may be lifted since. */
const reasonOf = (
  { execution, locks, sameCall }: ShownExecution,
  shown: ShownStep,
  record: StepRecord,
): string | null => {
  const { scheduled, contract } = shown;
  const hold = scheduled === null ? null : holdOf(locks, execution, scheduled, record, contract);
  return hold === "resume" ? TO_BE_RESUMED : (sameCall.get(shown.step.step_id) ?? record.reason);
};

export const viewOfStep = (execution: ShownExecution, shown: ShownStep, ceiling: Ceiling | undefined): StepView => {
  const { step, scheduled, contract, rank } = shown;
  const record = execution.recordOf(step);
  return {
    step_id: step.step_id,
    source_step_id: step.source_step_id,
    plan_id: step.plan_id,
    tool_name: step.tool_name,
    agent_id: step.agent_id,
    acting_agent_id: scheduled?.acting_agent_id ?? step.agent_id,
    risk_level: contract.risk_level,
    confidence: step.confidence,
    state: record.state,
    phase: record.phase,
    finished: record.phase === "finished",
    ending: record.ending,
    reason: reasonOf(execution, shown, record),
    mode_reached: modeReached(record),
    made_up: record.made_up === true,
    ceiling: ceiling ?? null,
    approval_needed: scheduled?.approval_needed ?? needsApproval(contract),
    approval_id: record.approval_id,
    provisional: record.provisional,
    depends_on: step.depends_on,
    rank,
    updated_at: record.updated_at,
  };
};
