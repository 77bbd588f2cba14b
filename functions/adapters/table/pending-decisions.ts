import { z } from "zod";
import type { PendingDecisions } from "../../../shared/ports/approvals.ts";
import { PENDING, pendingKey } from "./keys/of-requests.ts";
import { bodyOf, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const pendingDecision = z.strictObject({ approval_id: z.string(), since: z.string() });

/** All in one partition: there are as many as people have decided within the last minutes. */
export const pendingDecisions = (table: Table): PendingDecisions => ({
  put: async ({ approval_id, since }) => {
    await table.put({ ...pendingKey(approval_id), ...bodyOf({ approval_id, since }) });
  },
  remove: async (approval_id) => {
    await table.delete(pendingKey(approval_id));
  },
  all: async () => (await table.query(PENDING)).map((item) => readBody(pendingDecision, item)),
});
