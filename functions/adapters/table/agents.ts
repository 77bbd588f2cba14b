import { agent } from "../../../shared/plan/agent.ts";
import type { Agents } from "../../../shared/ports/registries.ts";
import { AGENTS, agentKey } from "./keys.ts";
import { bodyOf, readBody } from "./record.ts";
import type { Table } from "./table.ts";

export const agents = (table: Table): Agents => ({
  all: async () => (await table.query(AGENTS)).map((item) => readBody(agent, item)),
  get: async (agent_id) => {
    const item = await table.get(agentKey(agent_id));
    return item && readBody(agent, item);
  },
  put: async (registered) => {
    await table.put({ ...agentKey(registered.agent_id), ...bodyOf(registered) });
  },
});
