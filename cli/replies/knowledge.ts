import { z } from "zod";

/** A note or a goal. */
const entry = z.looseObject({
  id: z.string(),
  agent_id: z.string().nullable(),
  text: z.string().optional(),
  title: z.string().optional(),
  status: z.string().optional(),
});
export type Entry = z.infer<typeof entry>;
export const entryList = z.looseObject({ entries: z.array(entry), next: z.string().nullable() });
export const entryReply = z.looseObject({ entry, unchanged: z.boolean() });
export const entryRemoved = z.looseObject({ removed: z.string() });
