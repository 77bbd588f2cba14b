import { digestOfBytes } from "../../../shared/audit/digest.ts";
import type { ExecutionRecord } from "../../../shared/execution/execution-record.ts";
import type { SubmissionRecord } from "../../../shared/execution/submission-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { readSubmission } from "../../records/documents.ts";
import { recordSubmission } from "../../records/record-submission.ts";
import { startRun } from "../../records/run-life-cycle.ts";
import { linksOf } from "../http/links.ts";
import { conflicting, invalidInput, oneViolation } from "../http/problems.ts";
import type { Problem, Submitted } from "../schemas.ts";
import { type CheckedSubmission, checkSubmission } from "./check-submission.ts";

type Using = Pick<
  Deps,
  | "clock"
  | "ids"
  | "log"
  | "policy"
  | "executions"
  | "auditLog"
  | "contracts"
  | "agents"
  | "settings"
  | "bodies"
  | "workflow"
>;

export type SubmitRequest = {
  readonly text: string;
  readonly body: unknown;
  readonly submitter: string;
  readonly idempotency_key: string | undefined;
  /** Of the request, and from now on of everything that follows from it. */
  readonly correlation_id?: string;
};

export type SubmitReply = { readonly submitted: Submitted; readonly replayed: boolean };

/** Visible ASCII in a header, and short enough to be somebody's key. */
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
    await deps.agents.note(unregistered(checked.value.record));
    const record = await newRecord(deps, execution_id, request, checked.value);
    if (!(await deps.executions.create(record))) return accept(await replay(deps, record));
    await recordSubmission(deps, record, idempotency_key ?? null);
    await startRun(deps)(record);
    const { correlation_id, step_count } = record;
    deps.log.info("plans were accepted", { execution_id, correlation_id, steps: step_count });
    return accept({ submitted: replyOf(record, checked.value.record), replayed: false });
  };

/** Agents that an open registry takes at their word. */
const unregistered = ({ plans, agents }: SubmissionRecord): string[] => {
  const registered = new Set(agents.map(({ agent_id }) => agent_id));
  const named = plans.flatMap((plan) => plan.agents.map(({ agent_id }) => agent_id));
  return [...new Set(named)].filter((agent_id) => !registered.has(agent_id));
};

const otherBody = (execution_id: string): Problem =>
  conflicting(`this Idempotency-Key came with another body before (execution ${execution_id}); use a new key`);

const newRecord = async (
  deps: Using,
  execution_id: string,
  { submitter, correlation_id = null }: Pick<SubmitRequest, "submitter"> & { correlation_id?: string | null },
  { record: submission, config }: CheckedSubmission,
): Promise<ExecutionRecord> => ({
  execution_id,
  status: "RUNNING",
  submitted_by: submitter,
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
  correlation_id,
  version: 1,
});

/** The reply that was given, after doing what a crash may have left undone. */
const replay = async (deps: Using, { execution_id }: ExecutionRecord): Promise<SubmitReply> => {
  const record = await deps.executions.get(execution_id);
  if (record === undefined) throw new Error(`execution ${execution_id} was created and is gone`);
  await recordSubmission(deps, record, null);
  if (record.status === "RUNNING") await startRun(deps)(record);
  return { submitted: replyOf(record, await readSubmission(deps.bodies, record.submission)), replayed: true };
};

const replyOf = (
  { execution_id, status, plan_ids, step_count }: ExecutionRecord,
  { warnings }: Pick<SubmissionRecord, "warnings">,
): Submitted => ({ execution_id, status, plan_ids, step_count, warnings, links: linksOf(execution_id) });
