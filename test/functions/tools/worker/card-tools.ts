import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";

/** Changes a card's stage; a worker previews it, undoes it and can tell whether it happened. */
export const moveCard = (changes: JsonObject = {}): JsonObject => ({
  tool_name: "card_move",
  risk_level: "MEDIUM",
  reversible: true,
  timeout_seconds: 10,
  requires_approval: true,
  approvals_required: 1,
  compensation: "adapter",
  outcome_resolution: "QUERYABLE",
  input_schema: {
    type: "object",
    properties: { card: { type: "string" }, stage: { type: "string" } },
    required: ["card", "stage"],
    additionalProperties: false,
  },
  resources: [{ key: "card:{card}", access: "write" }],
  binding: { kind: "worker", group: "cards", previews: true, undo: true, looks_up: true },
  ...changes,
});

/** The same, recognised by its key instead of looked up. */
export const moveCardByKey = (): JsonObject =>
  moveCard({
    tool_name: "card_move_by_key",
    outcome_resolution: "IDEMPOTENT_KEY",
    binding: { kind: "worker", group: "cards", previews: true, undo: true },
  });

/** The same of workers that only do it. */
export const moveCardBlindly = (changes: JsonObject = {}): JsonObject =>
  moveCard({
    tool_name: "card_move_blindly",
    reversible: false,
    compensation: "none",
    outcome_resolution: "OPAQUE",
    binding: { kind: "worker", group: "cards" },
    ...changes,
  });

export const searchCards = (): JsonObject => ({
  tool_name: "card_search",
  risk_level: "LOW",
  reversible: true,
  timeout_seconds: 5,
  requires_approval: false,
  approvals_required: 0,
  outcome_resolution: "IDEMPOTENT_KEY",
  input_schema: { type: "object", properties: { q: { type: "string" } } },
  binding: { kind: "worker", group: "cards" },
});

export const CARD_TOOLS = ["card_move", "card_move_by_key", "card_move_blindly", "card_search"];

export const defined = (input: JsonObject): ToolContract => {
  const contract = defineContract(input, 1);
  if (!contract.ok) throw new Error(`not a contract: ${JSON.stringify(contract.refusal)}`);
  return contract.value;
};
