import { isJsonObject, type JsonObject } from "../../../shared/plan/json.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { textArgument, textOr } from "../arguments.ts";
import { NEW_ID, type WritingTool } from "../kinds/sandbox-tool.ts";
import { COLLECTIONS } from "../world/world.ts";

/** Sets fields of a contact. Undoing restores them, each only while it holds what the call wrote. */
export const ghlUpdateContact: WritingTool = {
  kind: "write",
  mock: (args) => ({
    contact_id: textOr(args, "contact_id", ""),
    updated: isJsonObject(args.fields) ? args.fields : {},
  }),
  target: ({ arguments: args }) => ({ collection: COLLECTIONS.ghlContacts, id: textArgument(args, "contact_id") }),
  plan: async ({ call, id, current }) => {
    // A contact that an earlier step of the plan will have created can be previewed, not called.
    if (current === undefined && id !== NEW_ID) throw new ToolFailure(`the CRM has no contact ${id}`);
    const set = fieldsOf(call.arguments);
    return {
      set,
      output: { contact_id: id, updated: set },
      summary: `updates ${Object.keys(set).sort().join(", ")} of contact ${id}`,
    };
  },
};

const fieldsOf = ({ fields }: JsonObject): JsonObject => {
  if (!isJsonObject(fields)) throw new ToolFailure("the argument fields must be an object of fields and their values");
  if (Object.hasOwn(fields, "contact_id")) throw new ToolFailure("the id of a contact cannot be changed");
  return fields;
};
