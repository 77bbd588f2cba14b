import { isJsonObject, type JsonObject } from "../../plan/json.ts";
import { everySchema } from "./subschemas.ts";

/** Drafts of JSON Schema that tools publish; the newest first. */
export const DRAFTS = ["2020-12", "2019-09", "draft-07", "draft-06", "draft-04"] as const;
export type Draft = (typeof DRAFTS)[number];

const BY_ADDRESS: ReadonlyMap<string, Draft> = new Map([
  ["json-schema.org/draft/2020-12/schema", "2020-12"],
  ["json-schema.org/draft/2019-09/schema", "2019-09"],
  ["json-schema.org/draft-07/schema", "draft-07"],
  ["json-schema.org/draft-06/schema", "draft-06"],
  ["json-schema.org/draft-04/schema", "draft-04"],
  // The address of whatever is newest.
  ["json-schema.org/schema", "2020-12"],
]);

const draftOfAddress = (address: string): Draft | undefined =>
  BY_ADDRESS.get(address.replace(/^https?:\/\//, "").replace(/#?$/, ""));

export type StatedDraft = { readonly draft: Draft; readonly stated: boolean };

/**
 * The draft that a schema names. Where it names none it is 2020-12, as MCP has it, unless it uses what only an older
 * draft has: limits that are true or false (draft-04, OpenAPI 3.0), or items in a list (draft-07). Undefined where it
 * names one that is not known here.
 */
export const draftOf = (schema: JsonObject): StatedDraft | undefined => {
  const named = schema.$schema;
  if (named !== undefined) {
    const draft = typeof named === "string" ? draftOfAddress(named) : undefined;
    return draft === undefined ? undefined : { draft, stated: true };
  }
  let older: Draft = "2020-12";
  for (const { schema: each } of everySchema(schema)) {
    if (isFlag(each.exclusiveMinimum) || isFlag(each.exclusiveMaximum)) return { draft: "draft-04", stated: false };
    if (Array.isArray(each.items)) older = "draft-07";
  }
  return { draft: older, stated: false };
};

const isFlag = (value: unknown): boolean => typeof value === "boolean";

/**
 * A limit as later drafts write it. In draft-04 `exclusiveMinimum: true` says how `minimum` is meant; since then it is
 * the limit itself.
 */
export const withNumericLimits = (schema: JsonObject): JsonObject => {
  const { exclusiveMinimum, exclusiveMaximum, minimum, maximum, ...others } = schema;
  return {
    ...others,
    ...limit("minimum", "exclusiveMinimum", minimum, exclusiveMinimum),
    ...limit("maximum", "exclusiveMaximum", maximum, exclusiveMaximum),
  };
};

type Value = JsonObject[string] | undefined;

const limit = (name: string, exclusiveName: string, bound: Value, exclusive: Value): JsonObject => {
  if (exclusive === true && bound !== undefined) return { [exclusiveName]: bound };
  const kept = isFlag(exclusive) || exclusive === undefined ? {} : { [exclusiveName]: exclusive };
  return bound === undefined ? kept : { ...kept, [name]: bound };
};

/** Whether the value is a schema that has something in it: `true` and `false` are schemas too. */
export const isSchema = (value: unknown): boolean => typeof value === "boolean" || isJsonObject(value);
