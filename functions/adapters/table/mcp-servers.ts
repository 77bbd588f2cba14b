import { mcpServer } from "../../../shared/contracts/binding/mcp/mcp-server.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import type { McpServers, ServerHold } from "../../../shared/ports/mcp.ts";
import { allOf, notThere, stillAsRead, stillHeldTimes, there } from "./conditions.ts";
import type { Item } from "./item.ts";
import { SERVERS, serverKey } from "./keys/of-registries.ts";
import { bodyOf, eachReadable, milliseconds, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const HOLD = "hold#";
const attributeOf = ({ tool_name, version }: Pick<ServerHold, "tool_name" | "version">): string =>
  `${HOLD}${tool_name}#${version}`;
const toolIn = (attribute: string): string => attribute.slice(HOLD.length, attribute.lastIndexOf("#"));

/** A hold whose end has passed was left behind: whoever took it is long over. */
const heldBy = (item: Item, now: number): string[] =>
  Object.entries(item).flatMap(([name, until]) => (name.startsWith(HOLD) && Number(until) > now ? [toolIn(name)] : []));
const timesHeld = ({ holds }: Item): number => Number(holds ?? 0);

/** Holds stand in the server's own item, with their number, on which its next change is conditional. */
export const mcpServers = (table: Table): McpServers => {
  const get = async (server: string) => {
    const item = await table.get(serverKey(server));
    return item && { item, server: readBody(mcpServer, item) };
  };

  return {
    readable: async () => {
      const { items, damaged } = eachReadable(await table.query(SERVERS), (item) => readBody(mcpServer, item));
      return { items, unreadable: damaged.map(({ sk }) => sk) };
    },
    get: async (server) => (await get(server))?.server,
    seen: async (server, now) => {
      const known = await get(server);
      if (known === undefined) return undefined;
      const { item } = known;
      return { server: known.server, holds: timesHeld(item), held_by: heldBy(item, milliseconds(now)) };
    },
    put: async (server, over) => {
      const key = serverKey(server.server);
      const body = bodyOf(server);
      if (over === undefined || over === null) {
        return (await table.put({ ...key, ...body }, over === null ? notThere : undefined)) === "written";
      }
      const known = await get(server.server);
      if (known === undefined || canonicalJson(known.server) !== canonicalJson(over.server)) return false;
      // Those that hold it go on holding it.
      const asSeen = allOf(stillAsRead(known.item), stillHeldTimes(over.holds));
      return (await table.update(key, { set: body }, asSeen)) !== "moved";
    },
    remove: async (server, { holds }) => (await table.delete(serverKey(server), stillHeldTimes(holds))) === "deleted",
    hold: async (server, hold) => {
      const held = { set: { [attributeOf(hold)]: milliseconds(hold.until) }, add: { holds: 1 } };
      return (await table.update(serverKey(server), held, there)) !== "moved";
    },
    release: async (server, hold) => {
      await table.update(serverKey(server), { remove: [attributeOf(hold)] }, there);
    },
  };
};
