import { z } from "zod";
import { isDependency, stepsAhead } from "../../../shared/conflicts/rule-of-order.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { waitsFor } from "../../../shared/execution/approval/approval-id.ts";
import { type Decision, type DecisionRefusal, decide, isRepeated } from "../../../shared/execution/approval/decide.ts";
import { type ExecutionRecord, submittersOf } from "../../../shared/execution/record/execution-record.ts";
import { fallenInWords } from "../../../shared/execution/view/call-standing.ts";
import { type Called, NOBODY_NAMED } from "../../../shared/plan/called.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import { unlessDamaged } from "../../../shared/ports/damaged.ts";
import type { Deps } from "../../deps.ts";
import { readExecution, readSchedule, readSubmission } from "../../records/documents.ts";
import { fallenElsewhere, restsOn } from "../../records/fallen-elsewhere.ts";
import { recordDecision } from "../../records/outbox.ts";
import { ownersNow } from "../../records/owners-now.ts";
import { outlivesExecution } from "../../records/take-up-decided.ts";
import { notFound } from "../http/problems.ts";
import { lockedBecause } from "../read/approval-view.ts";
import type { Problem } from "../schemas.ts";
import { decisionProblem } from "./decision-problems.ts";
import { recordOperator } from "./record-operator.ts";
import { standsNow } from "./stands-now.ts";

export type DecideDeps = Pick<
  Deps,
  | "approvals"
  | "pendingDecisions"
  | "executions"
  | "steps"
  | "bodies"
  | "ledger"
  | "locks"
  | "agents"
  | "clock"
  | "auditLog"
  | "log"
>;

/** Approvers of one request are a handful, and so are those who open it meanwhile. */
const TURNS = 20;

/**
 * One decision, written to the request's record if that is still what the decision was made on, and to the audit.
 * The execution is not told yet; where it may have concluded, a mark lets the sweeper see to it if nobody does. A decision that loses a race is judged again on what the request has become; one that
 * was stored and is given again, because its reply was lost, is accepted again, so that the execution is told.
 */
export const decideApproval =
  (deps: DecideDeps) =>
  (
    approval_id: string,
    decision: Decision,
    caller: string,
    together: boolean,
    called: Called = NOBODY_NAMED,
  ): Promise<Result<ApprovalRequest, Problem>> =>
    compareAndSet(`approval ${approval_id}`, TURNS, async () => {
      const request = await deps.approvals.get(approval_id);
      if (request === undefined) return refuse(notFound(`approval ${approval_id}`));
      if (isRepeated(request, decision, caller)) return accept(request);
      const circumstances = { ...(await circumstancesOf(deps, request, decision, called)), together };
      const at = deps.clock.now().toISOString();
      const decided = decide(request, decision, caller, at, circumstances);
      if (!decided.ok) {
        const now = await standsNow(deps, request, decision, decided.refusal);
        const refusal = await onRecord(deps, request, decision, caller, at, decided.refusal);
        return refuse(decisionProblem(refusal, now));
      }
      const before = await deps.auditLog.head(request.execution_id, "execution");
      if (outlivesExecution(request.kind)) await deps.pendingDecisions.put({ approval_id, since: at });
      const stored = await deps.approvals.update(decided.value);
      if (stored === "moved") return stored;
      await recordDecision(deps, stored, { ...decision, by: caller, at }, before?.seq ?? 0);
      return accept(stored);
    });

/**
 * A second answer to what happened, which says something else than the first, is evidence even though it changes nothing:
 * what its author knows is kept among what operators did, and the refusal says so.
 */
const onRecord = async (
  deps: DecideDeps,
  request: ApprovalRequest,
  { decision, comment }: Decision,
  caller: string,
  at: string,
  refusal: DecisionRefusal,
): Promise<DecisionRefusal> => {
  if (refusal.kind !== "closed" || !outlivesExecution(request.kind)) return refusal;
  const { approval_id, execution_id, step_id, status, decided_by } = request;
  const answer = { approval_id, execution_id, step_id, decision, comment, stands: status, decided_by };
  await recordOperator(deps, caller, at, "answer_refused", answer);
  return {
    ...refusal,
    message: `${refusal.message}; this answer and its comment are kept on record, and change nothing`,
  };
};

const circumstancesOf = async (deps: DecideDeps, request: ApprovalRequest, { decision }: Decision, called: Called) => {
  const { execution_id, step_id, tool_name } = request;
  const [execution, step, locks, owners] = await Promise.all([
    readExecution(deps, execution_id),
    deps.steps.get(execution_id, step_id),
    deps.locks.all(),
    ownersNow(deps, request),
  ]);
  const { contractOf } = await readSubmission(deps.bodies, execution.submission);
  const contract = contractOf.get(tool_name);
  if (contract === undefined) throw new RangeError(`no contract of ${tool_name} is pinned`);
  const fallen = decision === "reject" ? undefined : await fallenOf(deps, execution, request);
  return {
    contract,
    ...(fallen === undefined ? {} : { fallen: fallenInWords(fallen) }),
    // One who asked for the same call since the request was built is a submitter as well.
    owners: [...owners, ...submittersOf(execution)],
    edits: step?.edits ?? 0,
    awaited: step !== undefined && waitsFor(step, request.approval_id),
    locked: lockedBecause(request, step, locks, called),
    called,
  };
};

const said = z.object({ rests_on: restsOn.default([]) });

/**
 * The call elsewhere that the step of a request rests on and that has fallen since its execution looked: the sweeper
 * wakes that within a minute, and a decision may come first. Most rest on nothing elsewhere, by the word of the last
 * pass, which is all that is read of them; a pass that cannot be read is the execution's affair, not the person's.
 */
const fallenOf = async (deps: DecideDeps, execution: ExecutionRecord, { kind, step_id }: ApprovalRequest) => {
  if (kind !== "approve" || execution.schedule === null) return undefined;
  const last = await unlessDamaged(
    () => deps.executions.lastPass(execution.execution_id, execution.history),
    () => undefined,
  );
  const { rests_on } = said.parse(last ?? {});
  if (rests_on.length === 0) return undefined;
  const { index } = await readSchedule(deps.bodies, execution.schedule);
  const ahead = stepsAhead(index, [step_id], isDependency);
  const its = rests_on.filter(({ dropped }) => ahead.has(dropped));
  return (await fallenElsewhere(deps, its))[0];
};
