import { identityOf, knownArguments } from "../../../shared/conflicts/call-digest.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import type { CallAnswer } from "../../../shared/execution/call/answer.ts";
import { callAnswerOf } from "../../../shared/execution/call/call-answer.ts";
import { holdOf, isHeld } from "../../../shared/execution/lock/hold.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { newStepRecord } from "../../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import { digestOf } from "../../../shared/plan/digest.ts";
import type { PlanStep } from "../../../shared/plan/tool-execution-plan.ts";
import type { Deps } from "../../deps.ts";
import { readSchedule, readSubmission, type Submission } from "../../records/documents.ts";

export type LoadCallDeps = Pick<Deps, "clock" | "executions" | "steps" | "approvals" | "bodies" | "locks">;

/** An execution that is one call, as it stands. */
export type LoadedCall = {
  readonly execution: ExecutionRecord;
  readonly submission: Submission;
  readonly step: PlanStep;
  readonly contract: ToolContract;
  readonly record: StepRecord;
  readonly answer: CallAnswer;
};

/** @returns undefined where there is no such execution, or it is not one call. */
export const loadCall = async (deps: LoadCallDeps, execution_id: string): Promise<LoadedCall | undefined> => {
  const execution = await deps.executions.get(execution_id);
  if (execution === undefined || execution.step_count !== 1) return undefined;
  const submission = await readSubmission(deps.bodies, execution.submission);
  const [step] = submission.plans.flatMap((plan) => plan.steps);
  if (step === undefined) return undefined;
  const contract = submission.contractOf.get(step.tool_name);
  if (contract === undefined) throw new RangeError(`no contract of ${step.tool_name} is pinned`);
  const [stored, ordered] = await Promise.all([
    deps.steps.get(execution_id, step.step_id),
    execution.schedule === null ? null : readSchedule(deps.bodies, execution.schedule),
  ]);
  const { plan_id, step_id } = step;
  const record = stored ?? newStepRecord({ execution_id, plan_id, step_id }, execution.submitted_at);
  const request = record.approval_id === null ? null : ((await deps.approvals.get(record.approval_id)) ?? null);
  const scheduled =
    ordered === null ? null : { step: ordered.index.step(step_id), conflicts: ordered.schedule.conflicts };
  const hold =
    scheduled === null || !isHeld(record)
      ? null
      : holdOf(await deps.locks.all(), execution, scheduled.step, record, contract);
  const now = deps.clock.now().toISOString();
  const answer = callAnswerOf({ execution, contract, record, scheduled, request, hold, now });
  return { execution, submission, step, contract, record, answer };
};

/**
 * Names a call by what it does, and whether it is to be previewed only: the same call again of the same agent, however
 * its arguments are written.
 */
export const placeOfCall = (
  contract: ToolContract,
  step: Pick<PlanStep, "agent_id" | "arguments">,
  { dry_run_only }: Pick<ExecutionRecord["config"], "dry_run_only">,
): { readonly agent_id: string; readonly same_call: string } => {
  const { same_call } = identityOf(contract, knownArguments(step));
  return { agent_id: step.agent_id, same_call: digestOf("asked-call", { same_call, dry_run_only }) };
};
