import { type ConflictCheck, checkOf, conflictId } from "../../../shared/conflicts/conflict-rule.ts";
import { type ConflictInput, noFacts } from "../../../shared/conflicts/resolve-conflicts.ts";
import type { Conflict, Schedule, ScheduledStep } from "../../../shared/conflicts/schedule.ts";
import { isLive, type WorkingStep } from "../../../shared/conflicts/working-schedule.ts";
import { defineContract } from "../../../shared/contracts/define-contract.ts";
import { standardContracts } from "../../../shared/contracts/standard-contracts.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { agent } from "../../../shared/plan/agent.ts";
import { executionConfig } from "../../../shared/plan/config.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { referencesIn } from "../../../shared/plan/references.ts";
import { type ToolExecutionPlan, toolExecutionPlan } from "../../../shared/plan/tool-execution-plan.ts";

const EVERYTHING = ["ghl_access", "ghl_write", "mployer_access", "mployer_write", "email_send", "web_write"];

export type StepSketch = {
  id: string;
  tool: string;
  agent?: string;
  args?: JsonObject;
  after?: string[];
  runsAfter?: string[];
  confidence?: number;
  allowDuplicate?: boolean;
};
export type PlanSketch = {
  steps: StepSketch[];
  deadline?: number;
  agents?: Record<string, string[]>;
};

/** A plan as the plan stage hands it over; agents that are not named may do everything. */
export const planOf = (plan_id: string, { steps, deadline, agents = {} }: PlanSketch): ToolExecutionPlan => {
  const names = [...new Set([...Object.keys(agents), ...steps.map((step) => step.agent ?? `${plan_id}-agent`)])];
  return toolExecutionPlan.parse({
    plan_id,
    source_form: "full",
    goal: null,
    deadline_seconds: deadline ?? null,
    agents: names.map((agent_id) => ({ agent_id, permissions: agents[agent_id] ?? EVERYTHING })),
    steps: steps.map((step, position) => {
      const { sources } = referencesIn(step.args ?? {});
      return {
        step_id: step.id,
        source_step_id: step.id,
        plan_id,
        agent_id: step.agent ?? `${plan_id}-agent`,
        tool_name: step.tool,
        arguments: step.args ?? {},
        argument_sources: sources,
        confidence: step.confidence ?? 0.95,
        confidence_source: "stated",
        depends_on: [...new Set([...(step.after ?? []), ...sources.map(({ from }) => from)])],
        runs_after: step.runsAfter ?? [],
        rationale: null,
        allow_duplicate: step.allowDuplicate ?? false,
        position,
      };
    }),
    validation: null,
  });
};

export const contractWith = (fields: Record<string, unknown>): ToolContract => {
  const defined = defineContract(
    {
      risk_level: "MEDIUM",
      reversible: true,
      timeout_seconds: 10,
      requires_approval: false,
      approvals_required: 0,
      compensation: "adapter",
      outcome_resolution: "QUERYABLE",
      ...fields,
    },
    1,
  );
  if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
  return defined.value;
};

type Overrides = Partial<Omit<ConflictInput, "contracts" | "agents" | "config">> & {
  extra?: ToolContract[];
  owners?: Record<string, { owner: string; granted: string[] }>;
  config?: Record<string, unknown>;
};

/** Everything allowed and nothing else going on, unless said otherwise. */
export const inputOf = (
  plans: Record<string, PlanSketch>,
  { extra = [], owners = {}, config = {}, ...rest }: Overrides = {},
): ConflictInput => ({
  plans: Object.entries(plans).map(([plan_id, sketch]) => planOf(plan_id, sketch)),
  contracts: new Map([...standardContracts(), ...extra].map((contract) => [contract.tool_name, contract])),
  config: executionConfig.parse(config),
  agents: new Map(
    Object.entries(owners).map(([agent_id, { owner, granted }]) => [
      agent_id,
      agent.parse({ agent_id, owner, granted_permissions: granted }),
    ]),
  ),
  registry_open: true,
  live_enabled: true,
  facts: noFacts,
  ...rest,
});

export const stepOf = (schedule: Schedule, stepId: string): ScheduledStep => {
  const found = schedule.steps.find(({ step_id }) => step_id === stepId);
  if (found === undefined) throw new Error(`${stepId} is not in the schedule`);
  return found;
};

/** Edges as `a -> b (kind)`, which read well in expectations. */
export const edgesOf = (schedule: Schedule): string[] =>
  schedule.edges.map(({ before, after, kind }) => `${before} -> ${after} (${kind})`);

export const brief = (conflicts: readonly Conflict[]): string[] =>
  conflicts.map(
    (one) => `${one.conflict_type} ${one.resolution_strategy} ${one.resolution_status}: ${one.step_ids.join(", ")}`,
  );

export const update = (id: string, contact_id: string, more: Partial<StepSketch> = {}): StepSketch => ({
  id,
  tool: "ghl_update_contact",
  args: { contact_id, fields: { city: "Bern" } },
  ...more,
});

export const mail = (id: string, more: Partial<StepSketch> = {}): StepSketch => ({
  id,
  tool: "msgraph_send_email",
  args: { to: "a@example.org", subject: "Offer", body: "Dear A" },
  ...more,
});

/** A rule that finds a conflict in each of these steps while it is LIVE, and cannot resolve it. */
export const unresolvable = (step_ids: readonly string[]): ConflictCheck =>
  checkOf<WorkingStep>({
    type: "TIMEOUT_CONFLICT",
    severity: 4,
    reads: ["live"],
    detect: (working) =>
      working.order.filter(
        (step) =>
          isLive(step) &&
          step_ids.includes(step.step.step_id) &&
          !working.known.has(conflictId("TIMEOUT_CONFLICT", [step])),
      ),
    resolve: (_, step) => [
      { steps: [step], strategy: "DOWNGRADE", status: "failed", finding: "found", resolution: "none", details: {} },
    ],
  });
