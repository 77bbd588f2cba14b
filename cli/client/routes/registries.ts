import type { Shelf } from "../../../shared/contracts/knowledge/entry.ts";
import { nameInPath } from "../../../shared/plan/given-names.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { hint } from "../../hints.ts";
import { entryList, entryRemoved, entryReply } from "../../replies/knowledge.ts";
import {
  agentList,
  agentReply,
  contract,
  contractList,
  contractReply,
  definitionsAccepted,
  serverList,
  serverRemoved,
  serverReply,
  serverTools,
  toolDefinitions,
  tryReply,
} from "../../replies/registries.ts";
import { ask, type HttpOptions } from "../http.ts";
import { at, maybe, post, put, putChecked } from "./asking.ts";

/** Contracts, servers, agents, notes and goals: people register them. */
export const registriesOver = (http: HttpOptions) => ({
  contracts: (next?: string) => ask(http, contractList, "/contracts", { query: { limit: 1_000, next } }),
  contract: (tool: string, version?: number) => ask(http, contract, `/contracts/${at(tool)}`, { query: { version } }),
  putContract: (tool: string, body: Json) =>
    ask(http, contractReply, `/contracts/${at(tool)}`, put("contracts:write", body)),
  checkContract: (tool: string, body: Json) =>
    ask(http, contractReply, `/contracts/${at(tool)}`, putChecked("contracts:write", body)),
  definitions: (tool: string) => ask(http, toolDefinitions, `/contracts/${at(tool)}/definitions`),
  acceptDefinitions: (tool: string, definitions: readonly string[]) =>
    ask(
      http,
      definitionsAccepted,
      `/contracts/${at(tool)}/accept`,
      post("contracts:write", { definitions: [...definitions] }),
    ),
  tryTool: (tool: string, args: JsonObject) =>
    ask(http, tryReply, `/contracts/${at(tool)}/try`, post("contracts:write", { arguments: args })),
  servers: () => ask(http, serverList, "/servers"),
  putServer: (server: string, body: Json) =>
    ask(http, serverReply, `/servers/${at(server)}`, put("contracts:write", body)),
  checkServer: (server: string, body: Json) =>
    ask(http, serverReply, `/servers/${at(server)}`, putChecked("contracts:write", body)),
  removeServer: (server: string) =>
    ask(http, serverRemoved, `/servers/${at(server)}/remove`, {
      ...post("contracts:write", {}),
      ...maybe("it may have been removed", hint.contracts()),
    }),
  serverTools: (server: string) => ask(http, serverTools, `/servers/${at(server)}/tools`, { scope: "contracts:write" }),
  entries: (shelf: Shelf, agent_id: string | undefined, next?: string) =>
    ask(http, entryList, `/${shelf}`, { scope: "contracts:write", query: { agent_id, limit: 500, next } }),
  keepEntry: (shelf: Shelf, id: string, body: Json) =>
    ask(http, entryReply, `/${shelf}/${at(id)}`, put("contracts:write", body)),
  checkEntry: (shelf: Shelf, id: string, body: Json) =>
    ask(http, entryReply, `/${shelf}/${at(id)}`, putChecked("contracts:write", body)),
  removeEntry: (shelf: Shelf, id: string, agent_id: string | null) =>
    ask(http, entryRemoved, `/${shelf}/${at(id)}/remove`, {
      ...post("contracts:write", { agent_id }),
      ...maybe("it may have been removed", hint.entries(shelf)),
    }),
  agents: () => ask(http, agentList, "/agents"),
  putAgent: (id: string, body: Json) =>
    ask(http, agentReply, `/agents/${at(nameInPath(id))}`, put("contracts:write", body)),
  checkAgent: (id: string, body: Json) =>
    ask(http, agentReply, `/agents/${at(nameInPath(id))}`, putChecked("contracts:write", body)),
});
