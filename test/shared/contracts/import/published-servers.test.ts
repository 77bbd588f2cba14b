import { describe, expect, it } from "vitest";
import { type ToolDefinition, toolDefinition } from "../../../../shared/contracts/binding/mcp/tool-definition.ts";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import { proposeMcpTools } from "../../../../shared/contracts/import/mcp-tools.ts";
import type { ProposedTool } from "../../../../shared/contracts/import/proposal-file.ts";
import { proposedContracts } from "../../../../shared/contracts/import/proposal-file.ts";
import { isJsonObject, type Json, json } from "../../../../shared/plan/json.ts";
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

/** The places at which one schema is otherwise than another. */
const differences = (before: Json | undefined, after: Json | undefined, path = ""): string[] => {
  if (before === undefined || after === undefined) return before === after ? [] : [path];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => differences(item, after[index], `${path}/${index}`));
  }
  if (!isJsonObject(before) || !isJsonObject(after)) return before === after ? [] : [path];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => differences(before[name], after[name], `${path}/${name}`));
};

/** The differences between a tool's schemas as its server publishes them and as they are proposed, of which the reviewer reads nothing. */
const unsaid = ({ inputSchema, outputSchema }: Published, { contract, inferred, warnings }: ProposedTool): string[] => {
  const published = {
    input_schema: inputSchema,
    ...(outputSchema === undefined ? {} : { output_schema: outputSchema }),
  };
  const { input_schema, output_schema } = contract;
  const proposed = {
    ...(input_schema === undefined ? {} : { input_schema }),
    ...(output_schema === undefined ? {} : { output_schema }),
  };
  const said = (place: string): boolean => {
    const [, field = ""] = place.split("/");
    if (inferred.some((each) => each.field === place)) return true;
    if (place === "/output_schema")
      return warnings.some((words) => words.startsWith("its output_schema is left out: "));
    const limit = /\/(?:exclusiveM|m)(?:ax|in)imum$/.test(place);
    return limit && warnings.some((words) => words.startsWith(`limits beyond 2^53 in its ${field} are left out`));
  };
  return differences(published, proposed).filter((place) => !said(place));
};

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

  it.each(publishedServers)(
    "tools of a public server keep the schemas that it publishes, and what is otherwise is said: $package",
    ({ tools }) => {
      const proposal = proposeMcpTools("published", { tools: tools.map(definitionOf), left_out: [] });
      for (const published of tools) {
        const proposed = proposal.tools.find(({ original }) => original === published.name);
        if (proposed === undefined) throw new Error(`${published.name} is not proposed`);
        expect([published.name, ...unsaid(published, proposed)]).toEqual([published.name]);
        const defined = defineContract(proposed.contract, 1);
        if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
        const { input_schema, output_schema } = defined.value;
        expect({ input_schema, output_schema }).toEqual({
          input_schema: proposed.contract.input_schema,
          output_schema: proposed.contract.output_schema,
        });
      }
    },
  );

  it("schemas that an import would weaken without a word are found, by their place", () => {
    const published: Published = {
      name: "t",
      inputSchema: { type: "object", properties: { a: { type: "string", maxLength: 3 } }, required: ["a"] },
    };
    const [proposed] = proposeMcpTools("s", { tools: [definitionOf(published)], left_out: [] }).tools;
    if (proposed === undefined) throw new Error("it is not proposed");
    expect(unsaid(published, proposed)).toEqual([]);
    const input_schema = { type: "object", properties: { a: { type: "string" } }, additionalProperties: false };
    expect(unsaid(published, { ...proposed, contract: { ...proposed.contract, input_schema } })).toEqual([
      "/input_schema/properties/a/maxLength",
      "/input_schema/required",
    ]);
  });

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
