import { ToolFailure } from "../../../shared/ports/tools.ts";
import { type Condition, notThere, stillVersion } from "../../adapters/table/conditions.ts";
import { bodyOf, readBody } from "../../adapters/table/record.ts";
import { type Item, ItemTooLarge, type Key, type Table } from "../../adapters/table/table.ts";
import { storedRecord } from "./stored-record.ts";
import { type RecordSource, type RecordStore, readerOver, worldOver } from "./stored-world.ts";
import type { World, WorldReader } from "./world.ts";

/** First word of the sandbox's partition keys: functions of DRY_RUN may read them, those of LIVE write them. */
export const WORLD_LEADING = "WORLD#";

/** What a reader of the sandbox needs of the table. */
export type ReadableTable = Pick<Table, "get" | "query">;

/** Longest sort key of DynamoDB, in bytes. */
const MAX_ID_BYTES = 1_024;

const partitionOf = (collection: string): string => `${WORLD_LEADING}${collection}`;
const keyOf = (collection: string, id: string): Key => ({ pk: partitionOf(collection), sk: id });

/** Ids come from arguments: one that no record can have names no record, rather than failing the read. */
const isPossible = (id: string): boolean => id.isWellFormed() && Buffer.byteLength(id) <= MAX_ID_BYTES;

const sourceOver = (table: ReadableTable): RecordSource => ({
  get: async (collection, id) => {
    const item = id !== "" && isPossible(id) ? await table.get(keyOf(collection, id)) : undefined;
    return item && readBody(storedRecord, item);
  },
  list: async (collection, prefix) => {
    if (!isPossible(prefix)) return [];
    const items = await table.query(partitionOf(collection), prefix === "" ? {} : { prefix });
    return items.map((item) => ({ id: item.sk, stored: readBody(storedRecord, item) }));
  },
});

const storeOver = (table: Table): RecordStore => ({
  ...sourceOver(table),
  put: async (collection, id, stored, expectedVersion) => {
    const item: Item = { ...keyOf(collection, id), version: stored.version, ...bodyOf(stored) };
    const condition: Condition = expectedVersion === 0 ? notThere : stillVersion(expectedVersion);
    return (await putWithinLimit(table, item, condition)) === "written" ? "written" : "moved";
  },
});

/** An item over the limit is refused before it is sent. */
const putWithinLimit = async (table: Table, item: Item, condition: Condition): Promise<"written" | "refused"> => {
  try {
    return await table.put(item, condition);
  } catch (error) {
    if (error instanceof ItemTooLarge) {
      throw new ToolFailure(`too large for the sandbox: ${error.message}`, { cause: error });
    }
    throw error;
  }
};

/** For functions that preview: they need no right to write the table. */
export const tableWorldReader = (table: ReadableTable): WorldReader => readerOver(sourceOver(table));

/** The sandbox of a deployment, or of one machine across restarts. */
export const tableWorld = (table: Table): World => worldOver(storeOver(table));
