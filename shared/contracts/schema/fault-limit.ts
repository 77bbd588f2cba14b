import { _, type KeywordCxt, type KeywordDefinition, Name } from "ajv";
import type { Json, JsonObject } from "../../plan/json.ts";
import { valueAt } from "../../plan/json-pointer.ts";
import { Surprise } from "../../plan/surprise.ts";
import { everySchema } from "./subschemas.ts";

/** Set on every schema in a schema: where it is tried, the faults found so far are counted. */
export const BOUNDED = "x-buddy-bounded";

/** More faults than anybody reads: ajv itself makes one for each value and each name that is missing, without end. */
export class TooManyFaults extends Surprise {
  override readonly name = "TooManyFaults";
}

const stop = (): never => {
  throw new TooManyFaults("finds too many faults to list");
};

/** The count of faults in the code that ajv makes of a schema (`names.errors` of its own). */
const ERRORS = new Name("errors");

/** The keyword that ends a check where it has found more than `most` faults. */
export const faultLimit = (most: number): KeywordDefinition => ({
  keyword: BOUNDED,
  schemaType: "boolean",
  code: ({ gen }: KeywordCxt) => {
    const stopping = gen.scopeValue("func", { ref: stop });
    gen.if(_`${ERRORS} > ${most}`, () => gen.code(_`${stopping}()`));
  },
});

/** A copy of a plain schema with every schema in it bounded, those that only a reference leads to among them. */
export const bounded = (plain: JsonObject): JsonObject => {
  const root = structuredClone(plain);
  const open: JsonObject[] = [root];
  const seen = new Set<Json>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { schema } of everySchema(next)) {
      if (seen.has(schema)) continue;
      seen.add(schema);
      const target = typeof schema.$ref === "string" ? valueAt(root, decodeURIComponent(schema.$ref.slice(1))) : null;
      if (typeof target === "object" && target !== null && !Array.isArray(target) && !seen.has(target))
        open.push(target);
    }
  }
  for (const schema of seen) Object.assign(schema as JsonObject, { [BOUNDED]: true });
  return root;
};
