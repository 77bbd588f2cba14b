import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { tokensOf, valueAt } from "../../plan/json-pointer.ts";
import { plainSchema } from "./plain-schema.ts";
import { everySchemaReached } from "./subschemas.ts";

/** A place as the keys and indexes that lead to it from the value that a schema is about. */
type Place = readonly string[];

/** Of an object or a list that holds an open value, these may say one thing or the other as that value turns out. */
const OF_THE_WHOLE = new Set([
  "const",
  "contains",
  "enum",
  "maxContains",
  "minContains",
  "unevaluatedItems",
  "unevaluatedProperties",
  "uniqueItems",
]);
const INSIDE_ANY = new Set(["additionalItems", "additionalProperties", "items", "prefixItems"]);
const LISTS_IN_PLACE = new Set(["allOf", "anyOf"]);
const NAMED_IN_PLACE = new Set(["dependencies", "dependentSchemas"]);

/** Schemas looked at: by references that branch there can be more than anybody counts. Nothing is said of the others. */
const MOST_LOOKED_AT = 300;

/** Where the schema as it was stands in the one that is made: what is taken over as it is refers to its parts. */
const WHOLE = "#/$defs/whole";

/**
 * A schema that says no more than what holds whatever stands at the open places: JSON Pointers into the value it checks,
 * where each holds something. A value that it refuses is refused by the schema itself with anything at these places; one
 * that it takes may yet be refused. Undefined where the schema is none.
 */
export const relaxedSchema = (schema: JsonObject, open: readonly string[]): JsonObject | undefined => {
  const plain = plainSchema(schema);
  if (!plain.ok) return undefined;
  const whole = structuredClone(plain.value.schema);
  let refers = false;
  for (const part of everySchemaReached(whole)) {
    if (typeof part.$ref !== "string") continue;
    part.$ref = `${WHOLE}${part.$ref.slice(1)}`;
    refers = true;
  }
  const relaxed = new Relaxing(whole).of(whole, open.map(tokensOf));
  const { $defs: _, definitions: __, ...said } = isJsonObject(relaxed) ? relaxed : {};
  const draft = schema.$schema === undefined ? {} : { $schema: schema.$schema };
  return { ...draft, ...said, ...(refers ? { $defs: { whole } } : {}) };
};

class Relaxing {
  readonly #whole: JsonObject;
  #looked_at = 0;

  constructor(whole: JsonObject) {
    this.#whole = whole;
  }

  /** The very schema where nothing in it turns on an open place. */
  of(schema: Json, open: readonly Place[]): Json {
    if (open.length === 0 || !isJsonObject(schema)) return schema;
    this.#looked_at += 1;
    if (this.#looked_at > MOST_LOOKED_AT || open.some((place) => place.length === 0)) return {};
    const made: JsonObject = {};
    const more: Json[] = [];
    for (const [keyword, value] of Object.entries(schema)) {
      if (OF_THE_WHOLE.has(keyword) || keyword === "then" || keyword === "else") continue;
      if (keyword === "$ref") {
        const target = this.#referred(value, open);
        if (target === value) made[keyword] = value;
        else more.push(target);
      } else if (keyword === "oneOf") {
        const branches = this.#each(value, open);
        // One that holds too many now may hold one then: only what no branch can be is known.
        if (branches === value) made[keyword] = value;
        else more.push({ anyOf: branches });
      } else if (keyword === "not") {
        if (this.of(value, open) === value) made[keyword] = value;
      } else if (keyword === "if") {
        if (this.of(value, open) === value) Object.assign(made, { if: value }, this.#cases(schema, open));
      } else made[keyword] = this.#inside(keyword, value, open);
    }
    const isSame = more.length === 0 && Object.entries(schema).every(([keyword, value]) => made[keyword] === value);
    if (isSame) return schema;
    const all = Array.isArray(made.allOf) ? made.allOf : [];
    return more.length === 0 ? made : { ...made, allOf: [...all, ...more] };
  }

  #inside(keyword: string, value: Json, open: readonly Place[]): Json {
    const below = () => open.map(([, ...rest]) => rest);
    if (INSIDE_ANY.has(keyword)) {
      return Array.isArray(value) ? this.#each(value, below()) : this.of(value, below());
    }
    if (LISTS_IN_PLACE.has(keyword)) return this.#each(value, open);
    if (NAMED_IN_PLACE.has(keyword)) return this.#named(value, () => open);
    // The names stay: what may stand beside them is said by them.
    if (keyword === "patternProperties") return this.#named(value, below);
    if (keyword !== "properties") return value;
    return this.#named(value, (name) => open.flatMap(([first, ...rest]) => (first === name ? [rest] : [])));
  }

  #cases(schema: JsonObject, open: readonly Place[]): JsonObject {
    const cases: JsonObject = {};
    for (const keyword of ["then", "else"]) {
      const value = schema[keyword];
      if (value !== undefined) cases[keyword] = this.of(value, open);
    }
    return cases;
  }

  #referred(reference: Json, open: readonly Place[]): Json {
    if (typeof reference !== "string") return {};
    const target = valueAt(this.#whole, decodeURIComponent(reference.slice(WHOLE.length)));
    if (target === undefined) return {};
    const relaxed = this.of(target, open);
    return relaxed === target ? reference : relaxed;
  }

  #each(schemas: Json, open: readonly Place[]): Json {
    if (!Array.isArray(schemas)) return schemas;
    const made = schemas.map((schema) => this.of(schema, open));
    return made.every((schema, index) => schema === schemas[index]) ? schemas : made;
  }

  #named(schemas: Json, openIn: (name: string) => readonly Place[]): Json {
    if (!isJsonObject(schemas)) return schemas;
    const made = Object.entries(schemas).map(([name, schema]): [string, Json] => [name, this.of(schema, openIn(name))]);
    return made.every(([name, schema]) => schema === schemas[name]) ? schemas : Object.fromEntries(made);
  }
}
