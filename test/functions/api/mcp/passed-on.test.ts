import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OlderClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OlderTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { guardedClient } from "../../../../functions/adapters/http/guarded-client.ts";
import { mcpClient } from "../../../../functions/adapters/mcp/mcp-client.ts";
import { memorySecrets } from "../../../../functions/adapters/memory/secrets.ts";
import { memoryTable } from "../../../../functions/adapters/memory/table.ts";
import { tablePorts } from "../../../../functions/adapters/table/index.ts";
import { resultOfNamed } from "../../../../functions/api/mcp/call-named.ts";
import { callReply } from "../../../../functions/api/schemas.ts";
import { readingWayOut } from "../../../../functions/tools/http/way-out.ts";
import { passedOn } from "../../../../functions/tools/mcp/passed-on.ts";
import { mcpServer } from "../../../../shared/contracts/binding/mcp/mcp-server.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { accept } from "../../../../shared/plan/result.ts";
import { type Library, startLibrary } from "../../../counterparts/mcp-library.ts";
import { defined } from "../../tools/http/crm-tools.ts";
import { setContact } from "../../tools/mcp/contact-tools.ts";
import { type Door, headersOf, openDoor } from "./door.ts";

const SECRET = "a-token-of-the-library";
const PASSES = { prompts: true, resources: true };

let libraries: readonly [Library, Library];
let door: Door;
let close: () => Promise<void>;
const clients: { close(): Promise<void> }[] = [];

const register = async (server: string, { url }: Library, passes_on: JsonObject | null = PASSES): Promise<void> => {
  const auth = { as: "bearer", secret: "library" };
  const passing = passes_on === null ? {} : { passes_on };
  await door.deps.servers.put(mcpServer.parse({ kind: "http", server, url, auth, ...passing }));
};
const agent = async (changes: JsonObject = {}): Promise<void> => {
  const known = { agent_id: "agent_1", owner: "olga", granted_permissions: [], allowed_submitters: [] };
  await door.deps.agents.put({ ...known, default_confidence: null, ...changes });
};
const lock = (scope: Parameters<Door["deps"]["locks"]["place"]>[0]["scope"]) =>
  door.deps.locks.place({
    ...{ lock_id: "l1", scope, mode: "stop_forward", reason: "something is odd" },
    ...{ locked_by: "olga", locked_at: "2026-01-31T12:00:00.000Z" },
  });

/** So long that a busy machine never comes to it; what is to run out of time is given less. */
const USUAL = { listing_ms: 60_000, reading_ms: 60_000 };
const times = { ...USUAL };

beforeAll(async () => {
  libraries = [await startLibrary("ours"), await startLibrary("theirs")];
  const { servers } = tablePorts(memoryTable());
  const reach = { allowed_hosts: libraries.map(({ host }) => host), networks: [], loopback: true };
  const now = Date.now;
  const client = mcpClient({ reach, now });
  const out = readingWayOut(guardedClient(reach), memorySecrets("read", { library: SECRET }), now);
  door = await openDoor({ servers, passedOn: passedOn({ servers, client, out, now }, times) });
  close = () => client.stop();
});
beforeEach(() => agent());
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const { server } of (await door.deps.servers.readable()).items)
    await door.deps.servers.remove(server, { holds: 0 });
  for (const held of await door.deps.locks.all()) await door.deps.locks.remove(held);
  Object.assign(times, USUAL);
  for (const library of libraries) library.fresh();
});
afterAll(async () => {
  await door.stop();
  await close();
  await Promise.all(libraries.map((library) => library.stop()));
});

