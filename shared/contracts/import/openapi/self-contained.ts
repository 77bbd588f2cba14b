import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { valueAt } from "../../../plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { quoted } from "../../../plan/suggestion.ts";
import { lastToken, type OpenApiDocument, outside, pointerOfRef } from "./document.ts";

/** Keywords that OpenAPI has beside a schema and no validator reads; a contract's schema has a size. */
const LEFT_OUT = new Set(["example", "examples", "xml", "externalDocs", "discriminator"]);
const DATA = new Set(["const", "enum", "default"]);

/** Parts within parts, references followed; real documents have some dozens. */
const MOST_LEVELS = 500;

/**
 * Schemas of a document made independent of it: what they refer to comes along in `$defs`, each part once. In 3.0 a
 * value that may be null is said by `nullable`; where it stands beside a choice or a reference, null becomes one of them.
 */
export class SelfContained {
  readonly #document: OpenApiDocument;
  readonly #names = new Map<string, string>();
  readonly #defs: JsonObject = {};
  readonly faults: string[] = [];
  #levels = 0;

  constructor(document: OpenApiDocument) {
    this.#document = document;
  }

  /** The schema with its references turned to `$defs`. */
  take(schema: Json): Json {
    if (this.#levels >= MOST_LEVELS) {
      this.faults.push(`its schema has more than ${MOST_LEVELS} levels, those of what it refers to among them`);
      return {};
    }
    this.#levels += 1;
    const taken = this.#takenOf(schema);
    this.#levels -= 1;
    return taken;
  }

  #takenOf(schema: Json): Json {
    if (Array.isArray(schema)) return schema.map((each) => this.take(each));
    if (!isJsonObject(schema)) return schema;
    const made: JsonObject = {};
    for (const [key, value] of Object.entries(schema)) {
      if (LEFT_OUT.has(key)) continue;
      made[key] = DATA.has(key) ? value : NAMED.has(key) ? this.#named(value) : this.take(value);
    }
    if (typeof made.$ref === "string") made.$ref = this.#reference(made.$ref);
    return this.#document.line === "3.0" ? withNull(made) : made;
  }

  /** Names of properties may be those of keywords. */
  #named(map: Json): Json {
    if (!isJsonObject(map)) return map;
    return Object.fromEntries(Object.entries(map).map(([name, schema]) => [name, this.take(schema)]));
  }

  #reference($ref: string): string {
    const pointer = pointerOfRef($ref);
    const target = pointer === undefined ? undefined : valueAt(this.#document.root, pointer);
    if (pointer === undefined || target === undefined) {
      this.faults.push(pointer === undefined ? outside($ref) : `$ref ${quoted($ref)} leads to nothing in the document`);
      return $ref;
    }
    const known = this.#names.get(pointer);
    if (known !== undefined) return `#/$defs/${known}`;
    const plain = lastToken(pointer).replaceAll(/[^A-Za-z0-9_.-]/g, "_");
    const name = [...this.#names.values()].includes(plain) ? `${plain}_${this.#names.size}` : plain;
    this.#names.set(pointer, name);
    this.#defs[name] = this.take(target);
    return `#/$defs/${name}`;
  }

  /** An object schema of what was taken, with everything it refers to; or why it cannot stand alone. */
  whole(schema: JsonObject): Result<JsonObject, string[]> {
    if (this.faults.length > 0) return refuse([...new Set(this.faults)]);
    const draft = this.#document.line === "3.0" ? { $schema: "http://json-schema.org/draft-04/schema#" } : {};
    return accept({ ...draft, ...schema, ...(Object.keys(this.#defs).length > 0 ? { $defs: this.#defs } : {}) });
  }
}

const NAMED = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);

const NULL: JsonObject = { enum: [null] };

const withNull = (schema: JsonObject): JsonObject => {
  const { nullable, ...rest } = schema;
  if (nullable !== true || rest.type !== undefined) return schema;
  for (const choice of ["anyOf", "oneOf"]) {
    const branches = rest[choice];
    if (Array.isArray(branches)) return { ...rest, [choice]: [...branches, NULL] };
  }
  return rest.$ref === undefined && rest.allOf === undefined ? rest : { anyOf: [rest, NULL] };
};
