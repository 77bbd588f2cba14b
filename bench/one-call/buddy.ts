import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";
import { mcpServer } from "../../shared/contracts/binding/mcp/mcp-server.ts";
import { defineContract } from "../../shared/contracts/define-contract.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { announced } from "./announced.ts";

const READ = {
  risk_level: "LOW",
  reversible: true,
  timeout_seconds: 5,
  requires_approval: false,
  approvals_required: 0,
  outcome_resolution: "OPAQUE",
  input_schema: {
    type: "object",
    properties: { contact_id: { type: "string" } },
    required: ["contact_id"],
    additionalProperties: false,
  },
};

/** The read of the counterpart by each of the two bindings. */
const contractsOf = (origin: string): JsonObject[] => [
  {
    ...READ,
    tool_name: "contact_by_http",
    binding: {
      kind: "http",
      hosts: [new URL(origin).host],
      call: { method: "GET", url: `${origin}/contacts/{contact_id}`, output: "/contact" },
    },
  },
  { ...READ, tool_name: "contact_by_mcp", binding: { kind: "mcp", server: "contacts", call: { tool: "get_contact" } } },
];

/** The server of one machine, its records on disk, with the counterpart named as its tools' service. */
const { positionals } = parseArgs({ allowPositionals: true });
const [origin = ""] = positionals;
const data_dir = await mkdtemp(join(tmpdir(), "buddy-bench-"));
const server = await startServer({
  data_dir,
  port: 0,
  registry_open: true,
  live_enabled: true,
  allowed_hosts: [new URL(origin).host],
});
const { deps } = server.stack;
await deps.servers.put(mcpServer.parse({ kind: "http", server: "contacts", url: `${origin}/mcp` }));
for (const given of contractsOf(origin)) {
  const defined = defineContract(given, 1);
  if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
  await deps.contracts.put(defined.value);
}
const agent = { agent_id: "agent_1", owner: "olga", granted_permissions: [], allowed_submitters: [] };
await deps.agents.put({ ...agent, default_confidence: 0.95 });
const scopes = ["agent", "agent:agent_1"] as const;
const token = await mintToken(data_dir, { name: "agent_1", scopes, now: new Date(), seconds: 3_600 });
announced({ url: server.url, token }, async () => {
  await server.stop();
  await rm(data_dir, { recursive: true, force: true, maxRetries: 10 });
});
