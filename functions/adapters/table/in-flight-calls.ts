import { z } from "zod";
import { ledgerSide } from "../../../shared/execution/ledger-row.ts";
import type { InFlightCalls } from "../../../shared/ports/coordination.ts";
import { inFlightKey, inFlightPartitions } from "./keys.ts";
import { bodyOf, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const inFlight = z.strictObject({
  execution_id: z.string(),
  step_id: z.string(),
  side: ledgerSide,
  tool_name: z.string(),
  agent_id: z.string(),
  started_at: z.string(),
  may_run_until: z.string(),
});

/** Rows of the base table over a few partitions: an index could not be read consistently, and a lock must miss none. */
export const inFlightCalls = (table: Table): InFlightCalls => ({
  put: async (call) => {
    await table.put({ ...inFlightKey(call), ...bodyOf(call) });
  },
  remove: async (call) => {
    await table.delete(inFlightKey(call));
  },
  all: async () => {
    const shards = await Promise.all(inFlightPartitions().map((pk) => table.query(pk)));
    return shards.flat().map((item) => readBody(inFlight, item));
  },
});
