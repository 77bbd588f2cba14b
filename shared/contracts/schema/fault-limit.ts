import { _, type KeywordCxt, type KeywordDefinition, Name } from "ajv";
import { Surprise } from "../../plan/surprise.ts";

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
