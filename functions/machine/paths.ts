import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";
import { Surprise } from "../../shared/plan/surprise.ts";

/** The values that `$` and `$$` stand for. */
export type Scope = { readonly input: Json; readonly context: JsonObject };

/** A path leads to nothing: States.Runtime, as on Step Functions. */
export class PathLeadsNowhere extends Surprise {
  override readonly name = "States.Runtime";
  constructor(path: string) {
    super(`${path} leads to nothing`);
  }
}

const PARTS = new Map<string, readonly string[]>();

/** Reference paths only (`$.a.b`, `$$.a.b`): the file uses no others. */
const partsOf = (path: string): readonly string[] => {
  const known = PARTS.get(path);
  if (known !== undefined) return known;
  const parts = path.split(".");
  PARTS.set(path, parts);
  return parts;
};

/** @returns undefined where the path leads to nothing. */
export const valueAt = (path: string, scope: Scope): Json | undefined => {
  const [root, ...names] = partsOf(path);
  let value: Json | undefined = root === "$$" ? scope.context : scope.input;
  for (const name of names) value = value !== undefined && isJsonObject(value) ? value[name] : undefined;
  return value;
};

/** One field of a template: its name, and what it takes from where. */
type Field = { readonly name: string } & (
  | { readonly path: string }
  | { readonly template: JsonObject }
  | { readonly value: Json }
);

const TEMPLATES = new WeakMap<JsonObject, readonly Field[]>();

/** The fields of a template, read once: a definition never changes, and each of its states is entered again and again. */
const fieldsOf = (template: JsonObject): readonly Field[] => {
  const known = TEMPLATES.get(template);
  if (known !== undefined) return known;
  const fields = Object.entries(template).map(([name, value]): Field => {
    if (name.endsWith(".$") && typeof value === "string") return { name: name.slice(0, -2), path: value };
    return isJsonObject(value) ? { name, template: value } : { name, value };
  });
  TEMPLATES.set(template, fields);
  return fields;
};

/** Parameters and ResultSelector: names that end in `.$` take their value from a path. @throws PathLeadsNowhere */
export const filled = (template: JsonObject, scope: Scope): JsonObject => {
  const object: JsonObject = {};
  for (const field of fieldsOf(template)) {
    if ("value" in field) object[field.name] = field.value;
    else if ("template" in field) object[field.name] = filled(field.template, scope);
    else {
      const found = valueAt(field.path, scope);
      if (found === undefined) throw new PathLeadsNowhere(field.path);
      object[field.name] = found;
    }
  }
  return object;
};

/** ResultPath: null drops the result, `$` (or nothing) is the result alone, `$.name` puts it beside the input. */
export const placed = (path: string | null | undefined, input: Json, result: Json): Json => {
  if (path === null) return input;
  if (path === undefined || path === "$") return result;
  const [, name, ...more] = partsOf(path);
  if (name === undefined || more.length > 0 || !isJsonObject(input)) throw new PathLeadsNowhere(path);
  return { ...input, [name]: result };
};
