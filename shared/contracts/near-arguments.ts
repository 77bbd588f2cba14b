import { isJsonObject, type Json, type JsonObject } from "../plan/json.ts";
import { pointerTo } from "../plan/json-pointer.ts";
import { nearestName, quoted } from "../plan/suggestion.ts";
import { readerOf } from "./schema/alternatives.ts";
import { propertyOf, rootOf } from "./schema/place-in-schema.ts";

/** An argument that a schema lets through without naming it, and the one it names that was probably meant. */
export type NearArgument = { readonly at: string; readonly name: string; readonly meant: string };

/**
 * Names that one look compares with those of schemas, each with each, and values with schemas. Arguments of 64 KB have some
 * 8,000 names, a schema may have as many: what is not compared any more is only not suggested.
 */
const MOST_COMPARED = 200_000;
/** The same in steps of patterns of names, which are cheaper. */
const MOST_STEPS = 1_000_000;

/**
 * Arguments that may be misspelt: where a schema allows others than it names, one that is near to a name which was not
 * given. `args` with `$from` objects in it are looked at as they are.
 */
export const nearArguments = (input_schema: JsonObject, args: JsonObject): NearArgument[] => {
  const root = rootOf(input_schema);
  const read = readerOf(root);
  const steps = { left: MOST_STEPS };
  let compared = 0;
  const look = (schemas: readonly Json[], value: Json, at: string): NearArgument[] => {
    if (typeof value !== "object" || value === null || schemas.length === 0) return [];
    const views = read(schemas).as;
    compared += views.length;
    if (compared > MOST_COMPARED) return [];
    if (Array.isArray(value)) {
      const items = views.flatMap((view) =>
        view.items === undefined || Array.isArray(view.items) ? [] : [view.items],
      );
      return value.flatMap((item, index) => look(items, item, pointerTo(at, index)));
    }
    return Object.entries(value).flatMap(([name, item]) => {
      compared += views.length;
      if (compared > MOST_COMPARED) return [];
      const children = views.map((view) => propertyOf(view, name, steps));
      const inside = children.flatMap((child) => (child.kind === "schema" ? [child.schema] : []));
      const here = pointerTo(at, name);
      if (inside.length > 0) return look(inside, item, here);
      const names = children.flatMap((child) => (child.kind === "unnamed" ? child.names : []));
      compared += names.length;
      const meant = nearestName(
        name,
        names.filter((each) => !Object.hasOwn(value, each)),
      );
      return meant === undefined ? [] : [{ at: here, name, meant }];
    });
  };
  return isJsonObject(args) ? look([root], args, "") : [];
};

/** In words, for whoever submits or approves the call. */
export const nearArgumentInWords = ({ at, name, meant }: NearArgument, tool_name: string): string =>
  `argument ${quoted(name)} (${at}) is not one that ${tool_name} names; did you mean ${quoted(meant)}?`;
