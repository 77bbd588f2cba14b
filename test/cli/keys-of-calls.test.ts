import type { JSONRPCRequest } from "@modelcontextprotocol/server";
import { expect, it } from "vitest";
import { KeysOfCalls } from "../../cli/client/keys-of-calls.ts";
import type { ListedTool } from "../../cli/client/reading-tools.ts";
import type { JsonObject } from "../../shared/plan/json.ts";

const copiedTo = (cc: readonly string[]): ListedTool => ({
  onlyReads: false,
  input_schema: {
    ...{ type: "object", properties: { to: {}, cc: { type: "array", items: { type: "string" }, default: [...cc] } } },
  },
});

/** `buddy mcp` between a client and a server that lists a tool as `tells` says, each time it is asked. */
const keysBeside = (tells: () => Promise<ListedTool | undefined>) => {
  let asked = 0;
  let id = 0;
  const keys = new KeysOfCalls(() => {
    asked += 1;
    return tells();
  });
  const call = (args: JsonObject, requestState?: string): Promise<{ id: number; key: unknown; args: unknown }> => {
    id += 1;
    const params = { name: "mail", arguments: args, ...(requestState === undefined ? {} : { requestState }) };
    const message: JSONRPCRequest & { id: number } = { jsonrpc: "2.0", id, method: "tools/call", params };
    return keys.named(message).then(({ params }) => ({
      ...{ id: message.id, args: params?.arguments, key: params?._meta?.["buddy/idempotency_key"] },
    }));
  };
  return { call, answered: (of: { id: number }) => keys.answered(of.id), asked: () => asked };
};

it("the same calls that are written while the server is asked about their tool are one call, and it is asked once", async () => {
  const { promise, resolve } = Promise.withResolvers<ListedTool>();
  const { call, asked } = keysBeside(() => promise);
  const none = await call({ to: "ann" });
  const open = [{ to: "ann", cc: ["bob"] }, { cc: ["bob"], to: "ann" }, { to: "ann", cc: [] }, { to: "ann" }].map(
    (args) => call(args),
  );
  resolve(copiedTo([]));
  const [bob, again, written, plain] = await Promise.all(open);
  expect(again?.key).toBe(bob?.key);
  expect(bob?.key).not.toBe(none.key);
  expect([written, plain]).toMatchObject([
    { key: none.key, args: { to: "ann" } },
    { key: none.key, args: { to: "ann" } },
  ]);
  expect(asked()).toBe(1);
});

it("a call that was written before the first of it was answered is that one, and so is one after it", async () => {
  const { promise, resolve } = Promise.withResolvers<ListedTool>();
  const { call, answered } = keysBeside(() => promise);
  const first = await call({ to: "ann" });
  const again = call({ to: "ann" });
  answered(first);
  const after = call({ to: "ann" });
  resolve(copiedTo([]));
  expect([await again, await after]).toMatchObject([{ key: first.key }, { key: first.key }]);
  answered(await again);
  expect((await call({ to: "ann" })).key).not.toBe(first.key);
});

it("a call that no schema makes one with those before it goes on without a word from the server", async () => {
  const { call, asked } = keysBeside(async () => copiedTo([]));
  const keys = [await call({ to: "ann" }), await call({ to: "bob" }), await call({ to: null, cc: [] })];
  expect(new Set(keys.map(({ key }) => key)).size).toBe(3);
  expect(asked()).toBe(0);
});

it("a call is sent as its client wrote it where the schema in force tells it from the one before it", async () => {
  let cc: string[] = [];
  const { call, answered } = keysBeside(async () => copiedTo(cc));
  const before = [await call({ to: "ann" }), await call({ to: "ann", cc: [] })];
  expect(before).toMatchObject([{ args: { to: "ann" } }, { args: { to: "ann" }, key: before[0]?.key }]);
  cc = ["boss"];
  expect((await call({ to: "ann", cc: [] })).args).toEqual({ to: "ann", cc: [] });
  for (const each of before) answered(each);
  await call({ to: "bob" });
  expect((await call({ to: "bob", cc: [] })).args).toEqual({ to: "bob", cc: [] });
  expect((await call({ to: "bob", cc: ["boss"] })).args).toEqual({ to: "bob" });
});

it.each([
  ["does not answer", () => Promise.reject(new TypeError("fetch failed"))],
  ["does not list it", async () => undefined],
])("only calls of the same arguments are the same where the server %s", async (_how, tells) => {
  const { call } = keysBeside(tells);
  const [first, again, other] = [
    await call({ to: "ann", cc: [] }),
    await call({ cc: [], to: "ann" }),
    await call({ to: "ann" }),
  ];
  expect(again.key).toBe(first.key);
  expect(other).toMatchObject({ args: { to: "ann" } });
  expect(other.key).not.toBe(first.key);
});

it("a call that goes on with one is never sent under the key of another, and the same call after it is that one", async () => {
  const { call, answered } = keysBeside(async () => copiedTo([]));
  const anew = await call({ to: "ann" });
  const first = await call({ to: "ann" }, "call-1");
  const other = await call({ to: "ann" }, "call-2");
  expect(new Set([anew, first, other].map(({ key }) => key)).size).toBe(3);
  expect((await call({ to: "ann" }, "call-1")).key).toBe(first.key);
  answered(anew);
  answered(other);
  expect((await call({ to: "ann" })).key).toBe(first.key);
});
