import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  InternalServerError,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, it } from "vitest";
import { dynamoTable } from "../../../functions/adapters/dynamodb/table.ts";
import { notThere } from "../../../functions/adapters/table/conditions.ts";
import { InvalidItem, ItemTooLarge } from "../../../functions/adapters/table/item.ts";
import { mockedClient } from "../../harness/mocked-client.ts";

const dynamo = mockedClient(DynamoDBClient);
const table = dynamoTable(new DynamoDBClient({ region: "eu-central-1" }), "buddy", {
  newWriteId: () => "mine",
  pauses: [0, 0],
});
const key = { pk: "p", sk: "s" };
const stored = (writer: string) => ({ Item: { pk: { S: "p" }, sk: { S: "s" }, n: { N: "1" }, _w: { S: writer } } });
const refusal = (attempts: number) => new ConditionalCheckFailedException({ message: "no", $metadata: { attempts } });
const lost = new InternalServerError({ message: "lost", $metadata: { httpStatusCode: 500 } });
const refused = (name: string, message = name) =>
  new DynamoDBServiceException({ name, message, $fault: "client", $metadata: {} });

beforeEach(() => dynamo.reset());

describe("a conditional write whose reply was lost", () => {
  it("a conditional write whose reply was lost was refused by its own repetition where what stands there is its own", async () => {
    dynamo.on(PutItemCommand).rejects(refusal(2));
    dynamo.on(UpdateItemCommand).rejects(refusal(2));
    dynamo.on(GetItemCommand).resolves(stored("mine"));
    expect(await table.put({ ...key, n: 1 }, notThere)).toBe("written");
    expect(await table.update(key, { set: { n: 1 } }, notThere)).toEqual({ ...key, n: 1 });
  });

  it("a conditional write whose reply was lost was refused in truth when somebody else's stands there, or nothing", async () => {
    dynamo.on(PutItemCommand).rejects(refusal(2));
    dynamo.on(UpdateItemCommand).rejects(refusal(2));
    dynamo.on(GetItemCommand).resolvesOnce(stored("theirs")).resolvesOnce(stored("theirs")).resolves({});
    expect(await table.put({ ...key, n: 1 }, notThere)).toBe("moved");
    expect(await table.update(key, { set: { n: 1 } }, notThere)).toBe("moved");
    expect(await table.put({ ...key, n: 1 }, notThere)).toBe("moved");
  });

  it("a conditional write is not read back when it was sent once: a refusal is a refusal", async () => {
    dynamo.on(PutItemCommand).rejects(refusal(1));
    expect(await table.put({ ...key, n: 1 }, notThere)).toBe("moved");
    expect(dynamo.commandCalls(GetItemCommand)).toHaveLength(0);
  });

  it("a conditional write is looked for when the last attempt failed as well", async () => {
    dynamo.on(PutItemCommand).rejects(lost);
    dynamo.on(GetItemCommand).resolves(stored("mine"));
    expect(await table.put({ ...key, n: 1 }, notThere)).toBe("written");
    dynamo.on(GetItemCommand).resolves(stored("theirs"));
    await expect(table.put({ ...key, n: 1 }, notThere)).rejects.toBe(lost);
  });

  it("a conditional write is looked for when the network failed", async () => {
    const reset = new Error("ECONNRESET");
    dynamo.on(UpdateItemCommand).rejects(reset);
    dynamo.on(GetItemCommand).resolves(stored("mine"));
    expect(await table.update(key, { set: { n: 1 } })).toEqual({ ...key, n: 1 });
    dynamo.on(GetItemCommand).resolves({});
    await expect(table.update(key, { set: { n: 1 } })).rejects.toBe(reset);
  });

  it("a lost reply of a conditional write is a deletion when the item is gone", async () => {
    dynamo.on(DeleteItemCommand).rejects(refusal(2));
    dynamo.on(GetItemCommand).resolves({});
    expect(await table.delete(key, notThere)).toBe("deleted");
    dynamo.on(GetItemCommand).resolves(stored("theirs"));
    expect(await table.delete(key, notThere)).toBe("moved");
  });

  it("a conditional write carries a mark that nobody sees", async () => {
    dynamo.on(PutItemCommand).resolves({});
    dynamo.on(GetItemCommand).resolves(stored("mine"));
    await table.put({ ...key, n: 1 }, notThere);
    expect(dynamo.commandCalls(PutItemCommand)[0]?.args[0].input.Item).toHaveProperty("_w", { S: "mine" });
    expect(await table.get(key)).toEqual({ ...key, n: 1 });
  });
});

describe("a request that DynamoDB calls wrong", () => {
  it("a request that DynamoDB calls wrong is told at once, and an item that grew over the limit by name", async () => {
    const denied = refused("AccessDeniedException");
    dynamo.on(UpdateItemCommand).rejects(denied);
    await expect(table.update(key, { set: { n: 1 } })).rejects.toBe(denied);
    const message = "Item size to update has exceeded the maximum allowed size";
    dynamo.on(UpdateItemCommand).rejects(refused("ValidationException", message));
    await expect(table.update(key, { set: { n: 1 } })).rejects.toThrow(ItemTooLarge);
    dynamo.on(UpdateItemCommand).rejects(refused("ValidationException", "wrong type"));
    await expect(table.update(key, { set: { n: 1 } })).rejects.toThrow(InvalidItem);
    expect(dynamo.commandCalls(GetItemCommand)).toHaveLength(0);
  });
});

describe("keys that were left unprocessed", () => {
  const items = [{ pk: { S: "p" }, sk: { S: "s" } }];

  it("keys that were left unprocessed are asked for again", async () => {
    const rest = { buddy: { Keys: [{ pk: { S: "p" }, sk: { S: "t" } }] } };
    dynamo
      .on(BatchGetItemCommand)
      .resolvesOnce({ Responses: { buddy: items }, UnprocessedKeys: rest })
      .resolves({ Responses: { buddy: [{ pk: { S: "p" }, sk: { S: "t" } }] } });
    expect(await table.getMany([key, { pk: "p", sk: "t" }])).toEqual([key, { pk: "p", sk: "t" }]);
    expect(dynamo.commandCalls(BatchGetItemCommand)[1]?.args[0].input.RequestItems?.buddy?.Keys).toHaveLength(1);
  });

  it("keys that are left unprocessed again and again are an error, not a shorter answer", async () => {
    dynamo.on(BatchGetItemCommand).resolves({ UnprocessedKeys: { buddy: { Keys: items } } });
    await expect(table.getMany([key])).rejects.toThrow("left 1 of 1 keys unread");
    expect(dynamo.commandCalls(BatchGetItemCommand)).toHaveLength(3);
  });
});
