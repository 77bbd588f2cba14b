import { z } from "zod";
import type { CarriedRuns } from "../../../shared/ports/calls.ts";
import { CARRIED, carriedKey } from "./keys/of-calls.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const carriedRun = z.strictObject({ execution_id: z.string(), until: z.string() });

/** Together in one partition: there are as many as requests that read at this moment. */
export const carriedRuns = (table: Table): CarriedRuns => ({
  put: async (carried) => {
    await table.put({ ...carriedKey(carried.execution_id), ...bodyOf(carried) });
  },
  remove: async (execution_id) => {
    await table.delete(carriedKey(execution_id));
  },
  isCarried: async (execution_id) => (await table.get(carriedKey(execution_id))) !== undefined,
  all: async () => eachReadable(await table.query(CARRIED), (item) => readBody(carriedRun, item)).items,
});
