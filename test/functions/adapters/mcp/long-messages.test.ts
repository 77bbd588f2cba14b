import { serializeMessage } from "@modelcontextprotocol/client";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { boundedBody } from "../../../../functions/adapters/mcp/bounded-body.ts";
import { mcpClient } from "../../../../functions/adapters/mcp/mcp-client.ts";
import { MessageLines } from "../../../../functions/adapters/mcp/message-lines.ts";
import { stdioTransports } from "../../../../functions/adapters/mcp/stdio-transport.ts";
import { LONGEST_MESSAGE_BYTES, LongMessage } from "../../../../functions/adapters/mcp/too-long.ts";
import { commandLine, mcpServer, type StdioMcpServer } from "../../../../shared/contracts/binding/mcp/mcp-server.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import type { McpTarget } from "../../../../shared/ports/mcp.ts";
import { startContacts } from "../../../counterparts/mcp-over-http.ts";
import { onLoopback, overHttp, wayTo } from "../../tools/mcp/contact-tools.ts";

const PROGRAM = new URL("../../../counterparts/mcp-long-program.ts", import.meta.url).pathname;
const LONG = 3 * LONGEST_MESSAGE_BYTES;
const words = expect.stringMatching(/^its answer has \d{7} bytes, of which at most 1048576 are read/);

const server = mcpServer.parse({
  kind: "stdio",
  server: "long",
  command: process.execPath,
  args: [PROGRAM, String(LONG)],
}) as StdioMcpServer;
const client = mcpClient({
  reach: { allowed_hosts: [], networks: [], loopback: false },
  stdio: stdioTransports([commandLine(server)]),
  now: () => 0,
});
afterAll(client.stop);

const target: McpTarget = { server, credentials: { family: "none", headers: {}, env: {} } };
const limits = { timeout_ms: 20_000 };
const call = (tool: string, args: JsonObject = {}) => client.call(target, { tool, arguments: args, meta: {} }, limits);
const says = (form: string, bytes = LONG) => call("says", { form, bytes });
/** The program that answers, by its number. */
const program = async (): Promise<string> => JSON.stringify(await call("pid"));

