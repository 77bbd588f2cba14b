import type { ClientOptions } from "../../../../functions/adapters/http/connections.ts";
import { guardedClient } from "../../../../functions/adapters/http/guarded-client.ts";
import { mcpClient } from "../../../../functions/adapters/mcp/mcp-client.ts";
import type { OpenStdio } from "../../../../functions/adapters/mcp/stdio-transport.ts";
import { memorySecrets } from "../../../../functions/adapters/memory/secrets.ts";
import { memoryTable } from "../../../../functions/adapters/memory/table.ts";
import { tablePorts } from "../../../../functions/adapters/table/index.ts";
import { wayOut } from "../../../../functions/tools/http/way-out.ts";
import type { McpWay } from "../../../../functions/tools/mcp/way.ts";
import { type McpServer, mcpServer } from "../../../../shared/contracts/binding/mcp/mcp-server.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import type { Definitions } from "../../../../shared/ports/mcp.ts";
import { READ_SECRET, WRITE_SECRET } from "../../../counterparts/crm.ts";

/** Changes a contact's fields; reads first, so that it can say what it changes and put it back. */
export const setContact = (changes: JsonObject = {}, binding: JsonObject = {}): JsonObject => ({
  tool_name: "contacts_set",
  risk_level: "MEDIUM",
  reversible: true,
  timeout_seconds: 10,
  requires_approval: true,
  approvals_required: 1,
  compensation: "adapter",
  outcome_resolution: "QUERYABLE",
  input_schema: {
    type: "object",
    properties: { contact_id: { type: "string" }, stage: { type: "string" }, note: {} },
    required: ["contact_id"],
    additionalProperties: false,
  },
  resources: [{ key: "contacts:{contact_id}", access: "write" }],
  binding: {
    kind: "mcp",
    server: "contacts",
    call: { tool: "set_contact", idempotency_meta: "contacts/key", output: "/contact" },
    read: { tool: "get.contact", arguments: { contact_id: { $arg: "/contact_id" } } },
    changes: [
      { field: "stage", old: "/contact/stage", new: { $arg: "/stage" } },
      { field: "note", old: "/contact/note", new: { $arg: "/note" } },
    ],
    look_up: {
      request: { tool: "find_call", arguments: { key: { $key: true } } },
      happened_when: { path: "/happened", equals: true },
      did_not_happen_when: { path: "/happened", equals: false },
      output: "/result/contact",
    },
    undo: {
      tool: "set_contact",
      arguments: {
        contact_id: { $arg: "/contact_id" },
        stage: { $old: "/contact/stage" },
        note: { $old: "/contact/note" },
      },
      idempotency_meta: "contacts/key",
    },
    ...binding,
  },
  ...changes,
});

/** The same, recognised by its key instead of looked up. */
export const setContactByKey = (): JsonObject => {
  const { binding, ...contract } = setContact({
    tool_name: "contacts_set_by_key",
    outcome_resolution: "IDEMPOTENT_KEY",
  });
  const { look_up: _none, ...keyed } = binding as JsonObject;
  return { ...contract, binding: keyed };
};

/** Makes a contact, of which nothing can be asked and nothing undone. */
export const makeContact = (): JsonObject => ({
  tool_name: "contacts_make",
  risk_level: "HIGH",
  reversible: false,
  timeout_seconds: 10,
  requires_approval: true,
  approvals_required: 1,
  outcome_resolution: "OPAQUE",
  input_schema: { type: "object", properties: { stage: { type: "string" } }, additionalProperties: false },
  binding: { kind: "mcp", server: "contacts", call: { tool: "make_contact" } },
});

export const getContact = (): JsonObject => ({
  tool_name: "contacts_get",
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
  binding: { kind: "mcp", server: "contacts", call: { tool: "get.contact" } },
});

export const overHttp = (url: string): McpServer =>
  mcpServer.parse({ kind: "http", server: "contacts", url, auth: { as: "bearer", secret: "contacts" } });

type Way = McpWay & { stop(): Promise<void> };

/** One name in both families, with another text in each. */
export const wayTo = (
  server: McpServer,
  reach: ClientOptions,
  more: { stdio?: OpenStdio; now?: () => number; definitions?: Definitions } = {},
): Way => {
  const { now = Date.now, stdio, definitions = tablePorts(memoryTable()).definitions } = more;
  const client = mcpClient({ reach, now, ...(stdio === undefined ? {} : { stdio }) });
  return {
    servers: { get: async (name) => (name === server.server ? server : undefined) },
    definitions,
    client,
    now,
    out: wayOut(
      guardedClient(reach),
      memorySecrets("read", { contacts: READ_SECRET }),
      memorySecrets("write", { contacts: WRITE_SECRET }),
      now,
    ),
    stop: client.stop,
  };
};

export const onLoopback = (host: string): ClientOptions => ({ allowed_hosts: [host], networks: [], loopback: true });
