import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { pipeMcp } from "../../cli/client/mcp-pipe.ts";
import { isJsonObject } from "../../shared/plan/json.ts";
import { type Door, decide, headersOf, openDoor } from "../functions/api/mcp/door.ts";

const MAIL = {
  name: "msgraph_send_email",
  arguments: { to: ["ann@example.com"], subject: "Hello", body: "Hello Ann" },
  _meta: { "buddy/confidence": 0.95 },
};

let door: Door | undefined;
afterEach(() => door?.stop());

const answer = z.object({
  id: z.number(),
  result: z.looseObject({ _meta: z.record(z.string(), z.unknown()).optional() }),
});

/** `buddy mcp` beside a server, over connections that break as `meets` says: after the request arrived, or before. */
const piped = async (door: Door, breaks: ("after" | "before")[]) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const said: string[] = [];
  const waits: number[] = [];
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  const broken = (): never => {
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
  };
  const ended = pipeMcp({
    url: new URL(door.url),
    fetch: async (url, init = {}) => {
      if (!String(init.body).includes("tools/call")) return fetch(url, withAgent(init));
      const how = breaks.shift();
      if (how === "before") broken();
      const response = await fetch(url, withAgent(init));
      if (how === "after") {
        await response.text();
        broken();
      }
      return response;
    },
    token: async () => undefined,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
    input,
    output,
    say: (line) => said.push(line),
  });
  let id = 0;
  const answered = async () => {
    const { value = "null" } = await lines.next();
    return JSON.parse(value);
  };
  const write = (line: string | Buffer) => {
    input.write(line);
    input.write("\n");
    return answered();
  };
  const ask = (method: string, params: object) => {
    id += 1;
    return write(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  };
  await ask("initialize", {
    ...{ protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "c", version: "1" } },
  });
  const close = async () => {
    input.end();
    await ended;
  };
  return { ask, write, answered, call: (params: object) => ask("tools/call", params), close, said, waits };
};

const withAgent = (init: RequestInit): RequestInit => {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(headersOf())) headers.set(name, value);
  return { ...init, headers };
};

it("a call whose end was told over a connection that broke is told again, and is no new call", async () => {
  door = await openDoor();
  const pipe = await piped(door, []);
  const first = answer.parse(await pipe.call(MAIL));
  await pipe.close();
  await decide(door, { decision: "approve" });

  const again = await piped(door, ["before", "after", "after"]);
  const { result } = answer.parse(await again.call(MAIL));
  const told = z.looseObject({ call_id: z.string(), outcome: z.string() });
  expect(told.parse(result._meta?.["buddy/call"])).toMatchObject({
    call_id: told.parse(first.result._meta?.["buddy/call"]).call_id,
    outcome: "done",
  });
  expect(again.waits).toEqual([250, 500, 1_000]);
  expect((await door.deps.executions.list({ limit: 10, next: null })).items).toHaveLength(1);
  await again.close();
});

const everyOne = () => Array.from({ length: 6 }, () => "after" as const);

const executionsIn = async ({ deps }: Door) => (await deps.executions.list({ limit: 10, next: null })).items;

it("a call over connections of which every one breaks is answered in words, and the same call again is told its end", async () => {
  door = await openDoor();
  const first = await piped(door, []);
  await first.call(MAIL);
  await first.close();
  await decide(door, { decision: "approve" });

  const pipe = await piped(door, everyOne());
  expect(await pipe.call(MAIL)).toMatchObject({
    error: { message: expect.stringMatching(/did not answer.*the same call again is not made twice/) },
  });
  expect(pipe.said).toHaveLength(1);
  expect(await pipe.call(MAIL)).toMatchObject({ result: { _meta: { "buddy/call": { outcome: "done" } } } });
  expect(await executionsIn(door)).toHaveLength(1);
  await pipe.call(MAIL);
  expect(await executionsIn(door)).toHaveLength(2);
  await pipe.close();
});

it("a call that was told to wait is told its end where the answer of buddy_wait is lost and the same call is made again: it is made once", async () => {
  door = await openDoor();
  const breaks: "after"[] = [];
  const pipe = await piped(door, breaks);
  const first = answer.parse(await pipe.call(MAIL));
  const { call_id } = z.looseObject({ call_id: z.string() }).parse(first.result._meta?.["buddy/call"]);
  await decide(door, { decision: "approve" });
  breaks.push(...everyOne());
  const waited = await pipe.call({ name: "buddy_wait", arguments: { id: call_id } });
  expect(waited).toMatchObject({ error: { message: expect.stringMatching(/the same call again is not made twice/) } });
  expect(await pipe.call(MAIL)).toMatchObject({ result: { _meta: { "buddy/call": { outcome: "done", call_id } } } });
  expect(await executionsIn(door)).toHaveLength(1);
  await pipe.call(MAIL);
  expect(await executionsIn(door)).toHaveLength(2);
  await pipe.close();
});

