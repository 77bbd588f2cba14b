import { digestOfBytes } from "../../../plan/digest.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { lastToken, type OpenApiDocument, partOfRef, resolved } from "./document.ts";
import { propertiesOf } from "./types-of.ts";
import { DATA, NAMED } from "./without-texts.ts";

/** Keywords that OpenAPI has beside a schema and no validator reads; a contract's schema has a size. */
const LEFT_OUT = new Set(["example", "examples", "xml", "externalDocs", "discriminator"]);

/** Parts within parts, and references that lead to the next; real documents have some dozens of both. */
export const MOST_LEVELS = 500;

export const TOO_MANY_LEVELS = `its schema has more than ${MOST_LEVELS} levels, those of what it refers to among them`;

/**
 * The thing that a schema describes: `required` holds for answers alone where a property is only read, and for requests alone where
 * it is only written (OpenAPI 3.0 and 3.1, Schema Object).
 */
export type Direction = "request" | "answer";
export const NOT_IN: Readonly<Record<Direction, "readOnly" | "writeOnly">> = {
  request: "readOnly",
  answer: "writeOnly",
};

/** The name of a part in `$defs`: the same in every operation. Only those of `components` have names of their own. */
export const nameOf = (pointer: string): string => {
  const last = lastToken(pointer);
  const plain = last.replaceAll(/[^A-Za-z0-9_.-]/g, "_");
  return plain === last && pointer === `/components/schemas/${last}`
    ? plain
    : `${plain}_${digestOfBytes(pointer).slice(0, 8)}`;
};

/** Reads one part of a document as a contract's schema has it, and notes what that refers to and what is wrong in it. */
export class SchemaReader {
  readonly #document: OpenApiDocument;
  readonly #direction: Direction;
  readonly refers = new Set<string>();
  readonly faults: string[] = [];
  readonly freed = new Set<string>();
  #levels = 0;
  /** The schemas of which what is taken is a part by `allOf`, the outermost first: they describe one value. */
  #around: readonly JsonObject[] = [];

  constructor(document: OpenApiDocument, direction: Direction) {
    this.#document = document;
    this.#direction = direction;
  }

  take(schema: Json): Json {
    if (this.#levels >= MOST_LEVELS) {
      this.faults.push(TOO_MANY_LEVELS);
      return {};
    }
    this.#levels += 1;
    const around = this.#around;
    this.#around = [];
    const taken = this.#takenOf(schema, around);
    this.#around = around;
    this.#levels -= 1;
    return taken;
  }

  #takenOf(schema: Json, around: readonly JsonObject[]): Json {
    if (Array.isArray(schema)) return schema.map((each) => this.#partOf(each, around));
    if (!isJsonObject(schema)) return schema;
    const made: JsonObject = {};
    for (const [key, value] of Object.entries(schema)) {
      if (LEFT_OUT.has(key)) continue;
      if (key === "allOf") made[key] = this.#partOf(value, [...around, schema]);
      else if (key === "required") this.#require(made, value, [...around, schema]);
      else made[key] = DATA.has(key) ? value : NAMED.has(key) ? this.#named(value) : this.take(value);
    }
    if (typeof made.$ref === "string") made.$ref = this.#reference(made.$ref);
    return this.#document.line === "3.0" ? withNull(made) : made;
  }

  #partOf(schema: Json, around: readonly JsonObject[]): Json {
    this.#around = around;
    const taken = this.take(schema);
    this.#around = [];
    return taken;
  }

  /** A direction cannot ask for a property that it does not carry. A list of no names is none in the older drafts. */
  #require(made: JsonObject, required: Json, schemas: readonly JsonObject[]): void {
    if (!Array.isArray(required)) {
      made.required = required;
      return;
    }
    const [outermost] = schemas;
    const properties = propertiesOf(this.#document, outermost);
    const asked = required.filter((name) => typeof name !== "string" || !this.#isMarked(properties.get(name)));
    for (const name of required) if (typeof name === "string" && !asked.includes(name)) this.freed.add(name);
    if (asked.length > 0 || required.length === 0) made.required = asked;
  }

  #isMarked(property: Json | undefined): boolean {
    const mark = NOT_IN[this.#direction];
    if (isJsonObject(property) && property[mark] === true) return true;
    const found = resolved(this.#document.root, property);
    return found.ok && isJsonObject(found.value) && found.value[mark] === true;
  }

  /** Names of properties may be those of keywords. */
  #named(map: Json): Json {
    if (!isJsonObject(map)) return map;
    return Object.fromEntries(Object.entries(map).map(([name, schema]) => [name, this.take(schema)]));
  }

  #reference($ref: string): string {
    const led = partOfRef(this.#document.root, $ref);
    if (!led.ok) {
      this.faults.push(led.refusal);
      return $ref;
    }
    this.refers.add(led.value.pointer);
    return `#/$defs/${nameOf(led.value.pointer)}`;
  }
}

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
