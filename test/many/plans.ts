import { defineContract } from "../../shared/contracts/define-contract.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { JsonObject } from "../../shared/plan/json.ts";

const contract = (input: Record<string, unknown>): ToolContract => {
  const defined = defineContract(
    {
      timeout_seconds: 20,
      outcome_resolution: "QUERYABLE",
      risk_level: "MEDIUM",
      reversible: true,
      compensation: "adapter",
      resources: [{ key: "many:{id}", access: "write" }],
      max_concurrent: 10,
      ...input,
    },
    1,
  );
  if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
  return defined.value;
};

/** Two tools with ten slots each: a write that nobody is asked about, and one that waits for a person. */
export const manyContracts: readonly ToolContract[] = [
  contract({ tool_name: "many_write", requires_approval: false, approvals_required: 0 }),
  contract({ tool_name: "many_asked_write", requires_approval: true, approvals_required: 1 }),
];

export type Shape = { readonly name: string; readonly steps: number; readonly asked: boolean };

/** A plan of so many steps, each after the one before and on a record of its own. */
export const submissionOf = ({ name, steps, asked }: Shape): JsonObject => ({
  plans: [
    {
      plan_id: name,
      agents: [{ agent_id: "many", permissions: [] }],
      steps: Array.from({ length: steps }, (_, place) => ({
        step_id: `s${place}`,
        agent_id: "many",
        tool_name: asked ? "many_asked_write" : "many_write",
        arguments: { id: `${name}-${place}` },
        confidence: 0.95,
        depends_on: place === 0 ? [] : [`s${place - 1}`],
      })),
    },
  ],
  config: { max_live_escalations: steps },
});
