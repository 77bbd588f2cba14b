import { mcpServer } from "../../../shared/contracts/binding/mcp/mcp-server.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import type { McpServers } from "../../../shared/ports/mcp.ts";
import { notThere, stillAsRead } from "./conditions.ts";
import { SERVERS, serverKey } from "./keys/of-registries.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

export const mcpServers = (table: Table): McpServers => ({
  readable: async () => {
    const { items, damaged } = eachReadable(await table.query(SERVERS), (item) => readBody(mcpServer, item));
    return { items, unreadable: damaged.map(({ sk }) => sk) };
  },
  get: async (server) => {
    const item = await table.get(serverKey(server));
    return item && readBody(mcpServer, item);
  },
  put: async (server, over) => {
    const key = serverKey(server.server);
    const item = { ...key, ...bodyOf(server) };
    if (over === undefined || over === null) {
      return (await table.put(item, over === null ? notThere : undefined)) === "written";
    }
    const known = await table.get(key);
    if (known === undefined || canonicalJson(readBody(mcpServer, known)) !== canonicalJson(over)) return false;
    return (await table.put(item, stillAsRead(known))) === "written";
  },
  remove: async (server) => {
    await table.delete(serverKey(server));
  },
});
