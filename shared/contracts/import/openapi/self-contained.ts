import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { valueAt } from "../../../plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { MAX_SCHEMA_BYTES } from "../../schema-limits.ts";
import type { OpenApiDocument } from "./document.ts";
import { type Direction, MOST_LEVELS, NOT_IN, nameOf, SchemaReader, TOO_MANY_LEVELS } from "./schema-reader.ts";
import { withoutTexts } from "./without-texts.ts";

type Sized = { readonly schema: Json; readonly bytes: number };
const sized = (schema: Json): Sized => ({ schema, bytes: Buffer.byteLength(JSON.stringify(schema)) });

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
  const reader = new SchemaReader(document, direction);
  const taken = reader.take(schema);
  return {
    whole: sized(taken),
    withoutTexts: sized(withoutTexts(taken)),
    refers: [...reader.refers],
    faults: reader.faults,
    freed: [...reader.freed],
  };
};
