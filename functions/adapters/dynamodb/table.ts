import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { inBatches } from "../table/in-batches.ts";
import type { Item, Key } from "../table/item.ts";
import { checkChange, checkItem } from "../table/item-limits.ts";
import type { Table } from "../table/table.ts";
import { type Attributes, fromAttributes, toAttributes, WRITE_ID } from "./attributes.ts";
import { INDEX_NAME } from "./definition.ts";
import { conditionExpression, indexKeyExpression, keyExpression, updateExpression } from "./expressions.ts";
import { isCertain, isRefusal, named, wasRepeated } from "./failures.ts";

/** The most that BatchGetItem takes. */
const KEYS_PER_BATCH = 100;
const BATCHES_AT_A_TIME = 8;

export type DynamoTableOptions = {
  /** Tells one write from another. */
  readonly newWriteId?: () => string;
  /** Waits between repetitions of what was left unprocessed, in milliseconds. */
  readonly pauses?: readonly number[];
};

/**
 * The table on DynamoDB, or on anything that speaks its protocol. One conditional write of one item is all that any
 * promise rests on: no transactions. A refusal after a lost reply is told from a real one by reading the item back.
 */
export const dynamoTable = (client: DynamoDBClient, tableName: string, options: DynamoTableOptions = {}): Table => {
  const { newWriteId = writeIds(), pauses = [50, 100, 200, 400, 800, 1_600] } = options;
  const TableName = tableName;

  const read = async ({ pk, sk }: Key): Promise<Attributes | undefined> => {
    const input = { TableName, Key: toAttributes({ pk, sk }), ConsistentRead: true };
    return (await client.send(new GetItemCommand(input))).Item;
  };

  /**
   * Sends a conditional write. When it fails in a way that leaves open whether it (or an earlier sending of it) was
   * done, `isOurs` looks at what stands there now.
   */
  const settle = async <Done>(
    key: Key,
    send: () => Promise<Done>,
    isOurs: (stored: Attributes | undefined) => Done | undefined,
  ): Promise<Done | "moved"> => {
    try {
      return await send();
    } catch (error) {
      if (isRefusal(error) && !wasRepeated(error)) return "moved";
      if (!isRefusal(error) && isCertain(error)) throw named(error, key);
      const done = isOurs(await read(key));
      if (done !== undefined) return done;
      if (isRefusal(error)) return "moved";
      throw error;
    }
  };

  const readBatch = async (keys: readonly Key[]): Promise<Item[]> => {
    let wanted = keys.map(({ pk, sk }) => toAttributes({ pk, sk }));
    const items: Item[] = [];
    for (const pause of [...pauses, undefined]) {
      const request = { RequestItems: { [TableName]: { Keys: wanted, ConsistentRead: true } } };
      const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand(request));
      items.push(...(Responses?.[TableName] ?? []).map(fromAttributes));
      wanted = UnprocessedKeys?.[TableName]?.Keys ?? [];
      if (wanted.length === 0) return items;
      if (pause !== undefined) await setTimeout(pause);
    }
    throw new Error(
      `DynamoDB left ${wanted.length} of ${keys.length} keys unread, ${pauses.length + 1} times in a row`,
    );
  };

  const queryAll = async (input: Omit<QueryCommandInput, "TableName">, limit = Number.POSITIVE_INFINITY) => {
    const items: Item[] = [];
    let start = input.ExclusiveStartKey;
    while (items.length < limit) {
      const rest = Number.isFinite(limit) ? { Limit: limit - items.length } : {};
      const from = start === undefined ? {} : { ExclusiveStartKey: start };
      const page = await client.send(new QueryCommand({ ...input, ...rest, ...from, TableName }));
      items.push(...(page.Items ?? []).map(fromAttributes));
      start = page.LastEvaluatedKey;
      if (start === undefined) break;
    }
    return items;
  };

  return {
    get: async (key) => {
      const attributes = await read(key);
      return attributes && fromAttributes(attributes);
    },

    getMany: async (keys) => {
      const unique = [...new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, key])).values()];
      const batches = Array.from({ length: Math.ceil(unique.length / KEYS_PER_BATCH) }, (_, index) =>
        unique.slice(index * KEYS_PER_BATCH, (index + 1) * KEYS_PER_BATCH),
      );
      return (await inBatches(batches, BATCHES_AT_A_TIME, readBatch)).flat();
    },

    put: async (item, condition) => {
      checkItem(item);
      const id = newWriteId();
      const Item = { ...toAttributes(item), [WRITE_ID]: { S: id } };
      const send = async (): Promise<"written"> => {
        await client.send(new PutItemCommand({ TableName, Item, ...conditionExpression(condition) }));
        return "written";
      };
      return settle(item, send, (stored) => (stored?.[WRITE_ID]?.S === id ? "written" : undefined));
    },

    update: async (key, change, condition) => {
      checkChange(key, change);
      const id = newWriteId();
      const marked = { ...change, set: { ...change.set, [WRITE_ID]: id } };
      const send = async (): Promise<Item> => {
        const input = { TableName, Key: toAttributes({ pk: key.pk, sk: key.sk }), ReturnValues: "ALL_NEW" } as const;
        const output = await client.send(new UpdateItemCommand({ ...input, ...updateExpression(marked, condition) }));
        return fromAttributes(output.Attributes ?? {});
      };
      return settle(key, send, (stored) => (stored?.[WRITE_ID]?.S === id ? fromAttributes(stored) : undefined));
    },

    delete: async (key, condition) => {
      const input = { TableName, Key: toAttributes({ pk: key.pk, sk: key.sk }) };
      const send = async (): Promise<"deleted"> => {
        await client.send(new DeleteItemCommand({ ...input, ...conditionExpression(condition) }));
        return "deleted";
      };
      // It is gone, by whichever delete: to lose what a taker was given would be worse than to give it twice.
      return settle(key, send, (stored) => (stored === undefined ? "deleted" : undefined));
    },

    query: (pk, query = {}) => {
      const { after, limit, descending = false } = query;
      const start = after === undefined ? {} : { ExclusiveStartKey: toAttributes({ pk, sk: after }) };
      const order = { ScanIndexForward: !descending, ConsistentRead: true };
      return queryAll({ ...keyExpression(pk, query), ...order, ...start }, limit);
    },

    queryIndex: (gsi1pk, query = {}) => {
      const order = { IndexName: INDEX_NAME, ScanIndexForward: !(query.descending ?? false) };
      return queryAll({ ...indexKeyExpression(gsi1pk, query), ...order }, query.limit);
    },
  };
};

/** Unique across processes by the first part, within one by the second. */
const writeIds = (): (() => string) => {
  const process = randomUUID().slice(0, 13);
  let count = 0;
  return () => {
    count += 1;
    return `${process}-${count.toString(36)}`;
  };
};