const copiesToNobody = async ({ deps }: Door): Promise<void> => {
  const known = await deps.contracts.get(MAIL.name);
  if (known === undefined || !isJsonObject(known.input_schema.properties)) throw new Error("no such contract");
  const cc = { type: "array", items: { type: "string" }, default: [] };
  const input_schema = { ...known.input_schema, properties: { ...known.input_schema.properties, cc } };
  await deps.contracts.put({ ...known, input_schema, version: known.version + 1, content_hash: "another" });
};

const { arguments: MAILED, ...NAMED } = MAIL;
it.each([
  ["in another order", { ...NAMED, arguments: Object.fromEntries(Object.entries(MAILED).toReversed()) }],
  ["with a default written out", { ...NAMED, arguments: { ...MAILED, cc: [] } }],
  ["as surely as not", { ...MAIL, _meta: { "buddy/confidence": 0.8, "buddy/rationale": "once more" } }],
])("a call that nobody answered is told its end where it is made again %s: it is made once", async (_how, again) => {
  door = await openDoor();
  await copiesToNobody(door);
  const first = await piped(door, []);
  await first.call(MAIL);
  await first.close();
  await decide(door, { decision: "approve" });
  const pipe = await piped(door, everyOne());
  expect(await pipe.call(MAIL)).toMatchObject({ error: { message: expect.stringMatching(/did not answer/) } });
  expect(await pipe.call(again)).toMatchObject({ result: { _meta: { "buddy/call": { outcome: "done" } } } });
  expect(await executionsIn(door)).toHaveLength(1);
  const other = { ...MAIL, arguments: { ...MAILED, subject: "Another" } };
  await pipe.call(other);
  expect(await executionsIn(door)).toHaveLength(2);
  await pipe.close();
});

it.each([
  ["listed the tools", true],
  ["listed nothing", false],
])(
  "a read is made anew where nobody was told its end, and never told from memory, for a client that %s",
  async (_who, lists) => {
    door = await openDoor();
    const read = { name: "memory_search", arguments: { query: "ann" }, _meta: { "buddy/confidence": 0.95 } };
    const pipe = await piped(door, everyOne());
    if (lists) await pipe.ask("tools/list", {});
    expect(await pipe.call(read)).toMatchObject({ error: { message: expect.stringMatching(/did not answer/) } });
    expect(await executionsIn(door)).toHaveLength(1);
    expect(await pipe.call(read)).toMatchObject({ result: { _meta: { "buddy/call": { outcome: "done" } } } });
    expect(await executionsIn(door)).toHaveLength(2);
    await pipe.close();
  },
);

it("a field that JSON's readers drop reaches the server, which refuses the call", async () => {
  door = await openDoor();
  const pipe = await piped(door, []);
  const args: object = JSON.parse('{"query": "ann", "__proto__": {"only": "mine"}}');
  expect(await pipe.call({ name: "memory_search", arguments: args })).toMatchObject({
    result: { isError: true, content: [{ text: expect.stringContaining("/arguments/__proto__ __proto__ cannot be") }] },
  });
  expect((await door.deps.executions.list({ limit: 10, next: null })).items).toEqual([]);
  await pipe.close();
});

const called = (args: string) =>
  `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"memory_search","arguments":${args}}}`;

it.each<readonly [string, string | Buffer, number, number | null, RegExp]>([
  ["is no JSON", called('{"query":"a",}'), -32_700, null, /Parse error: is not valid JSON: at line 1, column/],
  ["names a key twice", called('{"query":"a","query":"b"}'), -32_700, 7, /\/query "query" stands twice in one object/],
  ["holds a number beyond all numbers", called('{"query":1e400}'), -32_602, 7, /Infinity is not a JSON number/],
  ["holds a number that loses digits", called('{"query":1234567890123456789012}'), -32_700, 7, /loses digits/],
  ["is not UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), -32_700, null, /is not UTF-8 text/],
  ["says no version of JSON-RPC", '{"id":7,"method":"ping"}', -32_600, 7, /no message of JSON-RPC 2.0/],
  ["is a batch of nothing", "[]", -32_600, null, /a batch without messages/],
  ["is a batch of too many", JSON.stringify(Array.from({ length: 101 }, () => 1)), -32_600, null, /batch of 101/],
  ["has no end", Buffer.alloc(9 * 1_024 * 1_024, "x"), -32_600, null, /bytes at most/],
])(
  "a line that %s is answered with what is wrong, and nothing else is made of it",
  async (_, line, code, id, message) => {
    door = await openDoor();
    const pipe = await piped(door, []);
    expect(await pipe.write(line)).toMatchObject({ id, error: { code, message: expect.stringMatching(message) } });
    expect(await executionsIn(door)).toEqual([]);
    expect(await pipe.ask("ping", {})).toMatchObject({ result: {} });
    await pipe.close();
  },
);

it("the messages of a batch are each answered, and those of two lines that came at once", async () => {
  door = await openDoor();
  const pipe = await piped(door, []);
  const ping = (id: string) => JSON.stringify({ jsonrpc: "2.0", id, method: "ping" });
  const answers = [await pipe.write(`[${ping("a")}, ${ping("b")}]\r\n\n${ping("c")}`)];
  answers.push(await pipe.answered(), await pipe.answered());
  expect(answers.map(({ id }) => id).toSorted()).toEqual(["a", "b", "c"]);
  await pipe.close();
});
