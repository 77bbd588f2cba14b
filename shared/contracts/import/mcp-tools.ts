import { digestOf } from "../../plan/digest.ts";
import { isJsonObject, type JsonObject } from "../../plan/json.ts";
import { definitionChanges, type ToolDefinition } from "../binding/mcp/tool-definition.ts";
import { freeNames, type Registered } from "./free-names.ts";
import type { ListedTools } from "./listed-tools.ts";
import type { Inference, ProposalFile } from "./proposal-file.ts";
import { type Candidate, proposeContracts } from "./propose.ts";

/** With one of these a schema's own list of fields is not all that it takes. */
const OPEN = ["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "patternProperties", "dependentSchemas"];

/**
 * The contracts that tools of a server are proposed as, for people to review. Nothing that a server claims lowers
 * anything. `registered`: the contracts that are there already, whose names stay theirs.
 */
export const proposeMcpTools = (
  server: string,
  listed: ListedTools,
  registered: readonly Registered[] = [],
): ProposalFile => {
  const { tools, left_out } = callable(listed);
  const names = freeNames(
    server,
    tools.map(({ name }) => name),
    registered,
  );
  const proposed = proposeContracts(
    {
      kind: "mcp",
      location: server,
      title: `tools of MCP server ${server}`,
      version: "as listed",
      digest: digestOf(
        "mcp-tools",
        listed.tools.map((tool) => ({ ...tool })),
      ),
    },
    tools.map((tool) => candidateOf(server, tool)),
    names,
  );
  const unfit = left_out.map(({ name, why }) => ({ original: name, reasons: [why] }));
  return { ...proposed, refused: [...proposed.refused, ...unfit] };
};

/**
 * The tools that a call would find, each once: of one that is listed in more than one way nobody knows which would be
 * called, and no call of it is ever made.
 */
const callable = ({ tools, left_out }: ListedTools): ListedTools => {
  const unfit = Map.groupBy(left_out, ({ name }) => name);
  const found: ListedTools = { tools: [], left_out: [] };
  for (const [name, [first, ...others]] of Map.groupBy(tools, (tool) => tool.name)) {
    if (first === undefined || unfit.has(name)) continue;
    const same = others.every((other) => definitionChanges(first, other).length === 0);
    if (same) found.tools.push(first);
    else found.left_out.push({ name, why: TWO_WAYS });
  }
  const named = new Set(tools.map(({ name }) => name));
  for (const [name, all] of unfit) {
    const whys = all.map(({ why }) => why);
    found.left_out.push({ name, why: [...new Set(named.has(name) ? [...whys, TWO_WAYS] : whys)].join("; ") });
  }
  return found;
};

const TWO_WAYS = "its server describes it in two ways at once: nobody knows which is called";

const candidateOf = (server: string, tool: ToolDefinition): Candidate => {
  const { schema, inferred, warnings } = closed(tool.input_schema);
  const claims = claimsOf(tool);
  return {
    original: tool.name,
    contract: {
      description: tool.description,
      // A tool is taken to act, and not to be undone, until the reviewer says otherwise.
      risk_level: "HIGH",
      reversible: false,
      timeout_seconds: 60,
      requires_approval: true,
      approvals_required: 1,
      compensation: "none",
      outcome_resolution: "OPAQUE",
      input_schema: schema,
      ...(tool.output_schema === undefined ? {} : { output_schema: tool.output_schema }),
      binding: { kind: "mcp", server, call: { tool: tool.name }, pins: [{ ...tool }] },
    },
    inferred: [
      { field: "/risk_level", from: "every tool of a server is HIGH until a reviewer lowers it" },
      { field: "/outcome_resolution", from: "nothing in the protocol says how to ask whether a call happened" },
      ...inferred,
    ],
    warnings: [...claims, ...warnings],
  };
};

/** Servers ignore arguments that they do not know, so what else may be sent is said. */
const closed = (schema: JsonObject): { schema: JsonObject; inferred: Inference[]; warnings: string[] } => {
  if (schema.additionalProperties !== undefined || schema.unevaluatedProperties !== undefined) {
    return { schema, inferred: [], warnings: [] };
  }
  const field = "/input_schema/additionalProperties";
  if (OPEN.some((keyword) => Object.hasOwn(schema, keyword))) {
    return {
      schema: { ...schema, additionalProperties: true },
      inferred: [{ field, from: "its schema does not list every argument in one place" }],
      warnings: ["arguments that its schema does not describe are sent, and the server may ignore them"],
    };
  }
  return {
    schema: { ...schema, additionalProperties: false },
    inferred: [{ field, from: "its schema lists its arguments, and servers ignore others" }],
    warnings: [],
  };
};

/** Hints are claims of the server: shown to the reviewer, never believed. */
const claimsOf = ({ annotations }: ToolDefinition): string[] => {
  if (!isJsonObject(annotations ?? null) || annotations === undefined) return [];
  const said = Object.entries(annotations).flatMap(([name, value]) =>
    typeof value === "boolean" ? [`${name} ${value}`] : [],
  );
  return said.length === 0 ? [] : [`the server claims, and nobody has checked: ${said.join(", ")}`];
};
