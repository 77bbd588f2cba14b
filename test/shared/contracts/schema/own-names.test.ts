import { describe, expect, it } from "vitest";
import { compileSchema } from "../../../../shared/contracts/schema/validator.ts";
import type { Json, JsonObject } from "../../../../shared/plan/json.ts";

const DRAFTS = [
  "http://json-schema.org/draft-04/schema#",
  "http://json-schema.org/draft-07/schema#",
  "https://json-schema.org/draft/2019-09/schema",
  "https://json-schema.org/draft/2020-12/schema",
];

describe.each(DRAFTS)("names that every object inherits, in %s", ($schema) => {
  const fits = (schema: JsonObject, value: Json) => {
    const compiled = compileSchema({ $schema, ...schema });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.refusal));
    return compiled.value(value);
  };

  it.each(["constructor", "toString", "valueOf", "hasOwnProperty"])(
    "an argument called %s may be left out, and one that is asked for has to be given",
    (name) => {
      expect(fits({ properties: { [name]: { type: "number" } } }, { a: "1" })).toBe(true);
      expect(fits({ properties: { [name]: { type: "number" } } }, { [name]: "1" })).toBe(false);
      expect(fits({ required: [name] }, { a: "1" })).toBe(false);
      expect(fits({ required: [name] }, { [name]: 1 })).toBe(true);
    },
  );
});
