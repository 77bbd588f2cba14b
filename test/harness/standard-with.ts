import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { toolContractInput } from "../../shared/contracts/tool-contract.ts";
import { type JsonObject, jsonObject } from "../../shared/plan/json.ts";

/** A standard tool's contract as it would be put, with some of it changed. */
export const standardWith = (tool_name: string, changes: JsonObject): JsonObject => {
  const found = standardContracts().find((contract) => contract.tool_name === tool_name);
  const { version: _version, content_hash: _hash, ...rest } = { ...found };
  return jsonObject.parse({ ...toolContractInput.parse(rest), ...changes });
};
