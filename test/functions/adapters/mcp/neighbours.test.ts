import type { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/client";
import { expect, it } from "vitest";
import { Connection } from "../../../../functions/adapters/mcp/connection.ts";
import { toolsAsSaid } from "../../../../functions/adapters/mcp/item-by-item.ts";
import type { Opened } from "../../../../functions/adapters/mcp/session.ts";
import { contactsServer, emptyContacts } from "../../../counterparts/mcp-contacts.ts";

const limits = { timeout_ms: 5_000 };
const served: Promise<void>[] = [];
const open = (): Opened => {
  const [transport, theirs] = InMemoryTransport.createLinkedPair();
  served.push(contactsServer(emptyContacts(), () => {}).connect(theirs));
  return { transport, negotiates: false, said: () => "" };
};
const connection = () => new Connection(open, { family: "none", headers: {}, env: {} }, () => 0);

it("a connection that is given up for one call is kept until the calls of others over it are answered", async () => {
  const shared = connection();
  const seen: Client[] = [];
  const names = await shared.use(limits, async (client) => {
    seen.push(client);
    await shared.drop();
    await shared.use(limits, async (next) => seen.push(next));
    return toolsAsSaid((await client.listTools()).tools).map(({ name }) => name);
  });
  expect(names).toContain("set_contact");
  expect(seen[1]).not.toBe(seen[0]);
  // The old one is closed when its last call is over, and the new one stands further.
  expect(seen[0]?.transport).toBeUndefined();
  await shared.use(limits, async (client) => expect(client).toBe(seen[1]));
  await shared.stop();
  expect(seen[1]?.transport).toBeUndefined();
});
