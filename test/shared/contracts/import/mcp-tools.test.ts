import { describe, expect, it } from "vitest";
import type { ToolDefinition } from "../../../../shared/contracts/binding/mcp/tool-definition.ts";
import { proposeMcpTools } from "../../../../shared/contracts/import/mcp-tools.ts";

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
});
