import { findCycles } from "../../plan/cycles.ts";
import { canonicalJson } from "../../plan/digest.ts";
import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { pointerTo, valueAt } from "../../plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../plan/result.ts";
import { quoted } from "../../plan/suggestion.ts";
import { type Draft, draftOf, isSchema, withNumericLimits } from "./drafts.ts";
import { type Placed, subschemas } from "./subschemas.ts";

/** Something wrong in a schema; `at` is a JSON Pointer into it. */
export type SchemaFault = {
  readonly at: string;
  readonly message: string;
  /** Where it is not simply no schema: a draft that nobody knows here, a reference that leaves it. */
  readonly rule?: "schema_draft" | "remote_ref";
};

export type PlainSchema = { readonly schema: JsonObject; readonly draft: Draft };

const known = new WeakMap<JsonObject, Result<PlainSchema, SchemaFault[]>>();

/**
 * A schema in one form, whatever draft it is written in: references are pointers from its root, whether they name an
 * anchor, an `$id` of a part, or the schema itself; ids and anchors are gone; limits are numbers. It checks the same.
 * References that leave the schema, or lead to nothing, are refused by name: nothing is fetched.
 */
export const plainSchema = (schema: JsonObject): Result<PlainSchema, SchemaFault[]> => {
  const made = known.get(schema) ?? make(schema);
  known.set(schema, made);
  return made;
};

/** Ids without a scheme are relative to nothing in particular. */
const NOWHERE = "schema://here/";
const REFERENCES = ["$ref", "$dynamicRef", "$recursiveRef"] as const;
const ANCHORS = ["$anchor", "$dynamicAnchor"] as const;
const NAMING = ["$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$schema", ...REFERENCES];

/** Keywords whose schemas are about the very value that the schema around them is about. */
const IN_PLACE = new Set(["allOf", "anyOf", "dependencies", "dependentSchemas", "else", "if", "not", "oneOf", "then"]);
const keywordOf = (outer: Placed, at: string): string => at.slice(outer.at.length + 1).split("/", 1)[0] ?? "";

type Within = Placed & { readonly base: string };

const without = (address: string): string => address.split("#", 1)[0] ?? "";
const fragmentOf = (address: string): string => {
  const fragment = address.slice(without(address).length + 1);
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
};

const addressOf = (text: string, base: string): string | undefined =>
  URL.canParse(text, base) ? new URL(text, base).href : undefined;

const make = (root: JsonObject): Result<PlainSchema, SchemaFault[]> => {
  const stated = draftOf(root);
  if (stated === undefined) {
    const message = `names ${quoted(String(root.$schema))}: drafts 04, 06, 07, 2019-09 and 2020-12 are known; leave it out for 2020-12`;
    return refuse([{ at: "/$schema", rule: "schema_draft", message }]);
  }
  const reader = new Reader(root, stated.draft);
  reader.read();
  if (reader.faults.length > 0) return refuse(reader.faults);
  const schema = reader.rebuilt();
  return accept({ schema, draft: stated.draft });
};

class Reader {
  readonly #root: JsonObject;
  readonly #draft: Draft;
  readonly faults: SchemaFault[] = [];
  /** Every schema that was seen, by its place. */
  readonly #seen = new Map<string, Within>();
  /** Where a part with an `$id` stands, and where an anchor does. */
  readonly #parts = new Map<string, string>();
  readonly #anchors = new Map<string, string[]>();
  /** The target of each reference, by the place of the schema that has it. */
  readonly #targets = new Map<string, string[]>();

  constructor(root: JsonObject, draft: Draft) {
    this.#root = root;
    this.#draft = draft;
  }

  read(): void {
    this.#parts.set(NOWHERE, "");
    this.#see({ schema: this.#root, at: "", base: NOWHERE });
    // The target of a reference may stand where no schema is expected, and have references of its own: a map hands out
    // what is added while it is walked.
    for (const within of this.#seen.values()) for (const keyword of REFERENCES) this.#follow(within, keyword);
    this.#refuseCircles();
  }

  /** A reference that comes back to where it stands, of one value, describes none: whoever checks by it never ends. */
  #refuseCircles(): void {
    const arrows = new Map(
      [...this.#seen.values()].map((within) => {
        const inPlace = subschemas(within).filter(({ at }) => IN_PLACE.has(keywordOf(within, at)));
        return [
          within.at,
          [...(this.#targets.get(within.at) ?? []), ...inPlace.map(({ at }) => at)].map((to) => ({ to })),
        ];
      }),
    );
    for (const { steps } of findCycles(arrows)) {
      const way = steps.map((place) => quoted(asReference(place))).join(" -> ");
      this.faults.push({ at: steps[0] ?? "", message: `refers to itself without end: ${way}` });
    }
  }

  #see(first: Within): void {
    const open = [first];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.#seen.has(next.at)) continue;
      const within = { ...next, base: this.#named(next) };
      this.#seen.set(next.at, within);
      open.push(...subschemas(within).map((part) => ({ ...part, base: within.base })));
    }
  }

