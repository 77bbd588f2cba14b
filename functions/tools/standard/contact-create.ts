import { isJsonObject, type JsonObject } from "../../../shared/plan/json.ts";
import { textOr, without } from "../arguments.ts";
import type { WritingTool } from "../kinds/sandbox-tool.ts";
import type { WorldReader } from "../world/world.ts";
import { hasAddress } from "./contact-search.ts";

/** Creates a contact of the arguments' fields in one system. Its preview says so where somebody has the address already. */
export const contactCreate = (collection: string, system: string, prefix: string): WritingTool => ({
  kind: "write",
  mock: (args, seed) => ({ contact_id: seed.id(prefix), created: fieldsOf(args) }),
  target: () => ({ collection, id: null, prefix }),
  plan: async ({ call, id, reader }) => {
    const created = fieldsOf(call.arguments);
    const email = textOr(created, "email", "");
    return {
      set: { ...created, contact_id: id },
      output: { contact_id: id, created },
      summary: `creates the contact ${email} in ${system}`,
      beside: async () => {
        const others = await holdersOf(reader, collection, email);
        return others.length === 0 ? "" : `; ${others.join(", ")} has this address already`;
      },
    };
  },
});

const fieldsOf = (args: JsonObject): JsonObject => ({
  ...(isJsonObject(args.fields) ? args.fields : {}),
  ...without(args, "fields"),
});

const holdersOf = async (reader: WorldReader, collection: string, email: string): Promise<string[]> => {
  const all = email === "" ? [] : await reader.list(collection);
  return all.filter(({ value }) => hasAddress(value, email)).map(({ id }) => id);
};
