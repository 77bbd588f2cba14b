import { mcpServer } from "../../../shared/contracts/binding/mcp/mcp-server.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import type { McpServers } from "../../../shared/ports/mcp.ts";
import { SERVERS, serverKey } from "./keys/of-registries.ts";
import { putOver } from "./put-over.ts";
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
  put: (server, over) =>
    putOver(
      table,
      { ...serverKey(server.server), ...bodyOf(server) },
      over && ((known) => canonicalJson(readBody(mcpServer, known)) === canonicalJson(over)),
    ),
  remove: async (server) => {
    await table.delete(serverKey(server));
  },
});
