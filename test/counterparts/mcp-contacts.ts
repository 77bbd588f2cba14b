import { ProtocolError, Server, type Tool } from "@modelcontextprotocol/server";
import { isJsonObject, type Json, type JsonObject, json } from "../../shared/plan/json.ts";

/** How the next call is treated that is not one of looking up; after that, as well as ever. */
export type McpMisbehaviour =
  | "error_after_acting"
  | "protocol_error_after_acting"
  | "unfitting_output"
  | "silent_after_acting"
  | "asks_in_the_middle"
  | "tells_in_the_middle"
  | "dies_after_acting";

/** Contacts, what really happened to them, and how the server is to behave. */
export type Contacts = {
  readonly contacts: Map<string, JsonObject>;
  readonly effects: string[];
  readonly plans: McpMisbehaviour[];
  readonly answered: Map<string, Json>;
  /** Of each call: its tool and its `_meta`. */
  readonly calls: { readonly tool: string; readonly arguments: JsonObject; readonly meta: JsonObject }[];
  /** The description that `set_contact` has. */
  description: string;
  /** Whether `set_contact` is there at all. */
  offered: boolean;
  /** Things that it lists beside its own tools, whatever they are. */
  more: unknown[];
  /** The words with which a tool fails. */
  failure: string;
  /** Milliseconds for which it lets its list of tools be kept; not at all unless said. */
  keeps_ms: number;
  /** A list that never ends: a page leads to a next one, always. */
  endless: boolean;
};

const FAILURE = "something broke after it was done";

export const emptyContacts = (): Contacts => ({
  contacts: new Map(),
  effects: [],
  plans: [],
  answered: new Map(),
  calls: [],
  description: "Changes a contact",
  offered: true,
  more: [],
  failure: FAILURE,
  keeps_ms: 0,
  endless: false,
});

const text = { type: "string" } as const;
const contact = { type: "object", properties: { contact: { type: "object" } }, required: ["contact"] } as const;

const toolsOf = ({ description, offered }: Contacts): Tool[] => [
  {
    name: "get.contact",
    description: "Shows a contact",
    inputSchema: { type: "object", properties: { contact_id: text }, required: ["contact_id"] },
    outputSchema: contact,
    annotations: { readOnlyHint: true },
  },
  ...(offered
    ? [
        {
          name: "set_contact",
          description,
          inputSchema: {
            type: "object" as const,
            properties: { contact_id: text, stage: text, note: {} },
            required: ["contact_id"],
          },
          outputSchema: { ...contact, additionalProperties: false },
          annotations: { destructiveHint: false, idempotentHint: true },
        },
      ]
    : []),
  {
    name: "make_contact",
    description: "Makes a contact",
    inputSchema: { type: "object", properties: { stage: text } },
    annotations: { destructiveHint: true },
  },
  {
    name: "find_call",
    inputSchema: { type: "object", properties: { key: text }, required: ["key"] },
    annotations: { readOnlyHint: true },
  },
];

const result = (structuredContent: JsonObject, more: { isError?: boolean } = {}) => ({
  content: [{ type: "text" as const, text: JSON.stringify(structuredContent) }],
  structuredContent,
  ...more,
});

/** A server of contacts, by the official SDK. `die`: what it does when it is to end in the middle of a call. */
export const contactsServer = (store: Contacts, die: () => void): Server => {
  const server = new Server({ name: "contacts", version: "1.0.0" }, { capabilities: { tools: { listChanged: true } } });
  const act = (tool: string, args: JsonObject): JsonObject => {
    const { contact_id, ...fields } = args;
    if (tool === "make_contact") {
      const made = `n${store.contacts.size + 1}`;
      store.contacts.set(made, fields);
      store.effects.push(`made ${made}`);
      return { contact: { id: made, ...fields } };
    }
    const id = String(contact_id);
    store.contacts.set(id, { ...store.contacts.get(id), ...fields });
    store.effects.push(`changed ${id} ${JSON.stringify(fields)}`);
    return { contact: { id, ...store.contacts.get(id) } };
  };
  const actOnce = (tool: string, args: JsonObject, key: Json | undefined): JsonObject => {
    const known = typeof key === "string" ? store.answered.get(key) : undefined;
    if (isJsonObject(known ?? null) && isJsonObject(known)) return known;
    const done = act(tool, args);
    if (typeof key === "string") store.answered.set(key, done);
    return done;
  };

  server.setRequestHandler("tools/list", async ({ params }) => {
    const page = Number(params?.cursor ?? 0);
    return {
      tools: [...toolsOf(store), ...(store.more as Tool[])],
      ...(store.keeps_ms > 0 ? { ttlMs: store.keeps_ms, cacheScope: "private" as const } : {}),
      ...(store.endless ? { nextCursor: String(page + 1) } : {}),
    };
  });
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const { name } = params;
    const args = asObject(params.arguments ?? {});
    const meta = asObject(params._meta ?? {});
    store.calls.push({ tool: name, arguments: args, meta });
    if (name === "find_call") {
      const known = store.answered.get(String(args.key));
      return result({ happened: known !== undefined, result: known ?? null });
    }
    if (name === "get.contact") {
      const found = store.contacts.get(String(args.contact_id));
      if (found === undefined) return result({ error: "there is no such contact" }, { isError: true });
      return result({ contact: { id: String(args.contact_id), ...found } });
    }
    if (!toolsOf(store).some((tool) => tool.name === name)) throw new ProtocolError(-32_602, `Unknown tool: ${name}`);
    const done = actOnce(name, args, meta["contacts/key"] ?? meta["buddy/idempotency-key"]);
    switch (store.plans.shift()) {
      case undefined:
        return result(done);
      case "error_after_acting":
        return result({ error: store.failure }, { isError: true });
      case "protocol_error_after_acting":
        throw new ProtocolError(-32_602, "the result does not fit");
      case "unfitting_output":
        return result({ contact: done.contact ?? null, extra: true });
      case "silent_after_acting":
        return new Promise(() => {});
      case "asks_in_the_middle":
        return { resultType: "input_required", inputRequests: {}, requestState: "x", content: [] };
      case "tells_in_the_middle":
        await mcpReq.notify({ method: "notifications/tools/list_changed" });
        return result(done);
      case "dies_after_acting":
        die();
        return new Promise(() => {});
    }
  });
  return server;
};

const asObject = (value: unknown): JsonObject => {
  const parsed = json.parse(value);
  return isJsonObject(parsed) ? parsed : {};
};
