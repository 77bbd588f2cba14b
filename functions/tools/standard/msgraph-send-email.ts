import type { Json } from "../../../shared/plan/json.ts";
import type { WritingTool } from "../kinds/sandbox-tool.ts";
import { COLLECTIONS } from "../world/world.ts";

/** Puts a mail into the sandbox's outbox, from which nothing is ever delivered. */
export const msgraphSendEmail: WritingTool = {
  kind: "write",
  mock: (args, seed) => ({ message_id: seed.id("mail"), to: args.to ?? "", subject: args.subject ?? "" }),
  target: () => ({ collection: COLLECTIONS.outbox, id: null, prefix: "mail" }),
  plan: async ({ call: { arguments: args }, id }) => ({
    set: { ...args },
    output: { message_id: id, to: args.to ?? "", subject: args.subject ?? "" },
    summary: `sends ${JSON.stringify(args.subject ?? "")} to ${recipients(args.to)}`,
  }),
};

const recipients = (to: Json | undefined): string => (Array.isArray(to) ? to.join(", ") : String(to ?? "nobody"));