const newer = async (): Promise<Client> => {
  const client = new Client({ name: "newer", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(new URL(door.url), { requestInit: { headers: headersOf() } }));
  clients.push(client);
  return client;
};
const older = async (): Promise<OlderClient> => {
  const client = new OlderClient({ name: "older", version: "1" });
  const transport = new OlderTransport(new URL(door.url), { requestInit: { headers: headersOf() } });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  clients.push(client);
  return client;
};
describe.each([
  ["2026-07-28", newer],
  ["2025-11-25", older],
] as const)("a client of the line %s", (_line, connect) => {
  it("a client is shown the prompts and resources of two servers under names apart, and each leads to its own", async () => {
    await register("ours", libraries[0]);
    await register("theirs", libraries[1]);
    const client = await connect();
    const { prompts } = await client.listPrompts();
    expect(prompts).toEqual([
      { name: "ours.summary", description: "Sums up (ours)", arguments: [{ name: "topic", required: true }] },
      { name: "theirs.summary", description: "Sums up (theirs)", arguments: [{ name: "topic", required: true }] },
    ]);
    const { messages } = await client.getPrompt({ name: "theirs.summary", arguments: { topic: "Ann" } });
    expect(messages[0]?.content).toEqual({ type: "text", text: "theirs: sum up Ann" });

    const { resources } = await client.listResources();
    const [first, second] = resources.map(({ uri }) => uri);
    expect([first, second]).toEqual(["buddy://ours/notes://all?of=ann#1", "buddy://theirs/notes://all?of=ann#1"]);
    expect(resources[0]).not.toHaveProperty("_meta");
    const { contents } = await client.readResource({ uri: second ?? "" });
    expect(contents).toEqual([{ uri: second, mimeType: "text/plain", text: "Ann called (theirs)" }]);

    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      "buddy://ours/notes://{id}/raw",
      "buddy://theirs/notes://{id}/raw",
    ]);
    expect((await client.readResource({ uri: "buddy://ours/notes://7/raw" })).contents[0]).toMatchObject({
      blob: "aGVsbG8=",
    });
  });

  it("a client finds a link in a prompt where the door gives that resource", async () => {
    await register("ours", libraries[0]);
    const client = await connect();
    const { messages } = await client.getPrompt({ name: "ours.summary", arguments: { topic: "Ann" } });
    const [, link, embedded] = messages.map(({ content }) => content);
    const uri = "buddy://ours/notes://all?of=ann#1";
    expect([link, embedded]).toMatchObject([{ uri }, { resource: { uri } }]);
    expect((await client.readResource({ uri })).contents).toHaveLength(1);
  });

  it.each([
    ["an unknown server", "none.summary", "buddy://none/notes://all?of=ann#1"],
    ["a server that passes nothing on", "silent.summary", "buddy://silent/notes://all?of=ann#1"],
    ["a server that needs a permission", "closed.summary", "buddy://closed/notes://all?of=ann#1"],
    ["a name near a right one", "ours.summary ", "buddy://ours/notes://all?of=ann#1 "],
    ["a name without a server", "summary", "notes://all?of=ann#1"],
    ["a name without its own part", "ours.", "buddy://ours/"],
    ["a name of an odd server", "../ours.summary", "buddy://../ours/notes://all"],
  ])("a client may not read a resource of %s, and is told so", async (_of, name, uri) => {
    await register("ours", libraries[0]);
    await register("silent", libraries[1], null);
    await register("closed", libraries[1], { ...PASSES, required_permissions: ["library:read"] });
    const client = await connect();
    await expect(client.getPrompt({ name, arguments: { topic: "x" } })).rejects.toMatchObject({ code: -32_602 });
    await expect(client.readResource({ uri })).rejects.toMatchObject({ code: -32_602, data: { uri } });
    expect(libraries[1].methods).toEqual([]);
  });
});

it.each([
  ["no address", "resources/read", {}],
  ["an address that is longer than any", "resources/read", { uri: `buddy://ours/${"x".repeat(5_000)}` }],
  ["an argument that is no text", "prompts/get", { name: "ours.summary", arguments: { topic: 1 } }],
  ["a cursor that no page gave", "prompts/list", { cursor: "x" }],
  ["a cursor that is no text", "resources/list", { cursor: 1 }],
])("%s is the client's error, and said shortly", async (_what, method, params) => {
  const words = await answered(method, params);
  expect(words).toContain('"code":-32602');
  expect(words.length).toBeLessThan(1_000);
});

