import {
  acceptedDefinition,
  changedDefinition,
  definitionBytes,
  MAX_DEFINITION_BYTES,
} from "../../../shared/contracts/binding/mcp/definition-review.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import { json } from "../../../shared/plan/json.ts";
import type { Definitions } from "../../../shared/ports/mcp.ts";
import { notThere } from "./conditions.ts";
import {
  acceptedDefinitionKey,
  acceptedDefinitions,
  changedDefinitionKey,
  changedDefinitions,
} from "./keys/of-registries.ts";
import { bodyOf, readBody } from "./record.ts";
import type { Table } from "./table.ts";

/**
 * Definitions that changed, as functions that look at servers find them, and those that people accepted: in partitions of
 * their own, so that no function that looks can accept.
 */
export const definitions = (table: Table): Definitions => ({
  changed: async (tool_name) =>
    (await table.query(changedDefinitions(tool_name))).map((item) => readBody(changedDefinition, item)),

  note: async (changed) => {
    const key = changedDefinitionKey(changed);
    if (definitionBytes(changed.definition) > MAX_DEFINITION_BYTES) {
      // The one that was seen before is not what the server says now: nobody is to accept it.
      if ((await table.get(key)) !== undefined) await table.delete(key);
      return;
    }
    const text = canonicalJson(json.parse(changed.definition));
    const known = await table.get(key);
    const same =
      known !== undefined && canonicalJson(json.parse(readBody(changedDefinition, known).definition)) === text;
    if (!same) await table.put({ ...key, ...bodyOf(changed) });
  },

  asReviewed: async (reviewed) => {
    const key = changedDefinitionKey(reviewed);
    if ((await table.get(key)) !== undefined) await table.delete(key);
  },

  accepted: async (tool_name) =>
    (await table.query(acceptedDefinitions(tool_name))).map((item) => readBody(acceptedDefinition, item)),

  accept: async (accepted) => {
    const key = acceptedDefinitionKey(accepted);
    if ((await table.put({ ...key, ...bodyOf(accepted) }, notThere)) === "written") return accepted;
    const first = await table.get(key);
    return first === undefined ? accepted : readBody(acceptedDefinition, first);
  },
});
