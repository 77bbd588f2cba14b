import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toolLists } from "../../../../functions/tools/mcp/tool-lists.ts";
import { dryRunToolbox, liveToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { type ContactsOverHttp, startContacts } from "../../../counterparts/mcp-over-http.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { defined } from "../../tools/http/crm-tools.ts";
import { onLoopback, overHttp, setContact, wayTo } from "../../tools/mcp/contact-tools.ts";

const ok = { type: "object" };

const deep = (): unknown => JSON.parse(`${'{"properties":{"a":'.repeat(100)}{}${"}}".repeat(100)}`);

/** Of each what is said of it, by the name under which it is left out. */
const MALFORMED: readonly [what: string, tool: unknown, name: string, words: string][] = [
  ["no schema of its arguments", { name: "odd" }, "odd", "/inputSchema"],
  ["a text for its schema", { name: "odd", inputSchema: "object" }, "odd", "/inputSchema"],
  ["null for its schema", { name: "odd", inputSchema: null }, "odd", "/inputSchema must be"],
  ["an output schema that is a list", { name: "odd", inputSchema: ok, outputSchema: [] }, "odd", "/outputSchema"],
  [
    "a number for its description",
    { name: "odd", description: 7, inputSchema: ok },
    "odd",
    "/description must be a string, not a number",
  ],
  ["a text for its annotations", { name: "odd", inputSchema: ok, annotations: "x" }, "odd", "/annotations"],
  ["a name that is empty", { name: "", inputSchema: ok }, "number 5", "/name"],
  ["a name that is a number", { name: 7, inputSchema: ok }, "number 5", "/name"],
  ["no object at all", "set_contact", "number 5", "it is no object"],
  ["null in its place", null, "number 5", "it is no object"],
  [
    "half a character in its description",
    { name: "odd", description: "cut \ud83d", inputSchema: ok },
    "odd",
    "/description",
  ],
  [
    "half a character in its schema",
    { name: "odd", inputSchema: { title: "cut \ud83d" } },
    "odd",
    "/inputSchema/title",
  ],
  [
    "a field in its schema that a schema would drop",
    { name: "odd", inputSchema: { properties: JSON.parse('{"__proto__":{},"ok":{}}') } },
    "odd",
    "/inputSchema/properties/__proto__ __proto__ cannot be a field name; rename it",
  ],
  ["half a character in its name", { name: "odd\ud83d", inputSchema: ok }, "odd\ufffd", "/name"],
  ["a schema that is nested too deep", { name: "odd", inputSchema: deep() }, "odd", "deeper than 64 levels"],
];

describe.each([
  ["2026-07-28", {}],
  ["2025-11-25", { sessions: true }],
])("a server of %s that lists something which is no tool", (line, options) => {
  let server: ContactsOverHttp;
  let way: ReturnType<typeof wayTo>;
  beforeEach(async () => {
    server = await startContacts(options);
    server.fresh();
    way = wayTo(overHttp(server.url), onLoopback(server.host));
  });
  afterEach(async () => {
    await way.stop();
    await server.stop();
  });
  const listed = async () => {
    const tools = await toolLists(way).of("contacts");
    if (!tools.ok) throw new Error(tools.refusal);
    return tools.value;
  };
  const contract = defined(setContact());
  const call = liveCall(toolCall(contract, { contact_id: "c1", stage: "won" }), "k");

  it.each(MALFORMED)(
    `a tool with %s is left out by name, and the others are called (${line})`,
    async (_, tool, name, words) => {
      server.more = [tool];
      const { tools, left_out } = await listed();
      expect(tools.map((each) => each.name)).toEqual(["get.contact", "set_contact", "make_contact", "find_call"]);
      expect(left_out).toEqual([{ name, why: expect.stringContaining(words) }]);
      const { call: make } = liveToolbox(memoryWorld(), { ways: { mcp: way } }).adapterFor(contract);
      expect((await make(call)).kind).toBe("committed");
      expect(server.effects).toHaveLength(1);
    },
  );

  it.each<[string, JsonObject]>([
    ["no type in its schema", { name: "odd", inputSchema: { anyOf: [{ required: ["a"] }] } }],
    ["names of fields that are no list", { name: "odd", inputSchema: { type: "object", required: true } }],
    ["a dialect that is no address", { name: "odd", inputSchema: { type: "object", $schema: 7 } }],
    ["an odd schema of its output", { name: "odd", inputSchema: ok, outputSchema: { type: "object", required: 7 } }],
    ["a hint that is a text", { name: "odd", inputSchema: ok, annotations: { readOnlyHint: "yes" } }],
    ["half a character in what no call needs", { name: "odd", inputSchema: ok, title: "cut \ud83d" }],
    ["icons that are none", { name: "odd", inputSchema: ok, icons: "x", title: 7, _meta: [] }],
  ])(`a tool with %s is listed as its server says it (${line})`, async (_, tool) => {
    server.more = [tool];
    const { tools, left_out } = await listed();
    const { name, inputSchema: input_schema, outputSchema, annotations } = tool;
    expect(left_out).toEqual([]);
    expect(tools.at(-1)).toEqual({
      ...{ name, description: "", input_schema },
      ...(outputSchema === undefined ? {} : { output_schema: outputSchema }),
      ...(annotations === undefined ? {} : { annotations }),
    });
  });

  it(`a tool with null for what it need not have is listed as one without (${line})`, async () => {
    const absent = { title: null, description: null, outputSchema: null, annotations: null, icons: null, _meta: null };
    const inputSchema = { type: "object", properties: { a: { enum: ["x", null], default: null } } };
    server.more = [
      { name: "odd", inputSchema, ...absent },
      { name: "hinted", inputSchema, annotations: { title: null, readOnlyHint: true } },
    ];
    const { tools, left_out } = await listed();
    expect(left_out).toEqual([]);
    expect(tools.slice(-2)).toEqual([
      { name: "odd", description: "", input_schema: inputSchema },
      { name: "hinted", description: "", input_schema: inputSchema, annotations: { readOnlyHint: true } },
    ]);
  });

  it(`a tool that a contract names and its server describes as none is held back, and nothing is sent (${line})`, async () => {
    server.offered = false;
    server.more = [{ name: "set_contact" }];
    const tools = { ways: { mcp: way } };
    const words = 'describes "set_contact" in a way that cannot be read (/inputSchema';
    expect(await liveToolbox(memoryWorld(), tools).adapterFor(contract).call(call)).toMatchObject({
      kind: "rejected",
      quarantined: true,
      error: expect.stringContaining(words),
    });
    expect(await dryRunToolbox(memoryWorld(), tools).adapterFor(contract).preview(call)).toMatchObject({
      changes: [],
      quarantined: expect.stringContaining(words),
    });
    expect(server.calls).toEqual([]);
  });
});

describe("a server whose tool names headers that the protocol forbids", () => {
  it("a tool of which the server names headers that the protocol forbids is left out by name", async () => {
    const server = await startContacts();
    const way = wayTo(overHttp(server.url), onLoopback(server.host));
    const forbidden = { type: "object", properties: { a: { type: "object", "x-mcp-header": "A" } } };
    server.fresh();
    server.more = [{ name: "odd", inputSchema: forbidden }];
    const listed = await toolLists(way).of("contacts");
    expect(listed.ok && listed.value.left_out).toEqual([{ name: "odd", why: expect.stringContaining("x-mcp-header") }]);
    expect(listed.ok && listed.value.tools).toHaveLength(4);
    await way.stop();
    await server.stop();
  });
});
