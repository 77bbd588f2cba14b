import { toolContract } from "../../../shared/contracts/tool-contract.ts";
import { agent } from "../../../shared/plan/agent.ts";
import { isAskedFor } from "../../../shared/plan/given-names.ts";
import { accept, refuse } from "../../../shared/plan/result.ts";
import { AGENT_SCOPE } from "../../../shared/scopes.ts";
import type { Deps } from "../../deps.ts";
import { currentCalibration } from "../../health/calibration.ts";
import { currentHealth } from "../../health/score.ts";
import { type Endpoint, endpoint, fileEndpoint, none } from "../http/endpoint.ts";
import { byAgent, byId, byLink, byName, byTool } from "../http/paths.ts";
import { notFound } from "../http/problems.ts";
import {
  type AgentList,
  agentList,
  approvalQuery,
  approvalQueue as approvalQueueReply,
  approvalView,
  awayList,
  calibrationReply,
  contractList,
  contractListQuery,
  contractQuery,
  healthReply,
  heldPage,
  metricQuery,
  metricReply,
  pageQuery,
  type ServerList,
  serverList,
  signalPage,
  signalQuery,
  systemState as systemStateReply,
  toolDefinitions,
  workState as workStateReply,
} from "../schemas.ts";
import { approvalQueue } from "./approval-queue.ts";
import { listContracts } from "./contract-list.ts";
import { definitionsOf } from "./definitions-of.ts";
import { executionEndpoints } from "./execution-endpoints.ts";
import { followLink } from "./follow-link.ts";
import { heldExecutions } from "./held-executions.ts";
import { openApproval } from "./open-approval.ts";
import { readMetric } from "./read-metric.ts";
import { readPicture } from "./read-picture.ts";
import { systemState } from "./system-state.ts";
import { webhookReads } from "./webhook-endpoints.ts";
import { workState } from "./work-state.ts";

const read = { ...none, group: "read", method: "GET", scopes: ["read"] } as const;

/** Everything that is only looked at. */
export const readEndpoints = (deps: Deps): Endpoint[] => [
  ...executionEndpoints(deps),
  ...approvalEndpoints(deps),
  ...awayReads(deps),
  ...registryEndpoints(deps),
  ...systemEndpoints(deps),
  ...webhookReads(deps),
];

const approvalEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...read,
      path: "/approvals",
      summary: "List requests to people, by plan",
      query: approvalQuery,
      reply: approvalQueueReply,
    },
    async ({ query, caller }) => accept({ body: await approvalQueue(deps)(query, caller.name) }),
  ),
  endpoint(
    {
      ...read,
      scopes: ["read", "approvals:decide"],
      path: "/approvals/{id}",
      summary: "Open a request: everything needed to decide it",
      description:
        "That somebody with `approvals:decide` opened it is recorded: it does not go on to the next whom the tool's contract names.",
      params: byId,
      reply: approvalView,
    },
    async ({ params, caller }) => {
      const opened = await openApproval(deps)(params.id, caller);
      return opened.ok ? accept({ body: opened.value }) : opened;
    },
  ),
  fileEndpoint(
    {
      ...read,
      scopes: ["read", "approvals:decide"],
      path: "/approvals/{id}/picture",
      summary: "Read the picture beside a request's preview",
      description:
        "What the page looked like on which the call would act, where a tool that acts on pages made the preview: a JPEG " +
        "of 700 kB at most. Fields for passwords are painted over. It is no part of what a decision seals.",
      params: byId,
      statuses: [200],
    },
    ({ params }) => readPicture(deps)(params.id),
  ),
  endpoint(
    {
      ...read,
      scopes: ["read", "approvals:decide"],
      path: "/links/{link}",
      summary: "Open the request that a message's link leads to",
      description: "As by its id. A link expires; it is no right to anything, and following it decides nothing.",
      params: byLink,
      reply: approvalView,
    },
    async ({ params, caller }) => {
      const opened = await followLink(deps)(params.link, caller);
      return opened.ok ? accept({ body: opened.value }) : opened;
    },
  ),
];

const awayReads = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...read,
      path: "/away",
      summary: "List who is away, or will be, and who is told instead",
      reply: awayList,
    },
    async () => {
      const now = deps.clock.now().toISOString();
      return accept({ body: { away: (await deps.absences.all()).filter(({ until }) => now < until) } });
    },
  ),
];

const registryEndpoints = (deps: Deps): Endpoint[] => [
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
      const what = version === undefined ? `contract ${tool_name}` : `version ${version} of contract ${tool_name}`;
      return contract === undefined ? refuse(notFound(what)) : accept({ body: contract });
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
      const found =
        (await deps.agents.get(agent_id)) ??
        (await deps.agents.readable()).items.find((each) => isAskedFor(each.agent_id, agent_id));
      return found === undefined ? refuse(notFound(`agent ${agent_id}`)) : accept({ body: found });
    },
  ),
];

const serversOf = async (deps: Pick<Deps, "servers">): Promise<ServerList> => {
  const { items, unreadable } = await deps.servers.readable();
  return { servers: items, unreadable };
};

const agentsOf = async (deps: Pick<Deps, "agents" | "policy">): Promise<AgentList> => {
  const { items, unreadable } = await deps.agents.readable();
  return { agents: items, registry_open: deps.policy.registry_open, unreadable };
};

const systemEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...read,
      path: "/system",
      summary: "Locks, the LIVE switch, calls in flight, services that are left alone",
      reply: systemStateReply,
    },
    async () => accept({ body: await systemState(deps)() }),
  ),
  endpoint(
    {
      ...read,
      path: "/system/held",
      summary: "What locks hold, and whether it can be resumed now",
      description: "Newest first. A page may hold less than its limit, or nothing, and have a `next`.",
      query: pageQuery,
      reply: heldPage,
    },
    async ({ query }) => accept({ body: await heldExecutions(deps)(query) }),
  ),
  endpoint(
    { ...read, path: "/work", summary: "What waits for workers, and who asked last", reply: workStateReply },
    async () => accept({ body: await workState(deps)() }),
  ),
  endpoint(
    { ...read, path: "/health", summary: "The score of the last 24 hours, and what costs most", reply: healthReply },
    async () => accept({ body: await currentHealth(deps) }),
  ),
  endpoint(
    {
      ...read,
      path: "/calibration",
      summary: "How well agents foretell their calls, and the evidence of each tool, over seven days",
      description:
        "Of each agent the mean confidence that it stated, beside how many of its LIVE calls came out; of each tool its " +
        "outcomes, one a step. Calls whose outcome nobody knows are not counted.",
      reply: calibrationReply,
    },
    async () => accept({ body: await currentCalibration(deps) }),
  ),
  endpoint(
    {
      ...read,
      path: "/metrics/{name}",
      summary: "The history of a metric",
      params: byName,
      query: metricQuery,
      reply: metricReply,
    },
    async ({ params, query }) => {
      const metric = await readMetric(deps)(params.name, query);
      return metric.ok ? accept({ body: metric.value }) : metric;
    },
  ),
  endpoint(
    {
      ...read,
      path: "/signals",
      summary: "List learning signals, newest first",
      query: signalQuery,
      reply: signalPage,
    },
    async ({ query: { target_phase = null, limit, next = null } }) =>
      accept({ body: await deps.signals.list({ target_phase, limit, next }) }),
  ),
];
