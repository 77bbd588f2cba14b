import { z } from "zod";
import { mcpServer } from "../../../shared/contracts/binding/mcp/mcp-server.ts";
import { shownContract } from "../../../shared/contracts/shown-contract.ts";
import { toolContractInput } from "../../../shared/contracts/tool-contract.ts";
import { isAskedFor } from "../../../shared/plan/given-names.ts";
import { accept, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint, none } from "../http/endpoint.ts";
import { byAgent, byServer, byTool } from "../http/paths.ts";
import { oneViolation } from "../http/problems.ts";
import {
  acceptDefinitionsBody,
  agentBody,
  agentReply,
  type ContractReply,
  contractReply,
  definitionsAccepted,
  puttingQuery,
  serverRemoved,
  serverReply,
} from "../schemas.ts";
import { acceptDefinitions } from "./accept-definitions.ts";
import { callerNameEndpoints } from "./caller-name-endpoints.ts";
import { knowledgeEndpoints } from "./knowledge-endpoints.ts";
import { checkAgent, putAgent } from "./put-agent.ts";
import { checkContract, putContract } from "./put-contract.ts";
import { checkServer, putServer, removeServer } from "./put-server.ts";
import { webhookEndpoints } from "./webhook-endpoints.ts";

const administer = { ...none, group: "administer", method: "PUT", scopes: ["contracts:write"] } as const;

const CHECKED =
  " With `check=true` everything is looked at and nothing is kept or proposed: the answer, always 200, is what would count.";

/** The version in force may be an earlier release's. */
const shownReply = (reply: ContractReply): ContractReply => ({
  ...reply,
  contract: shownContract(reply.contract),
  ...(reply.pending === undefined
    ? {}
    : { pending: { ...reply.pending, contract: shownContract(reply.pending.contract) } }),
});

/** The registries: what tools there are and what agents may do. */
export const administerEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...administer,
      path: "/contracts/{tool_name}",
      summary: "Add a contract, or a new version of it",
      description:
        "The same content again makes no new version. Executions keep the version they began with. A version that lowers " +
        "a guard (risk, approvals, permissions and the like) is answered with 202 and `pending`: it is in force when a " +
        "second person has put the same." +
        CHECKED,
      params: byTool,
      query: puttingQuery,
      body: z.unknown(),
      documentedBody: toolContractInput.partial({ tool_name: true }),
      reply: contractReply,
      statuses: [200, 201, 202],
    },
    async ({ params, query, body, caller }) => {
      if (query.check === "true") {
        const checked = await checkContract(deps)(params.tool_name, body);
        return checked.ok ? accept({ body: shownReply(checked.value) }) : checked;
      }
      const put = await putContract(deps)(params.tool_name, body, caller.name);
      return put.ok ? accept({ ...put.value, body: shownReply(put.value.body) }) : put;
    },
  ),
  endpoint(
    {
      ...administer,
      method: "POST",
      path: "/contracts/{tool_name}/accept",
      summary: "Accept the tools of an MCP server as it describes them now",
      description:
        "By the digests of the definitions that were read. Calls that were approved before are asked anew. Where a server " +
        "describes a tool otherwise again, or as it was reviewed, it is a conflict (409).",
      params: byTool,
      body: acceptDefinitionsBody,
      reply: definitionsAccepted,
    },
    async ({ params, body, caller }) => {
      const accepted = await acceptDefinitions(deps)(params.tool_name, body.definitions, caller.name);
      return accepted.ok ? accept({ body: accepted.value }) : accepted;
    },
  ),
  endpoint(
    {
      ...administer,
      path: "/agents/{agent_id}",
      summary: "Register an agent, or change it",
      description:
        "A new agent counts at once, and so does a change that narrows what it may do. One that widens it (a permission, who " +
        "may submit for it, its usual confidence, another owner) is answered with 202 and `pending`: it counts when a " +
        "second person has put the same." +
        CHECKED,
      params: byAgent,
      query: puttingQuery,
      body: agentBody,
      reply: agentReply,
      statuses: [200, 201, 202],
    },
    async ({ params, query, body, caller }) => {
      const { agent_id = params.agent_id } = body;
      if (!isAskedFor(agent_id, params.agent_id)) {
        const message = `must be ${params.agent_id}, as in the path`;
        return refuse(oneViolation({ path: "/agent_id", rule: "agent_id", message }));
      }
      if (query.check === "true") return accept({ body: await checkAgent(deps)({ ...body, agent_id }) });
      return accept(await putAgent(deps)({ ...body, agent_id }, caller.name));
    },
  ),
  endpoint(
    {
      ...administer,
      path: "/servers/{server}",
      summary: "Register an MCP server, or change one that no contract names",
      description:
        "Contracts name a server by its name, and credentials by the names of secrets. A server that contracts name stays " +
        "as it is: where their calls go is part of what was approved." +
        CHECKED,
      params: byServer,
      query: puttingQuery,
      body: z.unknown(),
      documentedBody: mcpServer,
      reply: serverReply,
      statuses: [200, 201],
    },
    async ({ params, query, body, caller }) => {
      if (query.check === "true") {
        const checked = await checkServer(deps)(params.server, body);
        return checked.ok ? accept({ body: checked.value }) : checked;
      }
      const put = await putServer(deps)(params.server, body, caller.name);
      if (!put.ok) return put;
      const { created, ...reply } = put.value;
      return accept({ status: created ? 201 : 200, body: reply });
    },
  ),
  endpoint(
    {
      ...administer,
      method: "POST",
      path: "/servers/{server}/remove",
      summary: "Remove an MCP server that no contract names",
      params: byServer,
      reply: serverRemoved,
    },
    async ({ params, caller }) => {
      const removed = await removeServer(deps)(params.server, caller.name);
      return removed.ok ? accept({ body: removed.value }) : removed;
    },
  ),
  ...callerNameEndpoints(deps),
  ...knowledgeEndpoints(deps),
  ...webhookEndpoints(deps),
];
