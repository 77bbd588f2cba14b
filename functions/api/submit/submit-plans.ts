import { digestOfBytes } from "../../../shared/audit/digest.ts";
import type { ExecutionRecord } from "../../../shared/execution/execution-record.ts";
import type { SubmissionRecord } from "../../../shared/execution/submission-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { readSubmission } from "../../execution/documents.ts";
import { startHistory } from "../../execution/reopen.ts";
import { linksOf } from "../http/links.ts";
import { conflicting, invalidInput, oneViolation } from "../http/problems.ts";
import type { Problem, Submitted } from "../schemas.ts";
import { type CheckedSubmission, checkSubmission } from "./check-submission.ts";

type Using = Pick<
  Deps,
  "clock" | "ids" | "policy" | "executions" | "auditLog" | "contracts" | "agents" | "settings" | "bodies" | "workflow"
>;

export type SubmitRequest = {
  readonly text: string;
  readonly body: unknown;
  readonly submitter: string;
  readonly idempotency_key: string | undefined;
};

export type SubmitReply = { readonly submitted: Submitted; readonly replayed: boolean };

/** What is visible ASCII in a header, and short enough to be somebody's key. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Accepts plans as a new execution and starts it, or refuses with everything that is wrong and stores nothing.
 *
 * Under an idempotency key the first acceptance counts: the same body again gets the same execution, another body is a
 * conflict. The key is remembered first, then the body, the record, the audit and the start, each of which can be
 * repeated: whatever a crash left undone, sending the same key again does.
 */
export const submitPlans =
  (deps: Using) =>
  async (request: SubmitRequest): Promise<Result<SubmitReply, Problem>> => {
    const { idempotency_key, submitter } = request;
    if (idempotency_key !== undefined && !KEY.test(idempotency_key)) {
      const message = "must have 1 to 255 visible ASCII characters";
      return refuse(oneViolation({ path: "/header/Idempotency-Key", rule: "format", message }));
    }
    const key = idempotency_key === undefined ? undefined : { submitter, idempotency_key };
    const body_digest = digestOfBytes(request.text);
    const known = key === undefined ? undefined : await deps.executions.recall(key);
    if (known !== undefined) {
      if (known.body_digest !== body_digest) return refuse(otherBody(known.execution_id));
      const record = await deps.executions.get(known.execution_id);
      if (record !== undefined) return accept(await replay(deps, record));
    }

    const checked = await checkSubmission(deps)(request.body, submitter);
    if (!checked.ok) return refuse(invalidInput(checked.refusal));

    const wanted = known?.execution_id ?? deps.ids.next();
    const first =
      key === undefined
        ? ({ kind: "written" } as const)
        : await deps.executions.remember(key, { body_digest, execution_id: wanted });
    if (first.kind === "exists" && first.body_digest !== body_digest) return refuse(otherBody(first.execution_id));
    const execution_id = first.kind === "exists" ? first.execution_id : wanted;
    const record = await newRecord(deps, execution_id, submitter, checked.value);
    if (!(await deps.executions.create(record))) return accept(await replay(deps, record));
    await announce(deps, record, idempotency_key);
    await startHistory(deps)(record);
    return accept({ submitted: replyOf(record, checked.value.record), replayed: false });
  };

const otherBody = (execution_id: string): Problem =>
  conflicting(`this Idempotency-Key came with another body before (execution ${execution_id}); use a new key`);

const newRecord = async (
  deps: Using,
  execution_id: string,
  submitted_by: string,
  { record: submission, config }: CheckedSubmission,
): Promise<ExecutionRecord> => ({
  execution_id,
  status: "RUNNING",
  submitted_by,
  submitted_at: deps.clock.now().toISOString(),
  ended_at: null,
  concluded: null,
  config,
  live_enabled: await deps.settings.liveEnabled(),
  plan_ids: submission.plans.map(({ plan_id }) => plan_id),
  step_count: submission.plans.reduce((sum, plan) => sum + plan.steps.length, 0),
  history: 1,
  submission: await deps.bodies.put(`executions/${execution_id}/submission`, submission),
  schedule: null,
  abort_requested: null,
  resume_requested: null,
  rollback_requested: null,
  definition: deps.policy.definition,
  manifests: 0,
  version: 1,
});

const announce = async (
  deps: Pick<Using, "auditLog">,
  {
    execution_id,
    submitted_by: actor,
    submitted_at: at,
    plan_ids,
    step_count,
    submission,
    definition,
  }: ExecutionRecord,
  idempotency_key: string | undefined,
): Promise<void> => {
  const body = {
    plan_ids,
    step_count,
    submission: submission.digest,
    definition,
    idempotency_key: idempotency_key ?? null,
  };
  await deps.auditLog.append(execution_id, "execution", { type: "submitted", at, actor, body });
};

/** The reply that was given, after doing what a crash may have left undone. */
const replay = async (deps: Using, { execution_id }: ExecutionRecord): Promise<SubmitReply> => {
  const record = await deps.executions.get(execution_id);
  if (record === undefined) throw new Error(`execution ${execution_id} was created and is gone`);
  const { items } = await deps.auditLog.page(execution_id, { limit: 1, next: null });
  if (items.length === 0) await announce(deps, record, undefined);
  if (record.status === "RUNNING") await startHistory(deps)(record);
  return { submitted: replyOf(record, await readSubmission(deps.bodies, record.submission)), replayed: true };
};

const replyOf = (
  { execution_id, status, plan_ids, step_count }: ExecutionRecord,
  { warnings }: Pick<SubmissionRecord, "warnings">,
): Submitted => ({ execution_id, status, plan_ids, step_count, warnings, links: linksOf(execution_id) });
