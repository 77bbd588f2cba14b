import { describe, expect, it } from "vitest";
import type { ToolDefinition } from "../../../../shared/contracts/binding/mcp/tool-definition.ts";
import { proposeMcpTools } from "../../../../shared/contracts/import/mcp-tools.ts";
import { ownName } from "../../../../shared/contracts/offer/offered-names.ts";

const tool = (changes: Partial<ToolDefinition> = {}): ToolDefinition => ({
  name: "set_contact",
  description: "Changes a contact",
  input_schema: { type: "object", properties: { stage: { type: "string" } } },
  ...changes,
});
const only = (changes: Partial<ToolDefinition>) =>
  proposeMcpTools("contacts", { tools: [tool(changes)], left_out: [] }).tools[0];

describe("tools of an MCP server, proposed as contracts", () => {
  it("tools of an MCP server are proposed as HIGH whatever the server claims of them, which is shown", () => {
    const proposed = only({ annotations: { readOnlyHint: true, destructiveHint: false } });
    expect(proposed?.contract).toMatchObject({ risk_level: "HIGH", reversible: false, requires_approval: true });
    expect(proposed?.warnings).toEqual([
      "the server claims, and nobody has checked: readOnlyHint true, destructiveHint false",
    ]);
  });

  it("tools of an MCP server are pinned to how that describes them, and called by its own names", () => {
    const proposed = only({ name: "contacts/set stage" });
    expect(proposed?.original).toBe("contacts/set stage");
    expect(proposed?.contract).toMatchObject({
      tool_name: "contacts_set_stage",
      binding: {
        server: "contacts",
        call: { tool: "contacts/set stage" },
        pins: [tool({ name: "contacts/set stage" })],
      },
    });
  });

  it("tools of an MCP server take no arguments but those described, where that can be said, else a warning is given", () => {
    expect(only({})?.contract.input_schema).toMatchObject({ additionalProperties: false });
    const schema = { type: "object", anyOf: [{ required: ["a"] }, { required: ["b"] }] };
    const open = only({ input_schema: schema });
    expect(open?.contract.input_schema).toEqual({ ...schema, additionalProperties: true });
    expect(open?.warnings).toEqual([expect.stringContaining("the server may ignore them")]);
    const said = { type: "object", additionalProperties: { type: "string" } };
    expect(only({ input_schema: said })?.contract.input_schema).toEqual(said);
  });

  it("tools of an MCP server are refused with a reason where their schema is none", () => {
    const { tools, refused } = proposeMcpTools("contacts", {
      tools: [tool({ input_schema: { type: "no type" } }), tool({ name: "b" })],
      left_out: [{ name: "c", why: "/inputSchema is missing" }],
    });
    expect(tools.map(({ original }) => original)).toEqual(["b"]);
    expect(refused).toEqual([
      { original: "set_contact", reasons: [expect.stringContaining("arguments are always an object")] },
      { original: "c", reasons: ["/inputSchema is missing"] },
    ]);
  });

  const named = (
    listed: Parameters<typeof proposeMcpTools>[1],
    registered: Parameters<typeof proposeMcpTools>[2] = [],
  ) => {
    const { tools, refused } = proposeMcpTools("two", listed, registered);
    return {
      refused,
      tools: tools.map(({ original, contract, warnings }) => [original, contract.tool_name, ...warnings]),
    };
  };
  const bound = (tool_name: string, server: string, tool: string) => ({
    tool_name,
    binding: { kind: "mcp", server, call: { tool } },
  });
  const icons = { tools: [tool({ name: "icons" })], left_out: [] };

  it.each([
    ["another server's tool", [bound("icons", "one", "icons")], "a tool of server one"],
    ["a tool of the sandbox", [{ tool_name: "icons" }], "a tool that is registered here"],
    ["a tool of a service", [{ tool_name: "icons", binding: { kind: "http" } }], "a tool that is registered here"],
    [
      "another tool of its server by what that calls it",
      [bound("pictures", "one", "icons")],
      "the name by which agents that speak MCP may call pictures",
    ],
    ["a contract of its server that calls another tool", [bound("icons", "two", "pictures")], "a tool of server two"],
  ])("a tool of an MCP server whose name is %s is proposed as <server>__<tool>, and it is said", (_, there, whose) => {
    expect(named(icons, there).tools).toEqual([["icons", "two__icons", `"icons" is ${whose}: proposed as two__icons`]]);
  });

  it("a tool of an MCP server is never proposed by a name that is made for another's, whether registered or of the same import", () => {
    const made = ownName("desk:icons");
    const there = { tools: [tool({ name: made })], left_out: [] };
    const words = `"${made}" is the name by which agents that speak MCP may call desk:icons: proposed as two__${made}`;
    expect(named(there, [{ tool_name: "desk:icons" }]).tools).toEqual([[made, `two__${made}`, words]]);
    const both = { tools: [tool({ name: "desk:icons" }), ...there.tools], left_out: [] };
    expect(named(both).tools).toEqual([
      ["desk:icons", "desk:icons"],
      [made, `two__${made}`, words],
    ]);
    const after = named({ tools: [tool({ name: "desk:icons" })], left_out: [] }, [{ tool_name: made }]);
    expect(after.tools).toMatchObject([["desk:icons", "two__desk:icons", expect.stringContaining("registered here")]]);
    expect(named(both, [bound("desk:icons", "two", "desk:icons")]).tools[0]).toEqual(["desk:icons", "desk:icons"]);
  });

  it("a tool of an MCP server that is registered already is proposed as its own next version", () => {
    expect(named(icons, [bound("icons", "two", "icons")]).tools).toEqual([["icons", "icons"]]);
    const both = [bound("icons", "one", "icons"), bound("two__icons", "two", "icons")];
    expect(named(icons, both).tools).toMatchObject([["icons", "two__icons", expect.any(String)]]);
  });

  it("a tool of an MCP server whose both names are others' has a mark of its own, and is nobody else's", () => {
    const all = [bound("icons", "one", "icons"), { tool_name: "two__icons" }];
    expect(named(icons, all).tools[0]?.[1]).toMatch(/^two__icons_[0-9a-f]{8}$/);
    const beside = { tools: [...icons.tools, tool({ name: "two__icons" })], left_out: [] };
    const names = named(beside, [bound("icons", "one", "icons")]).tools.map(([, name]) => name);
    expect(names).toEqual([expect.stringMatching(/^two__icons_[0-9a-f]{8}$/), "two__icons"]);
  });

  it("a tool that its MCP server lists in two ways is left out once, with the reason, and one listed twice alike is proposed", () => {
    const twice = tool({ name: "dup", description: "one" });
    const why = "its server describes it in two ways at once: nobody knows which is called";
    expect(named({ tools: [twice, tool(), { ...twice, description: "two" }], left_out: [] })).toEqual({
      tools: [["set_contact", "set_contact"]],
      refused: [{ original: "dup", reasons: [why] }],
    });
    expect(named({ tools: [twice, { ...twice }], left_out: [] })).toEqual({ tools: [["dup", "dup"]], refused: [] });
    expect(named({ tools: [twice], left_out: [{ name: "dup", why: "/inputSchema is missing" }] })).toEqual({
      tools: [],
      refused: [{ original: "dup", reasons: [`/inputSchema is missing; ${why}`] }],
    });
  });
});
