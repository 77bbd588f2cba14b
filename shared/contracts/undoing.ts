import { isJsonObject, type JsonObject } from "../plan/json.ts";
import { pointerOf } from "../plan/json-pointer.ts";
import { didYouMean, quoted } from "../plan/suggestion.ts";
import type { Violation } from "../plan/violation.ts";
import { isLiteral } from "./compensation-template.ts";
import { checkArguments } from "./input-schema.ts";
import { type ToolContractInput, writes } from "./tool-contract.ts";

type Undone = Pick<ToolContractInput, "tool_name" | "compensation">;
type Undoer = Pick<ToolContractInput, "tool_name" | "risk_level" | "resources" | "input_schema">;

/**
 * The reasons that keep a tool which another names as its compensation from undoing anything, as the registry stands:
 * it is told when the contract is registered, not when a call is to be undone. Empty where the contract names no other
 * tool.
 */
export const undoingViolations = (
  { tool_name, compensation }: Undone,
  registry: ReadonlyMap<string, Undoer>,
): Violation[] => {
  if (typeof compensation === "string") return [];
  const named = registry.get(compensation.tool_name);
  const wrong = (path: string, rule: string, message: string): Violation => ({
    path: `/compensation/${path}`,
    rule,
    message: `${tool_name}: ${message}`,
  });
  if (named === undefined) {
    const meant = didYouMean(compensation.tool_name, registry.keys()) || "; register it first";
    const message = `it is undone by tool ${quoted(compensation.tool_name)}, for which no contract is registered${meant}`;
    return [wrong("tool_name", "undoing_tool_unknown", message)];
  }
  if (!writes(named)) {
    return [wrong("tool_name", "undoing_tool_reads", `${named.tool_name} only reads, so it undoes nothing`)];
  }
  const missing = requiredOf(named)
    .filter((argument) => !Object.hasOwn(compensation.arguments, argument))
    .map((argument) =>
      wrong(
        "arguments",
        "undoing_argument_missing",
        `${named.tool_name} requires argument ${quoted(argument)}: fill it from the call, as in {"${argument}": "{${argument}}"}`,
      ),
    );
  const known = closedNames(named);
  const unknown = Object.keys(compensation.arguments)
    .filter((argument) => known !== undefined && !known.includes(argument))
    .map((argument) =>
      wrong(
        `arguments${pointerOf([argument])}`,
        "undoing_argument_unknown",
        `${named.tool_name} takes no argument ${quoted(argument)}${didYouMean(argument, known ?? []) || "; leave it out"}`,
      ),
    );
  const misfits = literalFaults(named, compensation.arguments, known).map(({ path, message }) =>
    wrong(`arguments${path}`, "undoing_argument_unfit", `${named.tool_name} cannot be called with it: ${message}`),
  );
  return [...missing, ...unknown, ...misfits];
};

/** The names of all arguments that a tool takes; undefined where it takes others too. */
const closedNames = ({ input_schema }: Undoer): string[] | undefined => {
  const { properties = {}, additionalProperties, patternProperties } = input_schema;
  if (additionalProperties !== false || patternProperties !== undefined || !isJsonObject(properties)) return undefined;
  return Object.keys(properties);
};

/** Keywords that judge an argument by itself: of a schema with others, a part of the arguments could be refused for what is filled later. */
const EACH_BY_ITSELF: ReadonlySet<string> = new Set([
  ...["$schema", "$id", "$defs", "definitions", "title", "description", "examples"],
  ...["type", "properties", "patternProperties", "additionalProperties", "required"],
]);

/** The faults of what the template says as it stands, whatever the call is. */
const literalFaults = (
  { tool_name, input_schema }: Undoer,
  template: JsonObject,
  known: readonly string[] | undefined,
): Violation[] => {
  if (!Object.keys(input_schema).every((keyword) => EACH_BY_ITSELF.has(keyword))) return [];
  const { required: _, ...optional } = input_schema;
  const literal = Object.entries(template).filter(
    ([name, value]) => isLiteral(value) && (known === undefined || known.includes(name)),
  );
  return checkArguments({ tool_name, input_schema: optional }, Object.fromEntries(literal));
};

const requiredOf = ({ input_schema }: Undoer): string[] => {
  const required = isJsonObject(input_schema) ? input_schema.required : undefined;
  return Array.isArray(required) ? required.filter((name) => typeof name === "string") : [];
};
