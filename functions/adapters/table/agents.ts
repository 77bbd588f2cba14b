import pMap from "p-map";
import { z } from "zod";
import { agent } from "../../../shared/plan/agent.ts";
import type { Agents } from "../../../shared/ports/registries.ts";
import { notThere } from "./conditions.ts";
import { AGENTS, agentKey, NOTED_AGENTS, notedAgentKey } from "./keys/of-registries.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const noted = z.strictObject({ agent_id: z.string() });
const NOTED_AT_A_TIME = 16;

export const agents = (table: Table): Agents => ({
  readable: async () => {
    const { items, damaged } = eachReadable(await table.query(AGENTS), (item) => readBody(agent, item));
    return { items, unreadable: damaged.map(({ sk }) => sk) };
  },
  get: async (agent_id) => {
    const item = await table.get(agentKey(agent_id));
    return item && readBody(agent, item);
  },
  put: async (registered) => {
    await table.put({ ...agentKey(registered.agent_id), ...bodyOf(registered) });
  },
  note: async (agent_ids) => {
    await pMap(agent_ids, (agent_id) => table.put({ ...notedAgentKey(agent_id), ...bodyOf({ agent_id }) }, notThere), {
      concurrency: NOTED_AT_A_TIME,
    });
  },
  isNoted: async (agent_id) => (await table.get(notedAgentKey(agent_id))) !== undefined,
  // One that cannot be read is missed as a near name, and nowhere else.
  noted: async () => eachReadable(await table.query(NOTED_AGENTS), (item) => readBody(noted, item).agent_id).items,
});
