import { z } from "zod";
import type { AskedCalls } from "../../../shared/ports/calls.ts";
import { notThere, stillOfExecution } from "./conditions.ts";
import { askedCallKey, callsOfAgent } from "./keys/of-calls.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const askedCall = z.strictObject({
  agent_id: z.string(),
  same_call: z.string(),
  execution_id: z.string(),
  asked_at: z.string(),
});

/** One row for each call that an agent waits for; an agent's are together, so that they can be counted. */
export const askedCalls = (table: Table): AskedCalls => ({
  get: async (call) => {
    const item = await table.get(askedCallKey(call));
    return item && readBody(askedCall, item);
  },
  claim: async (call, instead_of) => {
    const item = { ...askedCallKey(call), execution_id: call.execution_id, ...bodyOf(call) };
    const written = await table.put(item, instead_of === null ? notThere : stillOfExecution(instead_of));
    return written === "written" ? "claimed" : written;
  },
  release: async (call) => {
    await table.delete(askedCallKey(call), stillOfExecution(call.execution_id));
  },
  // One that cannot be read keeps no other from being counted.
  ofAgent: async (agent_id, most) =>
    eachReadable(await table.query(callsOfAgent(agent_id), { limit: most }), (item) => readBody(askedCall, item)).items,
});
