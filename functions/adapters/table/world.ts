import { ToolFailure } from "../../../shared/ports/tools.ts";
import type { WorldTable } from "../../tools/world/table-world.ts";
import { notThere, stillVersion } from "./conditions.ts";
import { type Item, ItemTooLarge } from "./item.ts";
import { bodyOf, eachReadable, readItem } from "./record.ts";
import type { Table } from "./table.ts";

/** @throws RecordDamaged */
const toStored = (item: Item): unknown => readItem(item, ({ body }) => JSON.parse(String(body)));

/** The sandbox's records, in the same table. */
export const worldTable = (table: Table): WorldTable => ({
  get: async (pk, sk) => {
    const item = await table.get({ pk, sk });
    return item && toStored(item);
  },
  list: async (pk, prefix) =>
    // One that cannot be read hides no other: asked for by its id, it says so.
    eachReadable(await table.query(pk, prefix === "" ? {} : { prefix }), (item) => ({
      sk: item.sk,
      item: toStored(item),
    })).items,
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
