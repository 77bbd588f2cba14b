import { defineContract } from "../../shared/contracts/define-contract.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";

const contract = (input: Record<string, unknown>): ToolContract => {
  const defined = defineContract({ timeout_seconds: 20, outcome_resolution: "QUERYABLE", ...input }, 1);
  if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
  return defined.value;
};

/** A read; a write of one resource that nobody has to approve; and one that somebody has to. */
export const benchContracts: readonly ToolContract[] = [
  contract({
    tool_name: "bench_read",
    risk_level: "LOW",
    reversible: true,
    requires_approval: false,
    approvals_required: 0,
    timeout_seconds: 5,
    resources: [{ key: "bench:{id}", access: "read" }],
  }),
  contract({
    tool_name: "bench_write",
    risk_level: "MEDIUM",
    reversible: true,
    requires_approval: false,
    approvals_required: 0,
    compensation: "adapter",
    resources: [{ key: "bench:{id}", access: "write" }],
  }),
  contract({
    tool_name: "bench_approved_write",
    risk_level: "MEDIUM",
    reversible: true,
    requires_approval: true,
    approvals_required: 1,
    compensation: "adapter",
    resources: [{ key: "bench:{id}", access: "write" }],
  }),
];

export type Shape = {
  readonly tool: "bench_read" | "bench_write" | "bench_approved_write";
  readonly steps: number;
  /** Keeps the records of one submission apart from those of others. */
  readonly name: string;
  /** MOCK: confidence for no more. DRY_RUN: `dry_run_only`. */
  readonly mode?: "MOCK" | "DRY_RUN" | "LIVE";
};

const STEPS_PER_PLAN = 10;

/** A submission of independent steps, each of a record of its own, in plans of ten. */
export const submissionOf = ({ tool, steps, name, mode = "LIVE" }: Shape) => ({
  plans: Array.from({ length: Math.ceil(steps / STEPS_PER_PLAN) }, (_, plan) => ({
    plan_id: `${name}-${plan}`,
    agents: [{ agent_id: "bench", permissions: [] }],
    steps: Array.from({ length: Math.min(STEPS_PER_PLAN, steps - plan * STEPS_PER_PLAN) }, (_each, place) => ({
      step_id: `s${place}`,
      agent_id: "bench",
      tool_name: tool,
      arguments: { id: `${name}-${plan}-${place}` },
      confidence: mode === "MOCK" ? 0.3 : 0.95,
    })),
  })),
  config: { dry_run_only: mode === "DRY_RUN", max_live_escalations: STEPS_PER_PLAN },
});
