import type { JSONRPCRequest } from "@modelcontextprotocol/server";
import { afterEach, expect, it, vi } from "vitest";
import { KeysOfCalls } from "../../cli/client/keys-of-calls.ts";
import type { ListedTool } from "../../cli/client/reading-tools.ts";
import { WaitingCalls } from "../../cli/client/waiting-calls.ts";
import type { JsonObject } from "../../shared/plan/json.ts";

afterEach(() => {
  vi.useRealTimers();
});

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
  type Named = { id: number; key: unknown; args: unknown; goes_on_with: unknown };
  const call = (args: JsonObject, requestState?: string): Promise<Named> => {
    id += 1;
    const params = { name: "mail", arguments: args, ...(requestState === undefined ? {} : { requestState }) };
    const message: JSONRPCRequest & { id: number } = { jsonrpc: "2.0", id, method: "tools/call", params };
    return keys.named(message).then(({ params }) => ({
      ...{ id: message.id, args: params?.arguments, key: params?._meta?.["buddy/idempotency_key"] },
      goes_on_with: params?._meta?.["buddy/goes_on_with"],
    }));
  };
  const wait = async (call_id: string) => {
    id += 1;
    const params = { name: "buddy_wait", arguments: { id: call_id } };
    await keys.named({ jsonrpc: "2.0", id, method: "tools/call", params });
    return { id };
  };
  const answers = (of: { id: number }, result: object) => keys.answered(of.id, result);
  const told = (of: { id: number }, outcome: string) =>
    answers(of, { content: [], _meta: { "buddy/call": { call_id: "c1", outcome } } });
  return { call, wait, answers, told, answered: (of: { id: number }) => answers(of, {}), asked: () => asked };
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

it("the same call goes on with the one that its client was last told waits, written as that was, and is a new one once its end was told", async () => {
  const { call, wait, told } = keysBeside(async () => copiedTo([]));
  const first = await call({ to: "ann" });
  told(first, "waiting");
  told(await wait("c1"), "waiting");
  const [again, other] = [await call({ to: "ann", cc: [] }), await call({ to: "bob" })];
  expect([again, other]).toMatchObject([{ args: { to: "ann" }, goes_on_with: "c1" }, { goes_on_with: undefined }]);
  expect(again.key).not.toBe(first.key);
  told(again, "waiting");
  told(await wait("c1"), "done");
  expect(await call({ to: "ann" })).toMatchObject({ goes_on_with: undefined });
});

it("the same call goes on with the one that waits, whatever the end of it that was told to who asked before", async () => {
  const { call, told } = keysBeside(async () => copiedTo([]));
  const [one, other] = [await call({ to: "ann" }), await call({ to: "ann" })];
  expect(other.key).toBe(one.key);
  told(one, "waiting");
  told(other, "done");
  const again = await call({ to: "ann" });
  expect(again).toMatchObject({ goes_on_with: "c1" });
  told(again, "done");
  expect(await call({ to: "ann" })).toMatchObject({ goes_on_with: undefined });
});

it("a call that waits for a page to be shown is gone on with by the same call for a day after that was last said", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { call, answers } = keysBeside(async () => copiedTo([]));
  const after = async (hours: number) => {
    vi.setSystemTime(Date.now() + hours * 3_600_000);
    const called = await call({ to: "ann" });
    answers(called, { inputRequests: {}, requestState: "c1" });
    return called.goes_on_with;
  };
  expect([await after(0), await after(23), await after(23), await after(24)]).toEqual([
    undefined,
    "c1",
    "c1",
    undefined,
  ]);
});

it("calls that wait are kept by the thousand at most, the last of them", () => {
  const waiting = new WaitingCalls();
  for (let place = 0; place < 1_001; place += 1) waiting.keep({ name: "mail", args: {}, call_id: `c${place}` });
  expect([waiting.get("c0"), waiting.all().length]).toEqual([undefined, 1_000]);
});

it("a read that waits is made anew, and its tool is asked about once", async () => {
  const { call, told, asked } = keysBeside(async () => ({ ...copiedTo([]), onlyReads: true }));
  told(await call({ to: "ann" }), "waiting");
  for (const each of [await call({ to: "ann" }), await call({ to: "bob" })]) {
    expect(each).toMatchObject({ goes_on_with: undefined });
    told(each, "done");
  }
  await call({ to: "ann" });
  expect(asked()).toBe(1);
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
