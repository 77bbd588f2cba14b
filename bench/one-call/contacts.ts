import { Server } from "@modelcontextprotocol/server";

export const CONTACT = { id: "c1", name: "Ann", stage: "lead" };

/** The read of every measurement here as a tool of the official SDK's server. */
export const contacts = (): Server => {
  const server = new Server({ name: "contacts", version: "1.0.0" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", async () => ({
    tools: [
      {
        name: "get_contact",
        description: "Shows a contact",
        inputSchema: {
          type: "object" as const,
          properties: { contact_id: { type: "string" } },
          required: ["contact_id"],
        },
        annotations: { readOnlyHint: true },
      },
    ],
  }));
  server.setRequestHandler("tools/call", async () => ({ content: [{ type: "text", text: JSON.stringify(CONTACT) }] }));
  return server;
};
