import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";
import { mcpServer } from "../../shared/contracts/binding/mcp/mcp-server.ts";
import { defineContract } from "../../shared/contracts/define-contract.ts";
import { proposeMcpTools } from "../../shared/contracts/import/mcp-tools.ts";
import { promptName, resourceUri } from "../../shared/contracts/offer/passed-names.ts";
import { listen, startUpstream } from "./upstream.ts";

const SERVER = "suite";

/** A person has read the suite's tools, and knows that none of them writes. */
const READ = {
  risk_level: "LOW",
  reversible: true,
  timeout_seconds: 5,
  requires_approval: false,
  approvals_required: 0,
};

const message = z.looseObject({ method: z.string().optional(), params: z.looseObject({}).optional() });

/**
 * The suite has no token, and asks for its prompts and resources under their own names: it speaks through this, which
 * adds the one, writes the others as Buddy lists them, and passes on everything else as it is.
 */
const asAgent = (body: string): string => {
  const read = message.safeParse(JSON.parse(body));
  const { method, params = {} } = read.success ? read.data : {};
  if (method === "prompts/get" && typeof params.name === "string") {
    const name = promptName({ server: SERVER, own: params.name });
    return JSON.stringify({ ...read.data, params: { ...params, name } });
  }
  if (method === "resources/read" && typeof params.uri === "string") {
    const uri = resourceUri({ server: SERVER, own: params.uri });
    return JSON.stringify({ ...read.data, params: { ...params, uri } });
  }
  return body;
};

/** A real server of one machine with the suite's own server behind it. */
export const startDoor = async (): Promise<{ readonly url: string; stop(): Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-conformance-"));
  const upstream = await startUpstream();
  const host = `localhost:${upstream.port}`;
  const data_dir = join(folder, ".buddy");
  const server = await startServer({
    ...{ data_dir, port: 0, registry_open: true, live_enabled: true },
    allowed_hosts: [host],
  });
  const { servers, agents, contracts, toolLists } = server.stack.deps;
  const passes_on = { prompts: true, resources: true };
  await servers.put(mcpServer.parse({ kind: "http", server: SERVER, url: `http://${host}/mcp`, passes_on }));
  await agents.put({
    ...{ agent_id: "agent_1", owner: "olga", granted_permissions: [], allowed_submitters: [] },
    default_confidence: 0.95,
  });
  const listed = await toolLists.of(SERVER);
  if (!listed.ok) throw new Error(listed.refusal);
  for (const { contract } of proposeMcpTools(SERVER, listed.value).tools) {
    const defined = defineContract({ ...contract, ...READ }, 1);
    if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
    await contracts.put(defined.value);
  }
  const token = await mintToken(data_dir, { name: "agent_1", scopes: ["agent", "agent:agent_1"], now: new Date() });
  const door = await listen(async (request) => {
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${token}`);
    for (const each of ["connection", "content-length", "transfer-encoding"]) headers.delete(each);
    const body = request.method === "POST" ? { body: asAgent(await request.text()) } : {};
    return fetch(`${server.url}/mcp`, { method: request.method, headers, ...body });
  });
  return {
    url: `http://localhost:${door.port}/mcp`,
    stop: async () => {
      await door.stop();
      await server.stop();
      await upstream.stop();
      // A task that the stop left at its work may still write its files.
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
};
