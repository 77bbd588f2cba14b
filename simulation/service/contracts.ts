import { defineContract } from "../../shared/contracts/define-contract.ts";
import type { ToolContract, ToolContractInput } from "../../shared/contracts/tool-contract.ts";

const input_schema = {
  type: "object",
  properties: { id: { type: "string", minLength: 1 }, value: { type: "string" } },
  required: ["id", "value"],
};

const both_schema = {
  ...input_schema,
  properties: { ...input_schema.properties, other: { type: "string", minLength: 1 } },
  required: ["id", "other", "value"],
};

const resources = [{ key: "thing:{id}", access: "write" as const }];

type Source = Partial<ToolContractInput> & Pick<ToolContractInput, "tool_name" | "outcome_resolution">;

const reversible = (source: Source) => ({
  risk_level: "MEDIUM" as const,
  reversible: true,
  compensation: "adapter" as const,
  timeout_seconds: 10,
  requires_approval: true,
  approvals_required: 1,
  input_schema,
  resources,
  ...source,
});

const irreversible = (source: Source) => ({
  ...reversible(source),
  risk_level: "HIGH" as const,
  reversible: false,
  compensation: "none" as const,
  ...source,
});

/** One tool for every way in which the rules tell tools apart. */
const SOURCES = [
  {
    tool_name: "look",
    risk_level: "LOW",
    reversible: true,
    timeout_seconds: 5,
    requires_approval: false,
    approvals_required: 0,
    input_schema: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
    resources: [{ key: "thing:{id}", access: "read" }],
    outcome_resolution: "QUERYABLE",
  },
  reversible({ tool_name: "put_asked_about", outcome_resolution: "QUERYABLE", max_concurrent: 1 }),
  reversible({
    tool_name: "put_with_key",
    outcome_resolution: "IDEMPOTENT_KEY",
    requires_approval: false,
    approvals_required: 0,
    max_concurrent: 2,
  }),
  reversible({
    tool_name: "put_soon_forgotten",
    outcome_resolution: "IDEMPOTENT_KEY",
    idempotency_window_seconds: 600,
  }),
  reversible({ tool_name: "put_opaque", outcome_resolution: "OPAQUE" }),
  reversible({
    tool_name: "put_cleared",
    outcome_resolution: "IDEMPOTENT_KEY",
    requires_approval: false,
    approvals_required: 0,
    compensation: { tool_name: "clear", arguments: { id: "{id}" } },
  }),
  reversible({
    tool_name: "clear",
    reversible: false,
    compensation: "none",
    outcome_resolution: "OPAQUE",
    max_concurrent: 1,
    approvals_required: 2,
    input_schema: { type: "object", properties: { id: { type: "string", minLength: 1 } }, required: ["id"] },
    resources: [...resources, { key: "shelf:{id}", access: "write" }],
  }),
  reversible({
    tool_name: "put_both",
    requires_approval: false,
    approvals_required: 0,
    outcome_resolution: "IDEMPOTENT_KEY",
    input_schema: both_schema,
    resources: [...resources, { key: "thing:{other}", access: "write" }],
  }),
  reversible({ tool_name: "book", outcome_resolution: "QUERYABLE", duplicate_sensitive: true }),
  irreversible({ tool_name: "confirm", outcome_resolution: "QUERYABLE", dependencies: ["book"] }),
  irreversible({ tool_name: "make", outcome_resolution: "QUERYABLE", approvals_required: 2, max_concurrent: 1 }),
  irreversible({
    tool_name: "send",
    outcome_resolution: "OPAQUE",
    rate_limit: { service: "post", limit: 2, window_seconds: 60 },
  }),
] as const;

const defined = (source: unknown): ToolContract => {
  const contract = defineContract(source, 1);
  if (contract.ok) return contract.value;
  throw new Error(contract.refusal.violations.map(({ path, message }) => `${path} ${message}`).join("; "));
};

export const CONTRACTS: ReadonlyMap<string, ToolContract> = new Map(
  SOURCES.map(defined).map((contract) => [contract.tool_name, contract]),
);

/** @throws RangeError for a tool that is not simulated */
export const contractOf = (tool_name: string): ToolContract => {
  const contract = CONTRACTS.get(tool_name);
  if (contract === undefined) throw new RangeError(`there is no tool ${tool_name}`);
  return contract;
};
