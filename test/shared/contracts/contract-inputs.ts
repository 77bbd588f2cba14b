import { defineContract } from "../../../shared/contracts/define-contract.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";

const BY_RISK = {
  LOW: { reversible: true, timeout_seconds: 5, requires_approval: false, approvals_required: 0 },
  MEDIUM: { reversible: false, timeout_seconds: 10, requires_approval: true, approvals_required: 1 },
  HIGH: { reversible: false, timeout_seconds: 30, requires_approval: true, approvals_required: 1 },
} as const;

/** The fields of a valid contract of some risk, to be bent by a test. */
export const contractInput = (risk_level: keyof typeof BY_RISK, more: Record<string, unknown> = {}) => ({
  tool_name: "tool",
  risk_level,
  outcome_resolution: "OPAQUE",
  ...BY_RISK[risk_level],
  ...more,
});

export const contractOf = (risk: keyof typeof BY_RISK, more: Record<string, unknown> = {}): ToolContract => {
  const defined = defineContract(contractInput(risk, more), 1);
  if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
  return defined.value;
};

/** Contracts of an airline's tools, as another team wrote them: a read, a reversible-by-hand update, an irreversible act. */
export const airlineContracts = [
  {
    tool_name: "get_reservation_details",
    description: "get reservation details (airline domain)",
    risk_level: "LOW",
    reversible: true,
    required_permissions: ["airline_read"],
    dependencies: [],
    timeout_seconds: 5,
    mock_provider_available: true,
    max_concurrent: 10,
    requires_approval: false,
    approvals_required: 0,
    input_schema: {
      type: "object",
      properties: { reservation_id: { type: "string" } },
      required: ["reservation_id"],
      additionalProperties: false,
    },
    resources: [{ key: "airline:reservation:{reservation_id}", access: "read" }],
    rate_limit: { service: "airline", limit: 200, window_seconds: 10 },
    outcome_resolution: "QUERYABLE",
  },
  {
    tool_name: "update_reservation_flights",
    description: "update reservation flights (airline domain)",
    risk_level: "MEDIUM",
    reversible: false,
    required_permissions: ["airline_read", "airline_write"],
    dependencies: [],
    timeout_seconds: 20,
    mock_provider_available: true,
    max_concurrent: 4,
    requires_approval: true,
    approvals_required: 1,
    input_schema: {
      type: "object",
      properties: {
        cabin: { type: "string" },
        flights: { type: "array" },
        payment_id: { type: "string" },
        reservation_id: { type: "string" },
      },
      required: ["cabin", "flights", "payment_id", "reservation_id"],
      additionalProperties: false,
    },
    resources: [{ key: "airline:reservation:{reservation_id}", access: "write" }],
    rate_limit: { service: "airline", limit: 200, window_seconds: 10 },
    outcome_resolution: "QUERYABLE",
  },
  {
    tool_name: "cancel_reservation",
    description: "cancel reservation (airline domain)",
    risk_level: "HIGH",
    reversible: false,
    required_permissions: ["airline_read", "airline_write"],
    dependencies: [],
    timeout_seconds: 30,
    mock_provider_available: true,
    max_concurrent: 4,
    requires_approval: true,
    approvals_required: 1,
    input_schema: {
      type: "object",
      properties: { reservation_id: { type: "string" } },
      required: ["reservation_id"],
      additionalProperties: false,
    },
    resources: [{ key: "airline:reservation:{reservation_id}", access: "write" }],
    rate_limit: { service: "airline", limit: 200, window_seconds: 10 },
    outcome_resolution: "OPAQUE",
  },
];

/** One plan against those tools, in the full form. */
export const airlinePlan = {
  plan_id: "airline_7",
  agents: [{ agent_id: "agent_7", permissions: ["airline_read", "airline_write"] }],
  steps: [
    {
      step_id: "t7_0",
      agent_id: "agent_7",
      tool_name: "get_reservation_details",
      arguments: { reservation_id: "XEHM4B" },
      confidence: 0.834,
      depends_on: [],
    },
    {
      step_id: "t7_2",
      agent_id: "agent_7",
      tool_name: "update_reservation_flights",
      arguments: {
        reservation_id: "XEHM4B",
        cabin: "business",
        flights: [{ flight_number: "HAT005", date: "2024-05-20" }],
        payment_id: "credit_card_2408938",
      },
      confidence: 0.983,
      depends_on: ["t7_0"],
    },
    {
      step_id: "t7_3",
      agent_id: "agent_7",
      tool_name: "cancel_reservation",
      arguments: { reservation_id: "XEHM4B" },
      confidence: 0.66,
      depends_on: ["t7_2"],
    },
  ],
};
