import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardedProxy } from "../../../../functions/adapters/browser/guarded-proxy.ts";
import { guardedClient } from "../../../../functions/adapters/http/guarded-client.ts";
import { guardedFetch } from "../../../../functions/adapters/http/guarded-fetch.ts";
import { guardedNotices } from "../../../../functions/adapters/http/guarded-notices.ts";
import { mcpClient } from "../../../../functions/adapters/mcp/mcp-client.ts";
import { ENDLESS, NO_ANSWERS, type RawAnswers, startRawAnswers } from "../../../counterparts/raw-answers.ts";

let server: RawAnswers;
beforeAll(async () => {
  server = await startRawAnswers();
});
afterAll(() => server.stop());

const reach = () => ({ allowed_hosts: [server.host], networks: [], loopback: true });
const post = () => ({
  method: "POST",
  url: `${server.origin}/calls`,
  headers: {},
  body: "{}",
  hosts: [server.host],
});
/** Longer than any of these tests may take: what ends before it was not ended by its time. */
const LONG = 600_000;

describe("a request whose answer is none", () => {
  it.each(NO_ANSWERS)("a call that is answered with $name is of unknown outcome at once", async ({ text, closes }) => {
    server.says(text, closes);
    const answer = await guardedClient(reach()).send(post(), { timeout_ms: LONG });
    expect(answer).toMatchObject({ kind: "unknown", timed_out: false });
  });

  it.each(NO_ANSWERS)("a notice that is answered with $name has failed at once", async ({ text, closes }) => {
    server.says(text, closes);
    const answer = await guardedNotices(reach()).send({ ...post(), reads: true }, LONG);
    expect(answer).toMatchObject({ kind: "failed" });
  });

  it.each(NO_ANSWERS)("an MCP server that answers with $name is said to be none at once", async ({ text, closes }) => {
    server.says(text, closes);
    const client = mcpClient({ reach: reach(), now: Date.now });
    const credentials = { family: "none", headers: {}, env: {} } as const;
    const url = `${server.origin}/mcp`;
    const target = { server: { kind: "http", server: "odd", url, headers: {} }, credentials } as const;
    expect(await client.tools(target, { timeout_ms: LONG })).toMatchObject({ ok: false });
    const call = { tool: "act", arguments: {}, meta: {} };
    expect((await client.call(target, call, { timeout_ms: LONG })).kind).not.toBe("answered");
    await client.stop();
  });

  it.each([101, 999])("a request of a library that is answered with the status %s fails in words", async (status) => {
    server.says(`HTTP/1.1 ${status} Odd\r\nContent-Length: 0\r\n\r\n`);
    const sending = { stop: AbortSignal.timeout(LONG), state: { sent: false } };
    await expect(guardedFetch(reach())(post(), sending)).rejects.toThrow(`answered with status ${status}`);
  });

  it("a page's request that is answered with another protocol is broken off at once", async () => {
    const proxy = await guardedProxy(reach(), [server.host]);
    server.says(NO_ANSWERS[0]?.text ?? "");
    const { hostname, port } = new URL(proxy.url);
    const path = `${server.origin}/page`;
    const asked = request({ hostname, port, path, headers: { host: server.host } });
    const failed = new Promise((resolve) => asked.once("error", resolve));
    asked.end();
    expect(await failed).toMatchObject({ code: "ECONNRESET" });
    await proxy.stop();
  });
});

describe("a request whose answer does not end", () => {
  it.each(ENDLESS)("a call is of unknown outcome when it is stopped, whatever came before: $name", async ({ text }) => {
    server.says(text);
    const over = new AbortController();
    const asked = guardedClient(reach()).send(post(), { timeout_ms: LONG, signal: over.signal });
    await server.next();
    over.abort();
    expect(await asked).toMatchObject({ kind: "unknown", timed_out: true });
  });

  it.each(ENDLESS)("a notice has failed when its time is over, whatever came before: $name", async ({ text }) => {
    server.says(text);
    const answer = await guardedNotices(reach()).send({ ...post(), reads: true }, 200);
    expect(answer).toEqual({ kind: "failed", error: "no answer came in time" });
  });
});
