import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { outwardBinding } from "../binding/binding.ts";
import { needsApproval } from "../static-ceiling.ts";
import { isCompensable, isDuplicateSensitive, type ToolContract, writes } from "../tool-contract.ts";

/** A tool as an MCP client is shown it. */
export type OfferedTool = {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject & { readonly type: "object" };
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
  readonly _meta: JsonObject;
};

/** Fields of `_meta` that are Buddy's begin so. */
export const META_PREFIX = "buddy/";

const SAID = [
  ...(["tool_name", "contract_version", "contract_hash", "risk_level", "output_schema"] as const),
  ...(["call", "execution", "left_out", "problem", "retry"] as const),
] as const;

/** A field of `_meta` by which Buddy says more: of a tool that it lists, of what came of a request. */
export const metaField = <Name extends (typeof SAID)[number]>(name: Name) => `${META_PREFIX}${name}` as const;

/** Whether Buddy itself says a field of that name: clients give it back with a call of the tool it stands beside. */
export const isSaidByBuddy = (field: string): boolean => SAID.some((name) => metaField(name) === field);

/**
 * A contract under a name of `offeredNames`. Annotations of its effects follow from the contract, never from a claim of
 * the server behind it.
 *
 * Its output schema stands in `_meta`: a client that is told one by the protocol takes an answer that says "it waits for
 * a person" for a defect, after the call was asked for.
 */
export const offeredTool = (name: string, contract: ToolContract): OfferedTool => {
  const { tool_name, description, version, content_hash, output_schema } = contract;
  const asks = needsApproval(contract) ? "A person approves each call." : "";
  return {
    name,
    description: [description, asks].filter((text) => text !== "").join("\n\n"),
    inputSchema: ofObject(contract.input_schema),
    annotations: {
      readOnlyHint: !writes(contract),
      destructiveHint: writes(contract) && !isCompensable(contract),
      // Once however often it is asked: by a key that its provider knows, or because the second is found and not made.
      idempotentHint:
        !writes(contract) || contract.outcome_resolution === "IDEMPOTENT_KEY" || isDuplicateSensitive(contract),
      openWorldHint: outwardBinding(contract) !== undefined,
    },
    _meta: {
      [metaField("tool_name")]: tool_name,
      [metaField("contract_version")]: version,
      [metaField("contract_hash")]: content_hash,
      [metaField("risk_level")]: contract.risk_level,
      ...(output_schema === undefined ? {} : { [metaField("output_schema")]: output_schema }),
    },
  };
};

/**
 * The same schema where arguments are an object, as they are: the protocol wants to be told so, and clients refuse the
 * whole list for one property that is described by `true`.
 */
const ofObject = ({ type: _type, ...schema }: JsonObject): JsonObject & { type: "object" } => {
  const { properties } = schema;
  const described = isJsonObject(properties ?? null) && properties !== undefined ? properties : undefined;
  return { type: "object", ...schema, ...(described === undefined ? {} : { properties: inObjects(described) }) };
};

const inObjects = (properties: Json): JsonObject =>
  isJsonObject(properties)
    ? Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, asObjectSchema(schema)]))
    : {};

const asObjectSchema = (schema: Json): Json => (schema === true ? {} : schema === false ? { not: {} } : schema);
