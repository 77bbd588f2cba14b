import { z } from "zod";
import { entry } from "../../../shared/contracts/knowledge/entry.ts";
import { agentName } from "../../../shared/plan/given-names.ts";
import { pageQuery, wholeNumber } from "./common.ts";

/** Without `agent_id`: the entries that every agent may read. */
export const knowledgeQuery = pageQuery.extend({
  agent_id: agentName.optional(),
  limit: wholeNumber(1, 500).default(100),
});
export const entryList = z.strictObject({ entries: z.array(entry), next: z.string().nullable() });
export type EntryList = z.infer<typeof entryList>;
/** `unchanged`: the same stood there already. */
export const entryReply = z.strictObject({ entry, unchanged: z.boolean() });
export type EntryReply = z.infer<typeof entryReply>;
/** `agent_id`: whose entry goes; null: one that every agent may read. */
export const entryRemoval = z.strictObject({ agent_id: agentName.nullable().default(null) });
export const entryRemoved = z.strictObject({ removed: z.string() });
