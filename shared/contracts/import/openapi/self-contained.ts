import { digestOfBytes } from "../../../plan/digest.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { valueAt } from "../../../plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { quoted } from "../../../plan/suggestion.ts";
import { MAX_SCHEMA_BYTES } from "../../schema-limits.ts";
import { lastToken, type OpenApiDocument, outside, pointerOfRef, resolved } from "./document.ts";
import { propertiesOf } from "./types-of.ts";
import { DATA, NAMED, withoutTexts } from "./without-texts.ts";

/** Keywords that OpenAPI has beside a schema and no validator reads; a contract's schema has a size. */
const LEFT_OUT = new Set(["example", "examples", "xml", "externalDocs", "discriminator"]);

/** Parts within parts, and references that lead to the next; real documents have some dozens of both. */
const MOST_LEVELS = 500;

type Sized = { readonly schema: Json; readonly bytes: number };
const sized = (schema: Json): Sized => ({ schema, bytes: Buffer.byteLength(JSON.stringify(schema)) });

/**
 * The thing that a schema describes: `required` holds for answers alone where a property is only read, and for requests alone where
 * it is only written (OpenAPI 3.0 and 3.1, Schema Object).
 */
export type Direction = "request" | "answer";
const NOT_IN: Readonly<Record<Direction, "readOnly" | "writeOnly">> = { request: "readOnly", answer: "writeOnly" };

/** A schema with its references turned to `$defs`, what these are in the document, and what is wrong in it. */
type Part = {
  readonly whole: Sized;
  readonly withoutTexts: Sized;
  readonly refers: readonly string[];
  readonly faults: readonly string[];
  /** Names that it does not require, though the document's has them in `required`. */
  readonly freed: readonly string[];
};

/** `warnings`: what is not in it of what the document has. */
export type Whole = { readonly schema: JsonObject; readonly warnings: readonly string[] };

/**
 * Schemas of a document made independent of it: what they refer to comes along in `$defs`, each part once. In 3.0 a
 * value that may be null is said by `nullable`; where it stands beside a choice or a reference, null becomes one of them.
 */
export class SelfContained {
  readonly #document: OpenApiDocument;
  readonly #direction: Direction;
  readonly #parts: Part[] = [];

  constructor(document: OpenApiDocument, direction: Direction) {
    this.#document = document;
    this.#direction = direction;
  }

  /** The schema with its references turned to `$defs`. */
  take(schema: Json): Json {
    const part = partOf(this.#document, this.#direction, schema);
    this.#parts.push(part);
    return part.whole.schema;
  }

  /**
   * An object schema of what was taken, with everything it refers to; or why it cannot stand alone. One that is too large
   * for a contract goes without the descriptions in it, which check nothing.
   */
  whole(schema: JsonObject): Result<Whole, string[]> {
    const found = this.#referred();
    if (!found.ok) return found;
    const { value: defs } = found;
    const faults = [...this.#parts, ...defs.values()].flatMap((part) => part.faults);
    if (faults.length > 0) return refuse([...new Set(faults)]);
    const freed = new Set([...this.#parts, ...defs.values()].flatMap((part) => part.freed));
    const not_required =
      freed.size === 0 ? [] : [`does not require what is ${NOT_IN[this.#direction]}: ${[...freed].join(", ")}`];
    const whole = this.#with(sized(schema), defs, "whole");
    if (whole.bytes <= MAX_SCHEMA_BYTES) {
      return accept({ schema: whole.made(), warnings: not_required });
    }
    const shorter = this.#with(sized(withoutTexts(schema)), defs, "withoutTexts");
    const allowed = `has ${whole.bytes} bytes, and at most ${MAX_SCHEMA_BYTES} are allowed`;
    return shorter.bytes <= MAX_SCHEMA_BYTES
      ? accept({
          schema: shorter.made(),
          warnings: [`goes without the descriptions in it: with them it ${allowed}`, ...not_required],
        })
      : refuse([`its schema ${allowed}; without the descriptions in it ${shorter.bytes}`]);
  }

  /** Its size is known before it is made: what an operation of a large document refers to may be all of it. */
  #with({ schema, bytes }: Sized, defs: ReadonlyMap<string, Part>, form: "whole" | "withoutTexts") {
    const draft = this.#document.line === "3.0" ? { $schema: "http://json-schema.org/draft-04/schema#" } : {};
    const frame = { ...draft, ...(isJsonObject(schema) ? schema : {}) };
    const named = [...defs].map(([pointer, part]) => ({ name: nameOf(pointer), ...part[form] }));
    return {
      bytes: named.reduce((sum, part) => sum + `"${part.name}":,`.length + part.bytes, bytes + BYTES_OF_FRAME),
      made: (): JsonObject =>
        named.length === 0
          ? frame
          : { ...frame, $defs: Object.fromEntries(named.map((part): [string, Json] => [part.name, part.schema])) },
    };
  }

  /** Everything that the parts refer to, and what these do, by where it stands in the document. */
  #referred(): Result<ReadonlyMap<string, Part>, string[]> {
    const defs = new Map<string, Part>();
    let open: readonly Part[] = this.#parts;
    for (let level = 0; open.length > 0; level += 1) {
      if (level > MOST_LEVELS) return refuse([TOO_MANY_LEVELS]);
      const next = new Set(open.flatMap(({ refers }) => refers).filter((pointer) => !defs.has(pointer)));
      for (const pointer of next) defs.set(pointer, partAt(this.#document, this.#direction, pointer));
      open = [...next].flatMap((pointer) => defs.get(pointer) ?? []);
    }
    return accept(defs);
  }
}

/** `$schema` and `$defs` beside what was taken. */
const BYTES_OF_FRAME = 80;

const TOO_MANY_LEVELS = `its schema has more than ${MOST_LEVELS} levels, those of what it refers to among them`;

/** Operations of one document refer to the same parts over and over: each is read once, as long as the document is held. */
const known = {
  request: new WeakMap<OpenApiDocument, Map<string, Part>>(),
  answer: new WeakMap<OpenApiDocument, Map<string, Part>>(),
} as const;

const partAt = (document: OpenApiDocument, direction: Direction, pointer: string): Part => {
  const parts = known[direction].get(document) ?? new Map<string, Part>();
  known[direction].set(document, parts);
  const read = parts.get(pointer) ?? partOf(document, direction, valueAt(document.root, pointer) ?? {});
  parts.set(pointer, read);
  return read;
};

const partOf = (document: OpenApiDocument, direction: Direction, schema: Json): Part => {
  const reader = new Reader(document, direction);
  const taken = reader.take(schema);
  return {
    whole: sized(taken),
    withoutTexts: sized(withoutTexts(taken)),
    refers: [...reader.refers],
    faults: reader.faults,
    freed: [...reader.freed],
  };
};

/** The name of a part in `$defs`: the same in every operation. Only those of `components` have names of their own. */
const nameOf = (pointer: string): string => {
  const last = lastToken(pointer);
  const plain = last.replaceAll(/[^A-Za-z0-9_.-]/g, "_");
  return plain === last && pointer === `/components/schemas/${last}`
    ? plain
    : `${plain}_${digestOfBytes(pointer).slice(0, 8)}`;
};

class Reader {
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
    const pointer = pointerOfRef($ref);
    if (pointer === undefined || valueAt(this.#document.root, pointer) === undefined) {
      this.faults.push(pointer === undefined ? outside($ref) : `$ref ${quoted($ref)} leads to nothing in the document`);
      return $ref;
    }
    this.refers.add(pointer);
    return `#/$defs/${nameOf(pointer)}`;
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
