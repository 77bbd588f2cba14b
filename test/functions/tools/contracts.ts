import type { z } from "zod";
import { defineContract } from "../../../shared/contracts/define-contract.ts";
import { standardContracts } from "../../../shared/contracts/standard-contracts.ts";
import type { ToolContract, toolContractInput } from "../../../shared/contracts/tool-contract.ts";

const STANDARD = new Map(standardContracts().map((contract) => [contract.tool_name, contract]));

export const standardContract = (tool_name: string): ToolContract => {
  const contract = STANDARD.get(tool_name);
  if (contract === undefined) throw new Error(`no standard tool ${tool_name}`);
  return contract;
};

/** A team's own tool: reversible and IDEMPOTENT_KEY unless said otherwise. */
export const ownContract = (fields: Partial<z.input<typeof toolContractInput>> = {}): ToolContract => {
  const defined = defineContract(
    {
      tool_name: "book_room",
      risk_level: "MEDIUM",
      reversible: true,
      timeout_seconds: 10,
      requires_approval: false,
      approvals_required: 0,
      compensation: "adapter",
      outcome_resolution: "IDEMPOTENT_KEY",
      input_schema: {
        type: "object",
        properties: { room_id: { type: "string" }, guest_email: { type: "string" }, nights: { type: "integer" } },
        required: ["room_id"],
      },
      resources: [{ key: "room:{room_id}", access: "write" }],
      ...fields,
    },
    1,
  );
  if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
  return defined.value;
};
