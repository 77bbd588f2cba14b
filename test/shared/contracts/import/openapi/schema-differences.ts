import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Json, type JsonObject } from "../../../../../shared/plan/json.ts";
import { valueAt } from "../../../../../shared/plan/json-pointer.ts";

/** Keywords that check nothing; `nullable` is how 3.0 says something, and compared by itself. */
const ANNOTATIONS = new Set(
  ["title", "description", "example", "examples", "xml", "externalDocs", "discriminator"].concat("nullable", "$ref"),
);
const DATA = new Set(["const", "enum", "default"]);
const MAPS = new Set(["properties", "patternProperties", "definitions", "$defs"]);
const NULL = { enum: [null] };

export const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

/** A value of a document or a contract, through its references. */
export const followed = (root: JsonObject, value: Json | undefined): Json | undefined => {
  let found = value;
  while (isJsonObject(found) && typeof found.$ref === "string")
    found = valueAt(root, decodeURIComponent(found.$ref.slice(1)));
  return found;
};

/** The schema without what the import writes out for `nullable` beside a choice, a reference or nothing. */
const withoutNull = (said: JsonObject, made: JsonObject): JsonObject => {
  if (said.nullable !== true || said.type !== undefined) return made;
  for (const choice of ["anyOf", "oneOf"]) {
    const [branches, told] = [made[choice], said[choice]];
    if (!Array.isArray(branches) || !isDeepStrictEqual(branches.at(-1), NULL)) continue;
    return Array.isArray(told) ? { ...made, [choice]: branches.slice(0, -1) } : objectOf(branches[0]);
  }
  return made;
};

/** Compares schemas of a document with those that contracts got of them, and remembers the parts that are the same. */
export class SchemaDifferences {
  readonly #document: JsonObject;
  readonly #same = new WeakMap<JsonObject, WeakSet<JsonObject>>();

  constructor(document: JsonObject) {
    this.#document = document;
  }

  /** The places where a schema of a contract does not say what the document says there. */
  between(said: Json | undefined, made: Json | undefined, contract: JsonObject, at: string): string[] {
    const reduced = isJsonObject(said) && isJsonObject(made) ? withoutNull(said, made) : made;
    const [theirs, ours] = [followed(this.#document, said), followed(contract, reduced)];
    if (!isJsonObject(theirs) || !isJsonObject(ours)) return isDeepStrictEqual(theirs, ours) ? [] : [at];
    const same = this.#same.get(theirs) ?? new WeakSet();
    this.#same.set(theirs, same);
    if (same.has(ours)) return [];
    same.add(ours);
    const both = withoutNull(theirs, ours);
    const nullable = theirs.nullable === true && theirs.type !== undefined && both.nullable !== true;
    const found = Object.entries(theirs)
      .filter(([keyword]) => !ANNOTATIONS.has(keyword))
      .flatMap(([keyword, value]) => this.#atKeyword(keyword, value, both[keyword], contract, `${at}/${keyword}`));
    return nullable ? [`${at}/nullable`, ...found] : found;
  }

  #atKeyword(keyword: string, said: Json, made: Json | undefined, contract: JsonObject, at: string): string[] {
    if (DATA.has(keyword)) return isDeepStrictEqual(said, made) ? [] : [at];
    if (MAPS.has(keyword)) {
      const ours = objectOf(made);
      return Object.entries(objectOf(said)).flatMap(([name, part]) =>
        this.between(part, ours[name], contract, `${at}/${name}`),
      );
    }
    if (!Array.isArray(said)) return this.between(said, made, contract, at);
    if (!Array.isArray(made) || made.length !== said.length) return [at];
    return said.flatMap((part, index) => this.between(part, made[index], contract, `${at}/${index}`));
  }
}
