import { describe, expect, it } from "vitest";
import { type ToolDefinition, toolDefinition } from "../../../../shared/contracts/binding/mcp/tool-definition.ts";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import { proposeMcpTools } from "../../../../shared/contracts/import/mcp-tools.ts";
import { proposedContracts } from "../../../../shared/contracts/import/proposal-file.ts";
import { json } from "../../../../shared/plan/json.ts";
import { publishedServers } from "../../../fixtures/published-tools.ts";

type Published = (typeof publishedServers)[number]["tools"][number];

/** As the client reads what a server lists. */
const definitionOf = ({ name, inputSchema, outputSchema, annotations }: Published): ToolDefinition =>
  toolDefinition.parse({
    name,
    input_schema: inputSchema,
    ...(outputSchema === undefined ? {} : { output_schema: outputSchema }),
    ...(annotations === undefined ? {} : { annotations }),
  });

describe("the tools of public MCP servers, imported", () => {
  it("tools of eight public MCP servers or more are imported", () => {
    expect(publishedServers.length).toBeGreaterThanOrEqual(8);
  });

  it.each(publishedServers)(
    "tools of a public MCP server are all proposed, and the proposal is added as it stands: $package",
    ({ tools }) => {
      const proposal = proposeMcpTools("published", { tools: tools.map(definitionOf), left_out: [] });
      expect(proposal.refused).toEqual([]);
      const contracts = proposedContracts(json.parse(proposal)) ?? [];
      expect(contracts).toHaveLength(tools.length);
      const names = new Set<string>();
      for (const contract of contracts) {
        const defined = defineContract(contract, 1);
        if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
        names.add(defined.value.tool_name);
        // Nothing that a server claims of a tool lowers anything.
        expect(defined.value).toMatchObject({ risk_level: "HIGH", requires_approval: true, reversible: false });
      }
      expect(names.size).toBe(tools.length);
    },
  );

  it("proposals keep beside them, by name and with the reason, the tools that cannot be taken", () => {
    const [first] = publishedServers;
    const good = (first?.tools ?? []).map(definitionOf);
    const outside = toolDefinition.parse({
      name: "outside",
      input_schema: { type: "object", properties: { a: { $ref: "https://example.com/schema.json" } } },
    });
    const broken = toolDefinition.parse({ name: "broken", input_schema: { type: "objekt" } });
    const proposal = proposeMcpTools("published", { tools: [outside, ...good, broken], left_out: [] });
    expect(proposal.tools).toHaveLength(good.length);
    expect(proposal.refused.map(({ original }) => original)).toEqual(["outside", "broken"]);
    expect(proposal.refused[0]?.reasons.join()).toContain("https://example.com/schema.json");
    expect(proposal.refused[1]?.reasons.join()).toContain("type");
  });
});
