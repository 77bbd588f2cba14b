import { z } from "zod";
import type { PendingAnnouncements } from "../../../shared/ports/executions.ts";
import { ANNOUNCEMENTS, announcementKey } from "./keys/of-executions.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const pendingAnnouncement = z.strictObject({ execution_id: z.string(), history: z.number(), since: z.string() });

/** All in one partition: there are as many as executions have ended within the last moments. */
export const pendingAnnouncements = (table: Table): PendingAnnouncements => ({
  put: async ({ execution_id, history, since }) => {
    const key = announcementKey({ execution_id, history });
    await table.put({ ...key, ...bodyOf({ execution_id, history, since }) });
  },
  remove: async (ended) => {
    await table.delete(announcementKey(ended));
  },
  all: async () => eachReadable(await table.query(ANNOUNCEMENTS), (item) => readBody(pendingAnnouncement, item)).items,
});
