import type { Json, JsonObject } from "../plan/json.ts";
import { tokensOf } from "../plan/json-pointer.ts";
import { didYouMean, quoted } from "../plan/suggestion.ts";
import type { ArgumentSource } from "../plan/tool-execution-plan.ts";
import { outwardBinding } from "./binding/binding.ts";
import { placeInSchema, typesOf } from "./schema/place-in-schema.ts";
import { type ToolContract, writes } from "./tool-contract.ts";

/** The schema of a place in another step's output before anything runs. */
export type SaidOfPlace = { readonly kind: "refused" | "warning"; readonly message: string };

type Giving = Pick<ToolContract, "tool_name" | "output_schema" | "binding"> & Parameters<typeof writes>[0];
type Taking = Pick<ToolContract, "tool_name" | "input_schema">;

/**
 * Whether a step can take a value from there, and the tool that takes it such a value, as far as both contracts say: what
 * can never be is refused now rather than found when the call was made.
 */
export const saidOfSource = (source: ArgumentSource, giving: Giving, taking: Taking): SaidOfPlace | undefined =>
  saidOfPlace(source, giving) ?? saidOfType(source, giving, taking);

/** The types that a schema allows at a place; undefined where it leaves any open. */
const typesAt = (schema: JsonObject, pointer: string): readonly Json[] | undefined => {
  const found = placeInSchema(schema, tokensOf(pointer));
  // Of more alternatives than are looked at, another may allow another type.
  if (found.kind !== "described" || found.as.length === 0 || !found.all) return undefined;
  const types = found.as.map(typesOf);
  return types.some((each) => each.length === 0) ? undefined : [...new Set(types.flat())];
};

/** An integer is a number; a number may happen to be whole. */
const asKind = (type: Json): Json => (type === "integer" ? "number" : type);

const saidOfType = (
  { at, from, path }: ArgumentSource,
  { tool_name, output_schema }: Giving,
  taking: Taking,
): SaidOfPlace | undefined => {
  if (output_schema === undefined) return undefined;
  const [given, taken] = [typesAt(output_schema, path), typesAt(taking.input_schema, at)];
  if (given === undefined || taken === undefined) return undefined;
  const kinds = new Set(taken.map(asKind));
  if (given.some((type) => kinds.has(asKind(type)))) return undefined;
  const place = path === "" ? `the output of step ${from}` : `${quoted(path)} in the output of step ${from}`;
  const message = `${place} is ${given.join(" or ")} by the output_schema of ${tool_name}; ${taking.tool_name} takes ${taken.join(" or ")} there`;
  return { kind: "refused", message };
};

/**
 * Whether a step can take a value from there, as far as the contract of the tool that gives it says: a place that its
 * output schema cannot have, or that is near to one it names, is refused now rather than missed after the call was made.
 */
export const saidOfPlace = (
  { path, from }: Pick<ArgumentSource, "path" | "from">,
  contract: Giving,
): SaidOfPlace | undefined => {
  if (path === "") return undefined;
  const { tool_name, output_schema } = contract;
  const place = `${quoted(path)} in the output of step ${from}`;
  if (output_schema === undefined) {
    // The sandbox's own tools are rehearsed with what they will return.
    if (outwardBinding(contract) === undefined || !writes(contract)) return undefined;
    const message = `nothing says what ${tool_name} returns, so ${place} is first looked for after its call was made; an output_schema in its contract would say`;
    return { kind: "warning", message };
  }
  const found = placeInSchema(output_schema, tokensOf(path));
  if (found.kind === "described" || found.kind === "open") return undefined;
  const meant = didYouMean(tokensOf(path)[found.depth] ?? "", found.names);
  const named = found.names.length === 0 ? "" : `; it names ${found.names.join(", ")}`;
  if (found.kind === "impossible")
    return {
      kind: "refused",
      message: `${place} cannot be there by the output_schema of ${tool_name}${meant || named}`,
    };
  if (meant === "")
    return { kind: "warning", message: `${place} is not named by the output_schema of ${tool_name}${named}` };
  return {
    kind: "refused",
    message: `${place} is not named by the output_schema of ${tool_name}${meant} If it is meant so, add it to the output_schema`,
  };
};
