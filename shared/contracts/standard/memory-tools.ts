import type { z } from "zod";
import type { toolContractInput } from "../tool-contract.ts";

type ContractSource = z.input<typeof toolContractInput>;

const read = {
  risk_level: "LOW",
  reversible: true,
  requires_approval: false,
  approvals_required: 0,
  outcome_resolution: "QUERYABLE",
  max_concurrent: 20,
} as const;

/** Reads of the agents' own memory and goals: nothing outside is touched, so there is no resource and no quota. */
export const MEMORY_TOOLS: readonly ContractSource[] = [
  {
    ...read,
    tool_name: "memory_search",
    description: "Searches what the agents remember",
    timeout_seconds: 2,
    input_schema: {
      type: "object",
      properties: { query: { type: "string" }, limit: { type: "integer", minimum: 1, maximum: 100 } },
    },
  },
  {
    ...read,
    tool_name: "goal_query",
    description: "Reads the goals an agent works towards",
    timeout_seconds: 1,
    input_schema: { type: "object", properties: { goal_id: { type: "string" }, query: { type: "string" } } },
  },
];
