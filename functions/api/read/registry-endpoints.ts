import { shownServer } from "../../../shared/contracts/binding/mcp/server-rules.ts";
import { shownContract } from "../../../shared/contracts/shown-contract.ts";
import { toolContract } from "../../../shared/contracts/tool-contract.ts";
import { agent } from "../../../shared/plan/agent.ts";
import { isPendingOver } from "../../../shared/plan/agent-proposal.ts";
import { isAskedFor } from "../../../shared/plan/given-names.ts";
import { accept, refuse } from "../../../shared/plan/result.ts";
import { AGENT_SCOPE } from "../../../shared/scopes.ts";
import type { Deps } from "../../deps.ts";
import { toolNames } from "../../records/tool-names.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { notFoundNear } from "../http/near-name.ts";
import { byAgent, byTool } from "../http/paths.ts";
import {
  type AgentList,
  agentList,
  contractList,
  contractListQuery,
  contractQuery,
  type ServerList,
  serverList,
  toolDefinitions,
} from "../schemas.ts";
import { listContracts } from "./contract-list.ts";
import { definitionsOf } from "./definitions-of.ts";
import { read } from "./reading.ts";

/** Routes to what people register: contracts, servers, agents. */
export const registryEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...read,
      scopes: ["read", AGENT_SCOPE],
      path: "/contracts",
      summary: "List the contract in force of every tool, and what waits to be confirmed",
      description: "By name. A page may hold less than its limit and have a `next`; statistics are of all tools.",
      query: contractListQuery,
      reply: contractList,
    },
    async ({ query }) => accept({ body: await listContracts(deps)(query) }),
  ),
  endpoint(
    {
      ...read,
      scopes: ["read", AGENT_SCOPE],
      path: "/contracts/{tool_name}",
      summary: "Show a contract, the newest or a given version",
      params: byTool,
      query: contractQuery,
      reply: toolContract,
    },
    async ({ params: { tool_name }, query: { version } }) => {
      const contract = await deps.contracts.get(tool_name, version);
      const what = version === undefined ? "contract" : `version ${version} of contract`;
      return contract === undefined
        ? refuse(await notFoundNear(what, tool_name, toolNames(deps)))
        : accept({ body: shownContract(contract) });
    },
  ),
  endpoint(
    {
      ...read,
      path: "/contracts/{tool_name}/definitions",
      summary: "Show how the tools that a contract pins stand at their MCP server",
      description:
        "A tool that its server describes otherwise than when it was reviewed is quarantined: it goes no higher than DRY_RUN " +
        "until a person accepts it. What is shown was seen when the tool was used last.",
      params: byTool,
      reply: toolDefinitions,
    },
    async ({ params: { tool_name } }) => {
      const found = await definitionsOf(deps)(tool_name);
      return found.ok ? accept({ body: found.value }) : found;
    },
  ),
  endpoint({ ...read, path: "/servers", summary: "List the registered MCP servers", reply: serverList }, async () =>
    accept({ body: await serversOf(deps) }),
  ),
  endpoint({ ...read, path: "/agents", summary: "List the registered agents", reply: agentList }, async () =>
    accept({ body: await agentsOf(deps) }),
  ),
  endpoint(
    { ...read, path: "/agents/{agent_id}", summary: "Show a registered agent", params: byAgent, reply: agent },
    async ({ params: { agent_id } }) => {
      const named = await deps.agents.get(agent_id);
      if (named !== undefined) return accept({ body: named });
      const { items } = await deps.agents.readable();
      const found = items.find((each) => isAskedFor(each.agent_id, agent_id));
      const names = async () => items.map((each) => each.agent_id);
      return found === undefined ? refuse(await notFoundNear("agent", agent_id, names)) : accept({ body: found });
    },
  ),
];

const serversOf = async (deps: Pick<Deps, "servers">): Promise<ServerList> => {
  const { items, unreadable } = await deps.servers.readable();
  return { servers: items.map(shownServer), unreadable };
};

const agentsOf = async (deps: Pick<Deps, "agents" | "policy">): Promise<AgentList> => {
  const [{ items, unreadable }, proposed] = await Promise.all([deps.agents.readable(), deps.agents.allProposed()]);
  const registered = new Map(items.map((each) => [each.agent_id, each]));
  const pending = proposed.filter((each) => {
    const over = registered.get(each.agent.agent_id);
    return over !== undefined && isPendingOver(each, over);
  });
  return { agents: items, pending, registry_open: deps.policy.registry_open, unreadable };
};
