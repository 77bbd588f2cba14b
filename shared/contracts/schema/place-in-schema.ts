import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { guardedPattern } from "../pattern/guarded-pattern.ts";
import { type Budget, BudgetSpent } from "../pattern/run-program.ts";
import { readerOf } from "./alternatives.ts";
import { plainSchema } from "./plain-schema.ts";

/** Each element of a list, where an index could stand. */
export const EACH = "[]";

/** The part of a schema about a place in its values. */
export type PlaceInSchema =
  /** It describes it, in one way or in several; in others as well, where these are not `all`. */
  | { readonly kind: "described"; readonly as: readonly JsonObject[]; readonly all: boolean }
  /** It may be there: nothing is said of it. */
  | { readonly kind: "open" }
  /** Others are named where it would stand, and more are allowed; `depth`: which token it is about. */
  | { readonly kind: "unnamed"; readonly depth: number; readonly names: readonly string[] }
  /** It can never be there: others are named and no more allowed, or what would hold it holds nothing. */
  | { readonly kind: "impossible"; readonly depth: number; readonly names: readonly string[]; readonly in: Holder };

type Holder = "object" | "list" | "value";

type Child =
  | { readonly kind: "schema"; readonly schema: Json }
  | { readonly kind: "open" }
  | { readonly kind: "unnamed"; readonly names: readonly string[] }
  | { readonly kind: "impossible"; readonly names: readonly string[]; readonly in: Holder };

/** A schema that is not taken as a contract's says nothing. */
export const rootOf = (schema: JsonObject): JsonObject => {
  const plain = plainSchema(schema);
  return plain.ok ? plain.value.schema : {};
};

/** The part of a schema about the place that tokens lead to; `EACH` among them is each element of a list. */
export const placeInSchema = (schema: JsonObject, tokens: readonly string[]): PlaceInSchema => {
  const root = rootOf(schema);
  const read = readerOf(root);
  const steps = { left: NAME_STEPS };
  let { as: views, all } = read([root]);
  for (const [depth, token] of tokens.entries()) {
    const children = views.map((view) => childOf(view, token, steps));
    const inside = children.flatMap((child) => (child.kind === "schema" ? [child.schema] : []));
    if (inside.length > 0) {
      const within = read(inside);
      views = within.as;
      all &&= within.all;
      continue;
    }
    // Of more ways to read it than are looked at, another may have the place.
    if (!all || children.length === 0 || children.some(({ kind }) => kind === "open")) return { kind: "open" };
    const names = [...new Set(children.flatMap((child) => ("names" in child ? child.names : [])))];
    const [first] = children.flatMap((child) => (child.kind === "impossible" ? [child.in] : []));
    return first === undefined || children.some(({ kind }) => kind === "unnamed")
      ? { kind: "unnamed", depth, names }
      : { kind: "impossible", depth, names, in: first };
  }
  return { kind: "described", as: views, all };
};

export const typesOf = ({ type }: JsonObject): readonly Json[] =>
  type === undefined ? [] : Array.isArray(type) ? type : [type];

const may = (view: JsonObject, type: string): boolean => {
  const types = typesOf(view);
  return types.length === 0 || types.includes(type);
};

const childOf = (view: JsonObject, token: string, steps: Budget): Child => {
  const mayBeObject = may(view, "object") && token !== EACH;
  const mayBeList = may(view, "array") && (token === EACH || /^(?:0|[1-9]\d*)$/.test(token));
  if (mayBeObject) {
    const child = propertyOf(view, token, steps);
    if (child.kind === "schema" || !mayBeList) return child;
  }
  if (mayBeList) return itemOf(view, token);
  return { kind: "impossible", names: [], in: may(view, "array") ? "list" : may(view, "object") ? "object" : "value" };
};

/** Steps that names may take patterns of names, in one look at a schema. */
export const NAME_STEPS = 10_000;

/** Whether a property of that name is meant by the pattern; undefined where finding out takes more steps than are left. */
export const matchesName = (pattern: string, name: string, steps: Budget): boolean | undefined => {
  steps.left -= 1;
  if (steps.left < 0) return undefined;
  const guarded = guardedPattern(pattern);
  try {
    return guarded.ok && guarded.value.test(name, steps);
  } catch (cause) {
    if (cause instanceof BudgetSpent) return undefined;
    throw cause;
  }
};

/**
 * The part of a schema without choices about a property of that name. Patterns of names take `steps`; where none are
 * left, one of them is taken to mean it.
 */
export const propertyOf = (view: JsonObject, name: string, steps: Budget): Child => {
  const properties = isJsonObject(view.properties) ? view.properties : {};
  const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (own !== undefined) return { kind: "schema", schema: own };
  const patterns = isJsonObject(view.patternProperties) ? Object.entries(view.patternProperties) : [];
  const matched = patterns.find(([pattern]) => matchesName(pattern, name, steps) ?? true);
  if (matched !== undefined) return { kind: "schema", schema: matched[1] };
  const { additionalProperties = true, unevaluatedProperties = true } = view;
  if (isJsonObject(additionalProperties) && Object.keys(additionalProperties).length > 0)
    return { kind: "schema", schema: additionalProperties };
  const names = Object.keys(properties);
  if (additionalProperties === false || unevaluatedProperties === false)
    return { kind: "impossible", names, in: "object" };
  return names.length === 0 ? { kind: "open" } : { kind: "unnamed", names };
};

const itemOf = (view: JsonObject, token: string): Child => {
  const tuple = Array.isArray(view.items) ? view.items : Array.isArray(view.prefixItems) ? view.prefixItems : [];
  const rest = Array.isArray(view.items) ? view.additionalItems : view.items;
  const schema = (token === EACH ? undefined : tuple[Number(token)]) ?? rest;
  if (schema === false) return { kind: "impossible", names: [], in: "list" };
  return schema === undefined ? { kind: "open" } : { kind: "schema", schema };
};
