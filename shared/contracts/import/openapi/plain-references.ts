import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { pointerTo, valueAt } from "../../../plan/json-pointer.ts";
import { DATA, NAMED } from "./without-texts.ts";

/** The document's own address, which nobody else's is below. */
const DOCUMENT = "openapi-document:/";

/** Deeper than any schema is read; what lies below stays as it is. */
const MOST_DEPTH = 2_000;

/** Keywords beside a schema that hold whatever its author likes. */
const isData = (keyword: string): boolean =>
  DATA.has(keyword) || keyword === "example" || keyword === "examples" || keyword.startsWith("x-");

/** Keywords whose names are their author's, and may be those of other keywords. */
const WITH_NAMES: ReadonlySet<string> = new Set([
  ...NAMED,
  "schemas",
  "responses",
  "parameters",
  "requestBodies",
  "headers",
  "content",
  "paths",
  "pathItems",
  "callbacks",
]);

const isAnchor = (keyword: string): boolean => keyword === "$anchor" || keyword === "$dynamicAnchor";

const addressOf = (reference: string, base: string): string | undefined =>
  URL.canParse(reference, base) ? new URL(reference, base).href : undefined;

/** An address without its fragment, and the fragment as it is meant. */
const parted = (address: string): readonly [string, string] => {
  const at = address.indexOf("#");
  if (at < 0) return [address, ""];
  const fragment = address.slice(at + 1);
  try {
    return [address.slice(0, at), decodeURIComponent(fragment)];
  } catch {
    return [address.slice(0, at), fragment];
  }
};

const baseOf = ({ $id }: JsonObject, base: string): string =>
  typeof $id === "string" ? parted(addressOf($id, base) ?? base)[0] : base;

/** Where the schemas with an `$id`, and those with an anchor, stand in a document, by their addresses. */
class Places {
  readonly schemas = new Map<string, string>([[DOCUMENT, ""]]);
  readonly anchors = new Map<string, string>();

  note(part: Json, at: string, base: string, depth: number): void {
    if (depth > MOST_DEPTH) return;
    if (Array.isArray(part)) {
      for (const [index, each] of part.entries()) this.note(each, pointerTo(at, index), base, depth + 1);
    }
    if (!isJsonObject(part)) return;
    const here = baseOf(part, base);
    if (here !== base && !this.schemas.has(here)) this.schemas.set(here, at);
    for (const [keyword, value] of Object.entries(part)) {
      const place = pointerTo(at, keyword);
      if (typeof value === "string" && isAnchor(keyword)) this.#name(`${here}#${value}`, at);
      else if (isData(keyword)) continue;
      else if (WITH_NAMES.has(keyword)) this.#noteNamed(value, place, here, depth + 1);
      else this.note(value, place, here, depth + 1);
    }
  }

  #name(address: string, at: string): void {
    if (!this.anchors.has(address)) this.anchors.set(address, at);
  }

  #noteNamed(map: Json, at: string, base: string, depth: number): void {
    if (!isJsonObject(map)) this.note(map, at, base, depth);
    else for (const [name, each] of Object.entries(map)) this.note(each, pointerTo(at, name), base, depth + 1);
  }

  /** Undefined where the reference leads to nothing that is known by an `$id` or an anchor. */
  pointerOf(root: JsonObject, $ref: string, base: string): string | undefined {
    const address = addressOf($ref, base);
    if (address === undefined) return undefined;
    const [schema, fragment] = parted(address);
    const start = this.schemas.get(schema);
    if (start === undefined) return undefined;
    if (fragment !== "" && !fragment.startsWith("/")) return this.anchors.get(`${schema}#${fragment}`);
    // Writers of documents refer to its components from a schema that has an $id, too: what is not there is looked for here.
    return valueAt(root, start + fragment) === undefined ? undefined : start + fragment;
  }
}

/** As a fragment is written; characters that an address has as they are may stay. */
const fragmentOf = (pointer: string): string => `#${pointer.replaceAll("%", "%25")}`;

const rewritten = (root: JsonObject, places: Places) => {
  const each = (part: Json, base: string, depth: number): Json => {
    if (depth > MOST_DEPTH) return part;
    if (Array.isArray(part)) return part.map((one) => each(one, base, depth + 1));
    if (!isJsonObject(part)) return part;
    const here = baseOf(part, base);
    return Object.fromEntries(
      Object.entries(part).flatMap(([keyword, value]): [string, Json][] => {
        if (typeof value === "string" && (keyword === "$id" || keyword === "$anchor")) return [];
        if (typeof value === "string" && keyword === "$ref") {
          const pointer = places.pointerOf(root, value, here);
          return [[keyword, pointer === undefined ? value : fragmentOf(pointer)]];
        }
        if (isData(keyword)) return [[keyword, value]];
        return [[keyword, WITH_NAMES.has(keyword) ? named(value, here, depth + 1) : each(value, here, depth + 1)]];
      }),
    );
  };
  const named = (map: Json, base: string, depth: number): Json =>
    isJsonObject(map)
      ? Object.fromEntries(Object.entries(map).map(([name, one]) => [name, each(one, base, depth + 1)]))
      : each(map, base, depth);
  return each;
};

/**
 * An OpenAPI 3.1 document whose references by anchor or `$id` name the place in the document instead, as a contract's
 * schema, which takes parts of it elsewhere, has no such names. The same document where it has none.
 */
export const withPlainReferences = (root: JsonObject): JsonObject => {
  const places = new Places();
  places.note(root, "", DOCUMENT, 0);
  if (places.schemas.size === 1 && places.anchors.size === 0) return root;
  const made = rewritten(root, places)(root, DOCUMENT, 0);
  return isJsonObject(made) ? made : root;
};
