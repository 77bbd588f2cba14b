import pMap from "p-map";
import { z } from "zod";
import { agent } from "../../../shared/plan/agent.ts";
import { type AgentProposal, agentDigest, agentProposal } from "../../../shared/plan/agent-proposal.ts";
import type { Agents } from "../../../shared/ports/registries.ts";
import { notThere, stillAsRead } from "./conditions.ts";
import type { Item } from "./item.ts";
import {
  AGENTS,
  agentKey,
  agentProposalKey,
  NOTED_AGENTS,
  notedAgentKey,
  PROPOSED_AGENTS,
} from "./keys/of-registries.ts";
import { putOver } from "./put-over.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

/** A proposal that waits no more: it stays in its place, for who registers agents deletes nothing. */
const lapsed = z.strictObject({ lapsed: z.literal(true) });
const proposal = z.union([agentProposal, lapsed]);

const waiting = (item: Item): AgentProposal[] => {
  const read = readBody(proposal, item);
  return "lapsed" in read ? [] : [read];
};

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
  put: (registered, over) =>
    putOver(
      table,
      { ...agentKey(registered.agent_id), ...bodyOf(registered) },
      over && ((known) => agentDigest(readBody(agent, known)) === agentDigest(over)),
    ),
  proposed: async (agent_id) => {
    const item = await table.get(agentProposalKey(agent_id));
    return item && eachReadable([item], waiting).items.flat()[0];
  },
  // One that cannot be read can be made again, and keeps no other from being confirmed.
  allProposed: async () => eachReadable(await table.query(PROPOSED_AGENTS), waiting).items.flat(),
  lapse: async (agent_id) => {
    const item = await table.get(agentProposalKey(agent_id));
    if (item === undefined) return true;
    return (
      (await table.put({ ...agentProposalKey(agent_id), ...bodyOf({ lapsed: true }) }, stillAsRead(item))) === "written"
    );
  },
  propose: async (proposed) => {
    await table.put({ ...agentProposalKey(proposed.agent.agent_id), ...bodyOf(proposed) });
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
