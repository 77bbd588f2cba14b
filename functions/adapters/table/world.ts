import { ToolFailure } from "../../../shared/ports/tools.ts";
import type { WorldTable } from "../../tools/world/table-world.ts";
import { notThere, stillVersion } from "./conditions.ts";
import { bodyOf } from "./record.ts";
import { type Item, ItemTooLarge, type Table } from "./table.ts";

const toStored = (item: Item): unknown => JSON.parse(String(item.body));

/** The sandbox's records, in the same table. */
export const worldTable = (table: Table): WorldTable => ({
  get: async (pk, sk) => {
    const item = await table.get({ pk, sk });
    return item && toStored(item);
  },
  list: async (pk, prefix) =>
    (await table.query(pk, prefix === "" ? {} : { prefix })).map((item) => ({ sk: item.sk, item: toStored(item) })),
  put: async (pk, sk, record, expectedVersion) => {
    const item = { pk, sk, version: expectedVersion + 1, ...bodyOf(record) };
    const condition = expectedVersion === 0 ? notThere : stillVersion(expectedVersion);
    try {
      return (await table.put(item, condition)) === "written" ? "written" : "moved";
    } catch (error) {
      // Refused before it was sent: an answer for the caller, where any other error leaves the outcome open.
      if (error instanceof ItemTooLarge) {
        throw new ToolFailure(`not for the sandbox: ${error.message}`, { cause: error });
      }
      throw error;
    }
  },
});