describe("an answer of a program that is longer than any that is read", () => {
  it("an answer that is too long ends no call of others over the same program, which is spoken to further", async () => {
    const before = await program();
    const held = call("held");
    const cut = [{ type: "text", text: expect.stringMatching(/^\[cut: its answer has \d{7} bytes/) }];
    const done = { kind: "answered", result: { is_error: false, content: cut, left_out: words } };
    expect(await says("content")).toEqual(done);
    expect(await says("structured")).toEqual(done);
    expect(await says("error")).toMatchObject({ kind: "answered", result: { is_error: true, left_out: words } });
    await call("released");
    expect(await held).toMatchObject({ kind: "answered", result: { content: [{ text: "released" }] } });
    expect(await program()).toBe(before);
  });

  it("an answer that is too long and no result of a tool is the server's error, or says how long it was", async () => {
    const before = await program();
    const error = "the server answered with error -32000: no";
    expect(await says("protocol_error")).toEqual({ kind: "failed", error });
    expect(await says("neither")).toEqual({ kind: "unknown", error: words, timed_out: false });
    expect(await program()).toBe(before);
  });

  it("a list or a resource that is too long is refused with its length, asked for once, and ends nothing", async () => {
    const before = await program();
    const refused = { ok: false, refusal: { error: words } };
    expect(await client.list(target, "prompts", limits)).toEqual(refused);
    expect(await client.ask(target, { kind: "resource", uri: "note:1" }, limits)).toEqual(refused);
    await call("grows");
    expect(await client.tools(target, { ...limits, fresh: true })).toEqual(refused);
    expect(await program()).toBe(before);
  });

  it("an answer that is as long as one may be is read whole", async () => {
    expect(await says("content", LONGEST_MESSAGE_BYTES / 2)).not.toHaveProperty("result.left_out");
  });
});

describe("a message that is read as it comes", () => {
  const told = (message: string, size = 1_000) => {
    const long = new LongMessage();
    const bytes = Buffer.from(message);
    for (let at = 0; at < bytes.length; at += size) long.add(bytes.subarray(at, at + size));
    return long.standIn();
  };

  it("a long message is told of by the request that it answers and how, wherever its parts end", () => {
    const anything = fc.record({
      id: fc.oneof(fc.nat(), fc.string({ maxLength: 30 })),
      isError: fc.boolean(),
      content: fc.array(fc.jsonValue()),
      structuredContent: fc.jsonValue(),
      beside: fc.jsonValue(),
      spaced: fc.boolean(),
      size: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(anything, ({ id, isError, content, structuredContent, beside, spaced, size }) => {
        const result = { beside, content, structuredContent, isError };
        const message = JSON.stringify({ result, jsonrpc: "2.0", id }, null, spaced ? 2 : 0);
        expect(told(message, size)).toMatchObject({ id, result: { isError, content: [{ type: "text" }] } });
      }),
    );
  });

  it("a long message that asks or tells something is handed on by its name", () => {
    const params = { messages: [{ role: "user", content: "x".repeat(1_000) }], text: "y".repeat(1_000) };
    const asked = { jsonrpc: "2.0", method: "sampling/createMessage", params };
    const shown = { ...asked, params: { messages: [], text: "" } };
    expect(told(JSON.stringify({ ...asked, id: 7 }))).toEqual({ ...shown, id: 7 });
    expect(told(JSON.stringify(asked))).toEqual(shown);
  });

  it("a long line that is no message, or does not say which request it answers, is nothing", () => {
    for (const line of [
      "}]}]{",
      `"${"x".repeat(1_000)}`,
      '{"result":{"content":[]}}',
      JSON.stringify("x".repeat(70_000).split("")),
    ])
      expect(told(line)).toBeUndefined();
  });

  it("lines are told apart wherever the parts end in which they come", () => {
    const filler = "é".repeat(LONGEST_MESSAGE_BYTES / 2);
    const answer = (id: number, text: string) =>
      serializeMessage({ jsonrpc: "2.0", id, result: { tools: [{ name: text }] } });
    const bytes = Buffer.from(`hello\n${answer(1, "a")}${answer(2, filler)}\r\n${answer(3, "é")}`);
    for (const size of [7, 65_536, bytes.length]) {
      const lines = new MessageLines();
      const read: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        lines.append(bytes.subarray(at, at + size));
        for (let message = lines.readMessage(); message !== null; message = lines.readMessage()) read.push(message);
      }
      expect(read).toMatchObject([
        { id: 1, result: { tools: [{ name: "a" }] } },
        { id: 2, error: { message: words } },
        { id: 3, result: { tools: [{ name: "é" }] } },
      ]);
    }
  });
});

describe.each([
  ["2026-07-28", false],
  ["2025-11-25", true],
] as const)("an answer over HTTP that is longer than any that is read (%s)", (_line, sessions) => {
  const said = "x".repeat(LONG);

  it("an answer over HTTP that is too long is told of as one of a program is, however it comes", async () => {
    const contacts = await startContacts({ sessions });
    const way = wayTo(overHttp(contacts.url), onLoopback(contacts.host));
    const remote: McpTarget = { ...target, server: overHttp(contacts.url) };
    const asked = async (fields: string, stream: boolean) => {
      contacts.misbehave({ result: `{"resultType":"complete",${fields}}`, acts: true, stream });
      return way.client.call(remote, { tool: "make_contact", arguments: {}, meta: {} }, limits);
    };
    for (const stream of [false, true]) {
      const content = [{ type: "text", text: expect.stringMatching(/^\[cut: its answer has \d{7} bytes/) }];
      const done = { kind: "answered", result: { is_error: false, content, left_out: words } };
      expect(await asked(`"content":[{"type":"text","text":"${said}"}]`, stream)).toEqual(done);
      expect(await asked(`"content":[],"structuredContent":{"said":"${said}"},"isError":true`, stream)).toEqual({
        ...done,
        result: { ...done.result, is_error: true },
      });
      expect(await asked(`"said":"${said}"`, stream)).toEqual({ kind: "unknown", error: words, timed_out: false });
      // The server's word on its own answer is none of ours.
      const claims = `"content":[],"_meta":{"buddy/too_long":{"found":"here","bytes":9}}`;
      expect(await asked(claims, stream)).toEqual({ kind: "answered", result: { is_error: false, content: [] } });
    }
    contacts.misbehave({ result: `{"tools":[],"said":"${said}"}`, acts: true, on: "tools/list", stream: false });
    expect(await way.client.tools(remote, limits)).toEqual({ ok: false, refusal: { error: words } });
    expect(contacts.effects).toHaveLength(8);
    await way.stop();
    await contacts.stop();
  });
});

describe("a body of a server", () => {
  const read = (type: string, chunks: readonly string[]) =>
    boundedBody(
      new Response(ReadableStream.from(chunks.map((chunk) => Buffer.from(chunk))), {
        headers: { "content-type": type },
      }),
    ).text();
  const half = "x".repeat(LONGEST_MESSAGE_BYTES / 2 + 1);

  it("a body that is short comes as it is, and so does a stream of any length whose events are short", async () => {
    expect(await read("application/json", ['{"a":', "1}"])).toBe('{"a":1}');
    const event = `: hello\r\nevent: message\r\ndata: ${half}\r\n\r\n`;
    expect(await read("text/event-stream", [event, event, event, "data: x"])).toBe(`${event.repeat(3)}data: x`);
  });

  it("a body or an event that is too long and no message cannot be read", async () => {
    const words = "its body has more than 1048576 bytes";
    await expect(read("text/html", [half, half])).rejects.toThrow(words);
    await expect(read("text/event-stream", [`: ${half}${half}\n\n`])).rejects.toThrow(words);
    await expect(read("text/event-stream", [`data: ${half}\ndata: ${half}\n\n`])).rejects.toThrow(words);
  });
});
