import { z } from "zod";
import type { AuditEntry } from "../../../shared/audit/audit-event.ts";
import { digestOf } from "../../../shared/plan/digest.ts";
import { jsonObject } from "../../../shared/plan/json.ts";
import type { PendingStops } from "../../../shared/ports/executions.ts";
import type { Key } from "./item.ts";
import { STOPS, stopKey } from "./keys/of-executions.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

/** Rows that an earlier release kept do not say what they stand behind. */
const pendingStop = z.strictObject({
  type: z.string(),
  at: z.string(),
  actor: z.string(),
  body: jsonObject,
  after: z.number().int().nonnegative().default(0),
});

const keyOf = (entry: AuditEntry): Key => stopKey(entry.at, digestOf("pending-stop", entry));

/** All in one partition: there are as many as are being recorded, or could not be lately, which is none most of the time. */
export const pendingStops = (table: Table): PendingStops => ({
  put: async ({ entry, after }) => {
    await table.put({ ...keyOf(entry), ...bodyOf({ ...entry, after }) });
  },
  remove: async (entry) => {
    await table.delete(keyOf(entry));
  },
  all: async () =>
    eachReadable(await table.query(STOPS), (item) => {
      const { after, ...entry } = readBody(pendingStop, item);
      return { entry, after };
    }).items,
});
