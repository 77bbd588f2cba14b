import type { Agent } from "./agent.ts";
import type { JsonObject } from "./json.ts";
import { orderAssignments } from "./phase21-order.ts";
import { renameSources } from "./references.ts";
import type { StepIds } from "./step-ids.ts";
import type { FullPlan, Phase21Plan } from "./submission-schema.ts";
import {
  DEFAULT_CONFIDENCE,
  type PlanStep,
  type PlanValidation,
  type ToolExecutionPlan,
} from "./tool-execution-plan.ts";

export type Normalising = {
  finalId: StepIds["finalId"];
  agents: ReadonlyMap<string, Agent>;
  validations: ReadonlyMap<string, PlanValidation>;
};

type Written = {
  plan_id: string;
  form: "phase21" | "full";
  source_step_id: string;
  agent_id: string;
  tool_name: string;
  arguments: JsonObject;
  confidence: number | undefined;
  depends_on: string[];
  /** As written. */
  runs_after: string[];
  rationale: string | null;
  allow_duplicate: boolean;
  position: number;
};

const confidenceOf = (
  written: Written,
  agents: Normalising["agents"],
): Pick<PlanStep, "confidence" | "confidence_source"> => {
  if (written.confidence !== undefined) return { confidence: written.confidence, confidence_source: "stated" };
  const usual = agents.get(written.agent_id)?.default_confidence;
  return typeof usual === "number"
    ? { confidence: usual, confidence_source: "agent_default" }
    : { confidence: DEFAULT_CONFIDENCE, confidence_source: "default" };
};

/** A step with its execution-wide ids; the order of fields and of `depends_on` follows from the input alone. */
const stepOf = (written: Written, { finalId, agents }: Normalising): PlanStep => {
  const final = (id: string) => finalId(written, id);
  const { arguments: args, sources } = renameSources(written.arguments, final);
  if (sources.length > 1) sources.sort((a, b) => (a.at < b.at ? -1 : 1));
  const awaited = written.depends_on.map(final);
  for (const { from } of sources) awaited.push(from);
  const { confidence, confidence_source } = confidenceOf(written, agents);
  return {
    step_id: final(written.source_step_id),
    source_step_id: written.source_step_id,
    plan_id: written.plan_id,
    agent_id: written.agent_id,
    tool_name: written.tool_name,
    arguments: args,
    argument_sources: sources,
    confidence,
    confidence_source,
    depends_on: awaited.length < 2 ? awaited : [...new Set(awaited)],
    runs_after: written.runs_after.map(final),
    rationale: written.rationale,
    allow_duplicate: written.allow_duplicate,
    position: written.position,
  };
};

export const normaliseFull = (plan: FullPlan, normalising: Normalising): ToolExecutionPlan => ({
  plan_id: plan.plan_id,
  source_form: "full",
  goal: plan.goal ?? null,
  deadline_seconds: plan.deadline_seconds ?? null,
  agents: plan.agents,
  steps: plan.steps.map((step, position) =>
    stepOf(
      {
        plan_id: plan.plan_id,
        form: "full",
        source_step_id: step.step_id,
        agent_id: step.agent_id,
        tool_name: step.tool_name,
        arguments: step.arguments,
        confidence: step.confidence,
        depends_on: step.depends_on,
        runs_after: [],
        rationale: step.rationale ?? null,
        allow_duplicate: step.allow_duplicate,
        position,
      },
      normalising,
    ),
  ),
  validation: normalising.validations.get(plan.plan_id) ?? null,
});

const own = <Value>(record: Readonly<Record<string, Value>> | null | undefined, name: string): Value | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined;

/**
 * The short form. An agent's steps run in order, each after the agent's step before it; `execution_order` fixes the
 * positions and so that order, and puts no edge between steps of different agents: those come from contracts.
 */
export const normalisePhase21 = (plan: Phase21Plan, normalising: Normalising): ToolExecutionPlan => {
  const written = Object.entries(plan.agent_assignments).flatMap(([agent_id, tools]) =>
    tools.map((tool_name) => ({ agent_id, tool_name })),
  );
  const ordered = orderAssignments(
    written.map(({ tool_name }) => tool_name),
    plan.execution_order ?? [],
  );
  const lastOf = new Map<string, string>();
  const steps = ordered.flatMap(({ written_at, source_step_id }, position): PlanStep[] => {
    const assignment = written[written_at];
    if (assignment === undefined) return [];
    const { agent_id, tool_name } = assignment;
    const before = lastOf.get(agent_id);
    lastOf.set(agent_id, source_step_id);
    return [
      stepOf(
        {
          plan_id: plan.plan_id,
          form: "phase21",
          source_step_id,
          agent_id,
          tool_name,
          arguments: own(plan.tool_arguments, tool_name) ?? {},
          confidence: own(plan.confidence_scores, tool_name),
          depends_on: [],
          runs_after: before === undefined ? [] : [before],
          rationale: null,
          allow_duplicate: false,
          position,
        },
        normalising,
      ),
    ];
  });
  return {
    plan_id: plan.plan_id,
    source_form: "phase21",
    goal: null,
    deadline_seconds: null,
    agents: Object.keys(plan.agent_assignments).map((agent_id) => ({
      agent_id,
      permissions: own(plan.agent_permissions, agent_id) ?? [],
    })),
    steps,
    validation: normalising.validations.get(plan.plan_id) ?? null,
  };
};
