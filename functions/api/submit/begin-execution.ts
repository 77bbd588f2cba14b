import { keptAbout } from "../../../shared/execution/record/about.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import type { SubmissionRecord } from "../../../shared/execution/record/submission-record.ts";
import { traceparentIn } from "../../../shared/execution/record/trace-context.ts";
import { quoted } from "../../../shared/plan/suggestion.ts";
import type { Deps } from "../../deps.ts";
import { recordSubmission } from "../../records/record-submission.ts";
import { startRun } from "../../records/run-life-cycle.ts";
import { problemOf } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";
import type { CheckedSubmission } from "./check-submission.ts";

export type BeginDeps = Pick<
  Deps,
  "clock" | "policy" | "executions" | "auditLog" | "agents" | "settings" | "bodies" | "workflow"
>;

/** A request that becomes an execution, as far as its record tells of it. */
export type Submitting = {
  readonly submitter: string;
  readonly idempotency_key: string | undefined;
  /** Of the request, and from now on of everything that follows from it. */
  readonly correlation_id?: string;
  /** W3C trace context that came with it; what is none is left aside. */
  readonly traceparent?: string | undefined;
  /** The agent that asks by itself; it can name no other. */
  readonly agent?: string | undefined;
};

/** Why an agent's own token is not enough for plans: they name another agent, even if that one has no step. */
export const othersNamed = (
  { agent }: Pick<Submitting, "agent">,
  { plans }: Pick<SubmissionRecord, "plans">,
): Problem | undefined => {
  if (agent === undefined) return undefined;
  const named = plans.flatMap((plan) => plan.agents.map(({ agent_id }) => agent_id));
  const other = named.find((agent_id) => agent_id !== agent);
  if (other === undefined) return undefined;
  const detail = `the token is agent ${quoted(agent)}'s, which asks for itself only: ${quoted(other)} is another`;
  return problemOf("forbidden", detail, { reason: "another_agent" });
};

/** Agents that an open registry takes at their word. */
const unregistered = ({ plans, agents }: SubmissionRecord): string[] => {
  const registered = new Set(agents.map(({ agent_id }) => agent_id));
  const named = plans.flatMap((plan) => plan.agents.map(({ agent_id }) => agent_id));
  return [...new Set(named)].filter((agent_id) => !registered.has(agent_id));
};

type NewRecord = Pick<Submitting, "submitter" | "traceparent"> & { readonly correlation_id?: string | null };

const traced = (given: string | undefined): Pick<ExecutionRecord, "traceparent"> => {
  const traceparent = traceparentIn(given);
  return traceparent === undefined ? {} : { traceparent };
};

const newRecord = async (
  deps: BeginDeps,
  execution_id: string,
  { submitter, correlation_id = null, traceparent }: NewRecord,
  { record: submission, config }: CheckedSubmission,
): Promise<ExecutionRecord> => {
  const about = keptAbout(submission);
  return {
    execution_id,
    status: "RUNNING",
    submitted_by: submitter,
    submitted_at: deps.clock.now().toISOString(),
    ended_at: null,
    concluded: null,
    config,
    live_enabled: await deps.settings.liveEnabled(),
    plan_ids: submission.plans.map(({ plan_id }) => plan_id),
    ...(about === undefined ? {} : { about }),
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
    ...traced(traceparent),
    version: 1,
  };
};

/**
 * Puts an execution on record under an id, and its first event; not started yet. Each part can be repeated.
 * @returns undefined where one of that id was there already: nothing of it is changed
 */
export const putOnRecord = async (
  deps: BeginDeps,
  execution_id: string,
  request: Submitting,
  checked: CheckedSubmission,
): Promise<ExecutionRecord | undefined> => {
  await deps.agents.note(unregistered(checked.record));
  const record = await newRecord(deps, execution_id, request, checked);
  if (!(await deps.executions.create(record))) return undefined;
  await recordSubmission(deps, record, request.idempotency_key ?? null);
  return record;
};

/** An execution that is on record goes on from wherever a crash may have left it. @throws Error where there is none */
export const goOnWith = async (
  deps: Pick<Deps, "executions" | "auditLog" | "workflow">,
  execution_id: string,
): Promise<ExecutionRecord> => {
  const record = await deps.executions.get(execution_id);
  if (record === undefined) throw new Error(`execution ${execution_id} was created and is gone`);
  await recordSubmission(deps, record, null);
  if (record.status === "RUNNING") await startRun(deps)(record);
  return record;
};
