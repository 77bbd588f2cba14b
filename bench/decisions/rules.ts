import { defineContract } from "../../shared/contracts/define-contract.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import { executionConfig } from "../../shared/plan/config.ts";
import { type ToolExecutionPlan, toolExecutionPlan } from "../../shared/plan/tool-execution-plan.ts";
import { seededRandom } from "../figure.ts";

/** 33 tools with three rules each, and the rule that nothing else is allowed: 100. */
const TOOLS = 33;

const RISKS = [
  { risk_level: "LOW", reversible: true, requires_approval: false, timeout_seconds: 5 },
  { risk_level: "MEDIUM", reversible: true, requires_approval: false, timeout_seconds: 20 },
  { risk_level: "MEDIUM", reversible: true, requires_approval: true, timeout_seconds: 20 },
  { risk_level: "HIGH", reversible: false, requires_approval: true, timeout_seconds: 20 },
] as const;

export const config = executionConfig.parse({});

export const toolContracts: readonly ToolContract[] = Array.from({ length: TOOLS }, (_, number) => {
  const risk = RISKS[number % RISKS.length] ?? RISKS[0];
  const defined = defineContract(
    {
      ...risk,
      tool_name: `tool_${number}`,
      required_permissions: [`permission_${number % 11}`],
      approvals_required: risk.requires_approval ? 1 : 0,
      resources: [{ key: "record:{id}", access: risk.risk_level === "LOW" ? "read" : "write" }],
      compensation: risk.risk_level === "MEDIUM" ? "adapter" : "none",
      outcome_resolution: "QUERYABLE",
      input_schema: {
        type: "object",
        properties: { id: { type: "string" }, amount: { type: "integer", minimum: 0 } },
        required: ["id"],
        additionalProperties: false,
      },
    },
    1,
  );
  if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
  return defined.value;
});

export const contractByName: ReadonlyMap<string, ToolContract> = new Map(
  toolContracts.map((contract) => [contract.tool_name, contract]),
);

export type Decision = "allow" | "require_approval" | "deny";

/** One call that an agent proposes: all that both sides decide by. */
export type Call = {
  readonly tool_name: string;
  readonly confidence: number;
  readonly permissions: readonly string[];
  readonly plan: ToolExecutionPlan;
};

/** Calls of known and unknown tools, with and without permission, on both sides of every threshold. */
export const generatedCalls = (count: number, seed: number): Call[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, number) => {
    const tool_name = `tool_${Math.floor(random() * (TOOLS + 1))}`;
    const confidence = Math.round((0.4 + random() * 0.6) * 100) / 100;
    const permissions = Array.from({ length: 11 }, (_each, place) => `permission_${place}`).filter(
      () => random() < 0.8,
    );
    return { tool_name, confidence, permissions, plan: planOf(number, { tool_name, confidence, permissions }) };
  });
};

const planOf = (number: number, call: Omit<Call, "plan">): ToolExecutionPlan =>
  toolExecutionPlan.parse({
    plan_id: `plan-${number}`,
    source_form: "full",
    goal: null,
    deadline_seconds: null,
    agents: [{ agent_id: "agent-1", permissions: call.permissions }],
    steps: [
      {
        step_id: `plan-${number}.s1`,
        source_step_id: "s1",
        plan_id: `plan-${number}`,
        agent_id: "agent-1",
        tool_name: call.tool_name,
        arguments: { id: `r${number}`, amount: number },
        argument_sources: [],
        confidence: call.confidence,
        confidence_source: "stated",
        depends_on: [],
        runs_after: [],
        rationale: null,
        allow_duplicate: false,
        position: 0,
      },
    ],
    validation: null,
  });