it.each([
  [
    "a field that JSON's readers drop",
    "prompts/get",
    JSON.parse('{"name": "ours.summary", "arguments": {"topic": "x", "__proto__": "y"}}'),
    "/arguments/__proto__ __proto__ cannot be a field name",
  ],
  [
    "a name with half a character",
    "prompts/get",
    { name: "ours.summary\ud800", arguments: { topic: "x" } },
    "/name holds half of a surrogate pair",
  ],
  [
    "an argument with half a character",
    "prompts/get",
    { name: "ours.summary", arguments: { topic: "\ud800" } },
    "/arguments/topic holds half of a surrogate pair",
  ],
  [
    "an address with half a character",
    "resources/read",
    { uri: "buddy://ours/note:\ud800" },
    "/uri holds half of a surrogate pair",
  ],
])("%s is refused with its place, before any server is asked", async (_what, method, params, told) => {
  await register("ours", libraries[0]);
  const words = await answered(method, params);
  expect(words).toContain('"code":-32602');
  expect(words).toContain(told);
  expect(libraries[0].methods).toEqual([]);
});

/** The answer to a message that no client's library would send. */
const answered = async (method: string, params: unknown): Promise<string> => {
  const answer = await fetch(door.url, {
    method: "POST",
    headers: {
      ...headersOf(),
      ...{ "content-type": "application/json", accept: "application/json, text/event-stream" },
      "mcp-protocol-version": "2025-11-25",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  return answer.text();
};

describe("the servers that are asked", () => {
  it("servers are asked that an operator lets pass something on, for agents with the permissions named", async () => {
    await register("ours", libraries[0], { prompts: true, required_permissions: ["library:read"] });
    await register("theirs", libraries[1], { resources: true });
    const client = await newer();
    expect((await client.listPrompts()).prompts).toEqual([]);
    expect((await client.listResources()).resources).toHaveLength(1);
    expect(libraries[0].methods).toEqual([]);
    await agent({ granted_permissions: ["library:read"] });
    expect((await client.listPrompts()).prompts).toHaveLength(1);
    await expect(client.readResource({ uri: "buddy://ours/notes://7/raw" })).rejects.toMatchObject({ code: -32_602 });
    await agent({ allowed_submitters: ["bob"] });
    expect((await client.listResources()).resources).toHaveLength(1);
  });

  it("servers are not asked for what was listed before an operator, or the registry of agents, thought otherwise", async () => {
    await register("ours", libraries[0], { ...PASSES, required_permissions: ["library:read"] });
    await agent({ granted_permissions: ["library:read"] });
    const client = await newer();
    const [listed] = (await client.listResources()).resources;
    const read = () => client.readResource({ uri: listed?.uri ?? "" });
    expect((await read()).contents).toHaveLength(1);
    await agent();
    await expect(read()).rejects.toMatchObject({ code: -32_602 });
    await agent({ granted_permissions: ["library:read"] });
    await register("ours", libraries[0], { prompts: true });
    await expect(read()).rejects.toMatchObject({ code: -32_602 });
    await door.deps.servers.remove("ours", { holds: 0 });
    await expect(read()).rejects.toMatchObject({ code: -32_602 });
    expect(libraries[0].methods.filter((method) => method === "resources/read")).toHaveLength(1);
  });

  it("servers are left alone while everything, or that agent, is locked", async () => {
    await register("ours", libraries[0]);
    await lock({ kind: "agent", agent_id: "agent_1" });
    const named = { caller: "olga", name: "Olga Orlova", by: "ada", at: "2026-01-31T12:00:00.000Z" };
    const { changes } = await door.deps.callerNames.seen();
    expect(await door.deps.callerNames.put(named, changes)).toBe(true);
    const client = await newer();
    const listed = await client.listPrompts();
    expect(listed.prompts).toEqual([]);
    expect(listed._meta?.["buddy/left_out"]).toEqual([
      { server: "ours", why: "locked (l1) by Olga Orlova (olga): something is odd" },
    ]);
    await expect(client.getPrompt({ name: "ours.summary", arguments: { topic: "x" } })).rejects.toMatchObject({
      code: -32_603,
      data: { "buddy/retry": "later" },
    });
    expect(libraries[0].methods).toEqual([]);
  });

  it("servers are asked again only when their word on a list is over", async () => {
    await register("kept", libraries[0]);
    libraries[0].holds = 60_000;
    const client = await newer();
    await client.listPrompts(undefined, { cacheMode: "bypass" });
    await client.listPrompts(undefined, { cacheMode: "bypass" });
    expect(libraries[0].methods.filter((method) => method === "prompts/list")).toHaveLength(1);
  });
});

describe("a server that does not do as it should", () => {
  it.each([
    ["is down", { status: 503 }, "503"],
    ["has pages without an end", "endless", "pagination did not terminate"],
    ["answers something else", { result: { prompts: "none" } }, "not as the protocol says"],
    ["does not answer in time", "silent", "no answer came in time"],
  ] as const)("a server behind that %s is left out of lists, and the list says so", async (_how, fault, words) => {
    if (fault === "silent") times.listing_ms = 2_000;
    await register("ours", libraries[0]);
    await register("theirs", libraries[1]);
    libraries[0].faults.set("prompts/list", fault);
    const { prompts, _meta } = await (await newer()).listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(["theirs.summary"]);
    expect(_meta?.["buddy/left_out"]).toEqual([{ server: "ours", why: expect.stringContaining(words) }]);
  });

  it("a server behind passes on what is as it should be, and the list says how much is not", async () => {
    await register("ours", libraries[0]);
    const odd = ["summary", "two\nlines", "x".repeat(300), "hid\u{e0041}den", `holds ${SECRET}`].map((name) => ({
      name,
    }));
    libraries[0].prompts.push(...odd);
    const { prompts, _meta } = await (await newer()).listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(["ours.holds (secret)", "ours.summary"]);
    expect(_meta?.["buddy/left_out"]).toEqual([{ server: "ours", why: expect.stringContaining("4 more") }]);
  });

  it("a server behind that writes null for what is not there is passed on as one that leaves it out", async () => {
    await register("ours", libraries[0]);
    const prompt = { name: "plain", title: null, description: null, arguments: [{ name: "a", required: null }] };
    libraries[0].faults.set("prompts/list", { result: { prompts: [prompt], nextCursor: null } });
    const contents = [{ uri: "notes://a", text: "Ann", mimeType: null, _meta: null }];
    libraries[0].faults.set("resources/read", { result: { contents } });
    const client = await newer();
    expect(await client.listPrompts()).toMatchObject({ prompts: [{ name: "ours.plain", arguments: [{ name: "a" }] }] });
    const { resources } = await client.listResources();
    const read = await client.readResource({ uri: resources[0]?.uri ?? "" });
    expect(read.contents).toEqual([expect.not.objectContaining({ mimeType: null })]);
  });

  it("a server behind passes on all that it lists beside one thing that is not as the protocol says", async () => {
    await register("ours", libraries[0]);
    const { prompts: right } = libraries[0];
    for (const odd of [{ name: 7 }, { description: "nameless" }, null, "a text"]) {
      libraries[0].faults.set("prompts/list", { result: { prompts: [...right, odd] } });
      const { prompts, _meta } = await (await newer()).listPrompts();
      expect(prompts.map(({ name }) => name)).toEqual(["ours.summary"]);
      expect(_meta?.["buddy/left_out"]).toEqual([{ server: "ours", why: expect.stringContaining("1 more") }]);
    }
  });

  it.each([
    ["is down", { status: 503 }, -32_603, "later", "503"],
    ["does not answer in time", "silent", -32_603, "later", "no answer came in time"],
    ["answers something else", { result: { contents: "none" } }, -32_603, "later", "not as the protocol says"],
    [
      "answers with an address that hides something",
      { result: { contents: [{ uri: "a b", text: "" }] } },
      -32_603,
      "later",
      "is not passed on: /contents/0/uri must be an address without blanks",
    ],
    [
      "answers with a part that is none",
      {
        result: {
          contents: [
            { uri: "notes://a", text: "" },
            { uri: "notes://b", text: "", mimeType: "a\u0000" },
          ],
        },
      },
      -32_603,
      "later",
      "is not passed on: /contents/1/mimeType",
    ],
  ] as const)(
    "a server behind that %s gives an error that names it, and says whether to ask again",
    async (_how, fault, code, retry, words) => {
      if (fault === "silent") times.reading_ms = 2_000;
      await register("ours", libraries[0]);
      libraries[0].faults.set("resources/read", fault);
      const uri = "buddy://ours/notes://all?of=ann#1";
      const read = (await newer()).readResource({ uri });
      await expect(read).rejects.toMatchObject({ code, data: { uri, "buddy/retry": retry } });
      await expect(read).rejects.toThrow(words);
      await expect(read).rejects.toThrow("ours");
    },
  );

  it("a server behind that is down is not said to have been left no time", async () => {
    await register("ours", libraries[0]);
    libraries[0].faults.set("resources/read", { status: 503 });
    const read = (await newer()).readResource({ uri: "buddy://ours/notes://all?of=ann#1" });
    await expect(read).rejects.toMatchObject({
      data: {
        "buddy/problem": { type: "urn:buddy:problem:unanswered", title: "What stands behind this gave no answer" },
      },
    });
  });

  it.each([
    ["a blank", "file:///a b"],
    ["a line end", "file:///a\nb"],
    ["a sign that hides", "file:///hid\u{e0041}den"],
  ])("a server behind is not asked for an address with %s, which no list passes on", async (_, own) => {
    await register("ours", libraries[0]);
    const read = (await newer()).readResource({ uri: `buddy://ours/${own}` });
    await expect(read).rejects.toMatchObject({ code: -32_602 });
    expect(libraries[0].methods).toEqual([]);
  });

  it("a server behind is not asked with arguments that are too large, and its own refusal of arguments is handed on", async () => {
    await register("ours", libraries[0]);
    const client = await newer();
    const large = client.getPrompt({ name: "ours.summary", arguments: { topic: "x".repeat(70_000) } });
    await expect(large).rejects.toMatchObject({ code: -32_602 });
    expect(libraries[0].methods).toEqual([]);
    await expect(client.getPrompt({ name: "ours.summary" })).rejects.toThrow("topic is needed");
  });
});

it("a link in what a tool of such a server gave leads through the door, where its resources are passed on", async () => {
  const client = await newer();
  const read = await client.callTool({
    ...{ name: "memory_search", arguments: { query: "ann" } },
    _meta: { "buddy/confidence": 0.95 },
  });
  const link = { type: "resource_link", uri: "notes://7/raw", name: "a note" };
  const embedded = { type: "resource", resource: { uri: "notes://7/raw", text: "Ann called" } };
  const known = z.looseObject({}).parse(read._meta?.["buddy/call"]);
  const reply = callReply.parse({ ...known, output: { content: [link, embedded] } });
  const contract = defined(setContact({}, { server: "ours" }));
  const given = async () => (await resultOfNamed(door.deps, accept({ reply, contract }))).content;
  await register("ours", libraries[0], { prompts: true });
  expect(await given()).toEqual([link, embedded]);
  await register("ours", libraries[0]);
  const uri = "buddy://ours/notes://7/raw";
  expect(await given()).toEqual([
    { ...link, uri },
    { ...embedded, resource: { uri, text: "Ann called" } },
  ]);
});

it("the log says who was given what, by digests", async () => {
  await register("ours", libraries[0]);
  await (await newer()).readResource({ uri: "buddy://ours/notes://7/raw" });
  const line = door.logged.findLast(({ message }) => message === "an agent was given what a server passes on");
  expect(line?.fields).toMatchObject({ agent: "agent_1", server: "ours", kind: "resources" });
  expect(JSON.stringify(line)).not.toContain("notes://");
});
