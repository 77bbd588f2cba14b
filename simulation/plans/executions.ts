import type { Deps } from "../../functions/deps.ts";
import { undoingTool } from "../../shared/contracts/tool-contract.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import type { Agent } from "../../shared/plan/agent.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { acceptSubmission } from "../../shared/plan/submission.ts";
import { AGENT_OWNER, SUBMITTER } from "../names.ts";
import { CONTRACTS, contractOf } from "../service/contracts.ts";

/** One step, as short as it can be said. */
export type StepSketch = {
  readonly id: string;
  readonly tool: string;
  readonly thing: string;
  /** Another step whose output is the value; `value` otherwise. */
  readonly from?: string;
  /** Where in that output; `/value` unless said. */
  readonly path?: string;
  readonly value?: string;
  /** A second thing, of tools that write two. */
  readonly other?: string;
  readonly after?: readonly string[];
  readonly agent?: "agent_1" | "agent_2";
  readonly confidence?: number;
  readonly allow_duplicate?: boolean;
};

/** Plans that are submitted together. */
export type Sketch = {
  readonly name: string;
  readonly plans: readonly (readonly StepSketch[])[];
  readonly config?: JsonObject;
  /** Of every plan; none where it is not said. */
  readonly deadline_seconds?: number;
  /** The plans, from 1, that failed their validation; where there is any, the others passed theirs. */
  readonly failed?: readonly number[];
};

export const AGENTS: readonly Agent[] = ["agent_1", "agent_2"].map((agent_id) => ({
  agent_id,
  owner: AGENT_OWNER,
  granted_permissions: [],
  allowed_submitters: [],
  default_confidence: null,
}));

const CONFIG: JsonObject = { approval_timeout_seconds: 1_200 };

const stepOf = ({ id, tool, after = [], agent, confidence = 0.95, allow_duplicate = false, ...what }: StepSketch) => ({
  step_id: id,
  agent_id: agent ?? "agent_1",
  tool_name: tool,
  arguments: tool === "look" ? { id: what.thing } : argumentsOf(what),
  confidence,
  depends_on: after,
  allow_duplicate,
});

const argumentsOf = ({ thing, from, path = "/value", value = "new", other }: Omit<StepSketch, "id" | "tool">) => ({
  id: thing,
  value: from === undefined ? value : { $from: from, path },
  ...(other === undefined ? {} : { other }),
});

const validationsOf = (plans: Sketch["plans"], failed: readonly number[]) =>
  plans.map((_, at) => ({
    validation_id: `validation_${at + 1}`,
    plan_id: `plan_${at + 1}`,
    status: failed.includes(at + 1) ? "failed" : "passed",
  }));

/**
 * The record that an accepted submission leaves behind, before it has an execution. @throws Error when it would be
 * refused
 */
export const submissionOf = ({ name, plans, config = {}, deadline_seconds, failed }: Sketch) => {
  const body = {
    plans: plans.map((steps, at) => ({
      plan_id: `plan_${at + 1}`,
      agents: AGENTS.map(({ agent_id }) => ({ agent_id, permissions: [] })),
      steps: steps.map(stepOf),
      ...(deadline_seconds === undefined ? {} : { deadline_seconds }),
    })),
    ...(failed === undefined ? {} : { validations: validationsOf(plans, failed) }),
    config: { ...CONFIG, ...config },
  };
  const agents = new Map(AGENTS.map((agent) => [agent.agent_id, agent]));
  const accepted = acceptSubmission(body, { tools: CONTRACTS, agents, registry_open: true, submitter: SUBMITTER });
  if (!accepted.ok) throw new Error(`${name}: ${JSON.stringify(accepted.refusal)}`);
  const used = new Set(accepted.value.plans.flatMap((plan) => plan.steps.map((step) => step.tool_name)));
  const undoing = new Set([...used].map((tool_name) => undoingTool(contractOf(tool_name))));
  return {
    config: accepted.value.config,
    record: {
      plans: accepted.value.plans,
      contracts: [...CONTRACTS.values()].filter(({ tool_name }) => used.has(tool_name) || undoing.has(tool_name)),
      agents: [...AGENTS],
      warnings: [],
    },
  };
};
export type Submission = ReturnType<typeof submissionOf>;

let stored = 0;

/**
 * The execution's first record. Every submission gets a goal of its own, because processes keep the documents they
 * parsed: a schedule must not find in memory what one before it left there.
 */
export const newExecution = async (
  deps: Pick<Deps, "bodies" | "policy">,
  execution_id: string,
  submitted_at: string,
  { config, record }: Submission,
): Promise<ExecutionRecord> => {
  stored += 1;
  const plans = record.plans.map((plan) => ({ ...plan, goal: `goal ${stored}` }));
  return {
    execution_id,
    status: "RUNNING",
    submitted_by: SUBMITTER,
    submitted_at,
    ended_at: null,
    concluded: null,
    config,
    live_enabled: true,
    plan_ids: plans.map(({ plan_id }) => plan_id),
    step_count: plans.reduce((sum, plan) => sum + plan.steps.length, 0),
    history: 1,
    submission: await deps.bodies.put(`executions/${execution_id}/submission`, { ...record, plans }),
    schedule: null,
    abort_requested: null,
    resume_requested: null,
    rollback_requested: null,
    definition: deps.policy.definition,
    manifests: 0,
    correlation_id: null,
    version: 1,
  };
};
