import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { type JsonObject, json, jsonObject } from "../../shared/plan/json.ts";

/** The contract of `ghl_update_contact`, with a list of whom to ask. */
export const askingInOrder = (asked_in_order: readonly string[], changes: JsonObject = {}): JsonObject => {
  const found = standardContracts().find(({ tool_name }) => tool_name === "ghl_update_contact");
  const { version: _version, content_hash: _hash, ...input } = jsonObject.parse(json.parse(found));
  return { ...input, ...changes, asked_in_order: [...asked_in_order] };
};