  /** The base inside a schema; notes its id and its anchors. */
  #named({ schema, at, base: outer }: Within): string {
    const id = this.#draft === "draft-04" ? (schema.id ?? schema.$id) : schema.$id;
    let base = outer;
    if (typeof id === "string" && !id.startsWith("#")) {
      base = without(addressOf(id, outer) ?? outer);
      this.#parts.set(base, at);
    }
    const anchors = [
      ...ANCHORS.flatMap((keyword) => schema[keyword] ?? []),
      ...(typeof id === "string" && id.startsWith("#") ? [id.slice(1)] : []),
    ];
    for (const anchor of anchors) {
      const places = this.#anchors.get(`${base}#${String(anchor)}`) ?? [];
      this.#anchors.set(`${base}#${String(anchor)}`, [...places, at]);
    }
    return base;
  }

  #follow({ schema, at, base }: Within, keyword: (typeof REFERENCES)[number]): void {
    const reference = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
    if (reference === undefined) return;
    const place = pointerTo(at, keyword);
    const wrong = (message: string) => this.faults.push({ at: place, message });
    if (typeof reference !== "string") {
      wrong("must be a text: what it refers to");
      return;
    }
    const named = `${keyword} ${quoted(reference)}`;
    if (keyword !== "$ref" && this.#parts.size > 2) {
      wrong(`${named} means another part by where it is used from, which is not followed here; use $ref`);
      return;
    }
    const address = addressOf(reference, base);
    const part = address === undefined ? undefined : this.#parts.get(without(address));
    if (address === undefined || part === undefined) {
      const message = `${named} points outside the schema; copy it into $defs and use "#/$defs/..."`;
      this.faults.push({ at: place, rule: "remote_ref", message });
      return;
    }
    const fragment = fragmentOf(address);
    const places = this.#anchors.get(`${without(address)}#${fragment}`) ?? [];
    const target = fragment === "" || fragment.startsWith("/") ? `${part}${fragment}` : places[0];
    const found = target === undefined ? undefined : valueAt(this.#root, target);
    if (target === undefined || !isSchema(found)) {
      wrong(`${named} leads to nothing in the schema`);
      return;
    }
    if (places.length > 1) {
      wrong(`${named} may mean ${places.length} places, which all have that name`);
      return;
    }
    this.#targets.set(at, [...(this.#targets.get(at) ?? []), target]);
    if (isJsonObject(found)) this.#see({ schema: found, at: target, base: without(address) });
  }

  rebuilt(): JsonObject {
    const rebuild = (value: Json, at: string): Json => {
      if (Array.isArray(value)) return value.map((item, index) => rebuild(item, pointerTo(at, index)));
      if (!isJsonObject(value)) return value;
      const made = Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, rebuild(item, pointerTo(at, key))]),
      );
      return this.#seen.has(at) ? this.#plain(made, this.#targets.get(at) ?? []) : made;
    };
    const made = rebuild(this.#root, "");
    return isJsonObject(made) ? made : {};
  }

  #plain(schema: JsonObject, [first, ...others]: readonly string[]): JsonObject {
    const kept = Object.fromEntries(
      Object.entries(schema)
        .filter(([key]) => !this.#isNaming(key, schema))
        .map(([key, value]) => [key, LISTED_ONCE.has(key) && Array.isArray(value) ? onceEach(value) : value]),
    );
    const takesSome = this.#withoutEmptyEnum(kept);
    const limited = this.#draft === "draft-04" ? withNumericLimits(takesSome) : takesSome;
    const { nullable, ...rest } = limited;
    // OpenAPI's word adds null to a type; where there is no type it adds nothing.
    const made = nullable === true && rest.type !== undefined ? limited : rest;
    if (first === undefined) return made;
    const all = Array.isArray(made.allOf) ? made.allOf : [];
    const more = others.map((each): Json => ({ $ref: asReference(each) }));
    return { ...made, $ref: asReference(first), ...(more.length === 0 ? {} : { allOf: [...all, ...more] }) };
  }

  /** Since 2019-09 a list of the values that fit may be empty, and none fits: ajv takes no such list. */
  #withoutEmptyEnum(schema: JsonObject): JsonObject {
    const { enum: values, ...others } = schema;
    const isEmpty = Array.isArray(values) && values.length === 0;
    return isEmpty && (this.#draft === "2019-09" || this.#draft === "2020-12") ? { ...others, not: {} } : schema;
  }

  #isNaming(key: string, schema: JsonObject): boolean {
    return NAMING.includes(key) || (key === "id" && this.#draft === "draft-04" && typeof schema.id === "string");
  }
}

/** Listed twice is listed: published schemas do it, and drafts differ on whether it may be. */
const LISTED_ONCE = new Set(["enum", "required"]);
const onceEach = (values: readonly Json[]): Json[] => [
  ...new Map(values.map((value) => [canonicalJson(value), value])).values(),
];

const asReference = (pointer: string): string =>
  `#${pointer.split("/").map(encodeURIComponent).join("/").replaceAll("%7E", "~")}`;
