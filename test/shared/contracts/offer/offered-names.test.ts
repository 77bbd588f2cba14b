import { describe, expect, it } from "vitest";
import { isOfferable, looksMade, madeNames, offeredNames } from "../../../../shared/contracts/offer/offered-names.ts";
import { offeredTool } from "../../../../shared/contracts/offer/offered-tool.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import { contractOf } from "../contract-inputs.ts";

const plain = (tool_name: string) => contractOf("LOW", { tool_name });
const behind = (tool_name: string, server: string, tool = tool_name) =>
  contractOf("LOW", {
    tool_name,
    input_schema: { type: "object", additionalProperties: false },
    binding: { kind: "mcp", server, call: { tool } },
  });
const names = (...contracts: ToolContract[]) =>
  [...offeredNames(contracts)].map(([name, { tool_name }]) => `${name} -> ${tool_name}`).sort();

describe("the name by which an MCP client calls a tool", () => {
  it("the name by which an MCP client calls a tool is its own, or the one that the server behind gives it", () => {
    expect(names(plain("mail"), behind("files_read", "files", "read_file"))).toEqual([
      "mail -> mail",
      "read_file -> files_read",
    ]);
  });

  it("the name for an MCP client says the server where two would have one name", () => {
    expect(names(behind("search", "a"), behind("b_search", "b", "search"))).toEqual([
      "a__search -> search",
      "b__search -> b_search",
    ]);
    expect(names(plain("search"), behind("b_search", "b", "search"))).toEqual([
      "b__search -> b_search",
      "search -> search",
    ]);
  });

  it("the name for an MCP client is made fit where the protocol does not take it, and stays apart from all others", () => {
    const offered = [...offeredNames([plain("crm:find"), plain("crm_find"), plain("buddy_wait")]).keys()];
    expect(offered).toContain("crm_find");
    expect(offered.every(isOfferable)).toBe(true);
    expect(new Set(offered).size).toBe(3);
  });

  it("the name for an MCP client that is made for a tool stays another's whose own it is, and is made longer then", () => {
    const [made = "", longer = ""] = madeNames("crm:find");
    expect(names(plain("crm:find"))).toEqual([`${made} -> crm:find`]);
    for (const both of [
      [plain("crm:find"), plain(made)],
      [plain(made), plain("crm:find")],
    ]) {
      expect(names(...both)).toEqual([`${made} -> ${made}`, `${longer} -> crm:find`]);
    }
    expect([made, longer].map(isOfferable)).toEqual([true, true]);
    expect([made, longer, "crm_find"].map(looksMade)).toEqual([true, true, false]);
  });

  it("the name for an MCP client that is made alike for two tools is neither's", () => {
    // Both have one mark.
    const alike = ["a:a:a:a:a_a:a:a:a:a_a:a_a:a_a_a_a:a_a_a", "a:a_a_a_a_a_a:a:a:a:a:a_a_a_a:a_a:a_a_a"];
    const [[one = ""] = [], [other] = []] = alike.map(madeNames);
    expect(one).toBe(other);
    const offered = offeredNames(alike.map(plain));
    expect([offered.size, offered.has(one)]).toEqual([2, false]);
  });

  it("the name for an MCP client is each contract's own, however they are called", () => {
    const contracts = [
      behind("a__x", "b", "x"),
      behind("x", "a", "x"),
      behind("y", "a", "x"),
      plain("b__x"),
      behind("z", "a", "buddy_status"),
      behind("longest", "a", "ü".repeat(200)),
    ];
    const offered = offeredNames(contracts);
    expect(offered.size).toBe(contracts.length);
    expect(new Set(offered.values())).toEqual(new Set(contracts));
    expect([...offered.keys()].every(isOfferable)).toBe(true);
    for (const [name, { tool_name }] of offered) {
      const namesake = contracts.find((contract) => contract.tool_name === name);
      expect(namesake?.tool_name ?? tool_name).toBe(tool_name);
    }
  });
});

describe("a contract as an MCP client is shown it", () => {
  it("a contract shown to an MCP client has annotations by what it says itself, not by a server's claims", () => {
    expect(offeredTool("t", plain("t")).annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    const high = contractOf("HIGH", { tool_name: "t" });
    expect(offeredTool("t", high).annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    expect(offeredTool("t", high).description).toContain("A person approves each call.");
  });

  it("a contract shown to an MCP client has a schema of an object, whose properties are described by objects", () => {
    const input_schema = { properties: { any: true, none: false }, additionalProperties: false };
    const { inputSchema } = offeredTool("t", contractOf("LOW", { tool_name: "t", input_schema }));
    expect(inputSchema).toEqual({
      type: "object",
      properties: { any: {}, none: { not: {} } },
      additionalProperties: false,
    });
  });

  it("a contract shown to an MCP client keeps its tool name, its hash and its output schema beside", () => {
    const contract = contractOf("LOW", { tool_name: "crm:find", output_schema: { type: "object" } });
    expect(offeredTool("x", contract)._meta).toMatchObject({
      "buddy/tool_name": "crm:find",
      "buddy/contract_hash": contract.content_hash,
      "buddy/output_schema": { type: "object" },
    });
  });
});
