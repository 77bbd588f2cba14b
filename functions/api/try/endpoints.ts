import { accept, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, endpoint, none } from "../http/endpoint.ts";
import { byServer, byTool } from "../http/paths.ts";
import { conflicting, notFound } from "../http/problems.ts";
import { serverTools, tryBody, tryReply } from "../schemas.ts";
import { tryTool } from "./try-tool.ts";

/** Routes that read the targets of tools for a person who keeps the registry, and writes to none. */
export const tryEndpoints = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      ...none,
      group: "try",
      method: "POST",
      path: "/contracts/{tool_name}/try",
      scopes: ["contracts:write"],
      summary: "Try a tool: MOCK and DRY_RUN of one call, and nothing else",
      description:
        "Answers what an approver of that call would see. It reads what the contract's preview reads, with the secrets for " +
        "reading; nothing is sent that writes, and nothing is kept but that it was asked for. A lock holds it as it holds a rehearsal.",
      params: byTool,
      body: tryBody,
      reply: tryReply,
    },
    async ({ params, body, caller }) => {
      const tried = await tryTool(deps)(params.tool_name, body.arguments, caller.name);
      return tried.ok ? accept({ body: tried.value }) : tried;
    },
  ),
  endpoint(
    {
      ...none,
      group: "try",
      method: "GET",
      path: "/servers/{server}/tools",
      scopes: ["contracts:write"],
      summary: "Ask a registered MCP server for its tools as it describes them now",
      description:
        "With the secret for reading. What it answers is the server's word: nothing of it is registered. " +
        "A tool that it describes in a way in which nobody can call it is left out, and named with the reason.",
      params: byServer,
      reply: serverTools,
    },
    async ({ params: { server } }) => {
      if ((await deps.servers.get(server)) === undefined) return refuse(notFound(`server ${server}`));
      const listed = await deps.toolLists.of(server);
      if (!listed.ok) return refuse(conflicting(`the tools of server ${server} cannot be listed: ${listed.refusal}`));
      const { tools, left_out } = listed.value;
      for (const { name, why } of left_out)
        deps.log.warn("a tool of a server was left out", { server, tool: name, why });
      return accept({ body: { server, tools, left_out } });
    },
  ),
];
