import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { liveToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { startContacts } from "../../../counterparts/mcp-over-http.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { defined } from "../../tools/http/crm-tools.ts";
import { makeContact, onLoopback, overHttp, wayTo } from "../../tools/mcp/contact-tools.ts";

const TEXT = { type: "text", text: "made" };

describe.each([
  ["2026-07-28", false],
  ["2025-11-25", true],
] as const)("a result that a server of %s gives after it has acted", async (line, sessions) => {
  const server = await startContacts({ sessions });
  const way = wayTo(overHttp(server.url), onLoopback(server.host));
  afterAll(async () => {
    await way.stop();
    await server.stop();
  });
  beforeEach(server.fresh);
  const answered = (fields: string, binding: JsonObject = {}) => {
    const contract = makeContact();
    const { binding: bound, ...rest } = contract;
    const made = defined({ ...rest, binding: { ...(bound as JsonObject), ...binding } });
    server.misbehave({ result: `{"resultType":"complete",${fields}}`, acts: true });
    const { call } = liveToolbox(memoryWorld(), { ways: { mcp: way } }).adapterFor(made);
    return call(liveCall(toolCall(made, { stage: "lead" }), "k"));
  };

  it.each<[string, string, unknown, string?]>([
    [
      "a block of a kind that nobody knows yet",
      `"content":[{"type":"hologram","x":1},${JSON.stringify(TEXT)}]`,
      { content: [{ type: "hologram", x: 1 }, TEXT] },
    ],
    ["a list for its structured content", '"content":[],"structuredContent":[1]', [1]],
    [
      "null for its structured content",
      `"content":[${JSON.stringify(TEXT)}],"structuredContent":null`,
      { content: [TEXT] },
    ],
    ["nothing but structured content", '"structuredContent":{"id":7}', { id: 7 }],
    ["null for its content", '"content":null,"structuredContent":{"id":7}', { id: 7 }],
    ["null for whether it failed", '"content":[],"isError":null', { content: [] }],
    [
      "a number beyond all that there are",
      '"content":[],"structuredContent":{"n":1e999}',
      { n: "[cut: a number beyond 1.8e308]" },
      "a number beyond 1.8e308",
    ],
    [
      "an integer that lost digits",
      '"content":[],"structuredContent":{"id":9007199254740993,"far":1.5e300}',
      { id: "[cut: a number near 9007199254740992, whose last digits are lost]", far: 1.5e300 },
    ],
    ["half a character", '"content":[],"structuredContent":{"t":"cut \\ud83d"}', { t: "cut \ufffd" }],
    [
      "a name that no object may have",
      '"content":[],"structuredContent":{"__proto__":{"x":1},"a":1}',
      { a: 1 },
      "a field named __proto__",
    ],
    [
      "such a name in a block of content",
      '"content":[{"type":"hologram","x":[{"__proto__":1}]}]',
      { content: [{ type: "hologram", x: [{}] }] },
      "a field named __proto__",
    ],
    [
      "such a name in a block beside its structured content",
      '"content":[{"type":"hologram","__proto__":1}],"structuredContent":{"id":7}',
      { id: 7 },
    ],
  ])(`a call is made whose result has %s (${line})`, async (_, fields, output, left_out) => {
    const said = left_out === undefined ? {} : { left_out };
    expect(await answered(fields)).toEqual({ kind: "committed", output, undo: null, ...said });
    expect(server.effects).toHaveLength(1);
  });

  it(`a call is made whose result is nested 5,000 levels deep, and what is left out says so (${line})`, async () => {
    const outcome = await answered(`"structuredContent":{"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}`);
    expect(outcome.kind).toBe("committed");
    expect(JSON.stringify(outcome)).toContain("[cut: nested deeper than 64 levels]");
  });

  it.each<[string, string, JsonObject]>([
    ["that it failed", '"content":[{"type":"hologram"}],"isError":true', {}],
    ["in a text whether it failed", '"content":[],"isError":"true"', {}],
    ["a task that goes on", '"content":[],"task":{"taskId":"t1","status":"working"},"isError":"later"', {}],
  ])(`a call is of unknown outcome where its result says %s (${line})`, async (_, fields) => {
    expect((await answered(fields)).kind).toBe("indeterminate");
  });

  it(`a number beyond 2^53 in a text that is JSON is kept as its digits (${line})`, async () => {
    const text = '{"id":9007199254740993,"at":[12345678901234567890],"n":7}';
    const fields = `"content":[{"type":"text","text":${JSON.stringify(text)}}]`;
    const request = { tool: "make_contact" };
    expect(await answered(fields, { call: request, text_is_json: true })).toMatchObject({
      kind: "committed",
      output: { id: "9007199254740993", at: ["12345678901234567890"], n: 7 },
    });
  });
});
