import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineContract } from "../../../shared/contracts/define-contract.ts";
import { slowPatternViolations } from "../../../shared/contracts/slow-patterns.ts";
import { contractInput } from "./contract-inputs.ts";

const found = (schema: Parameters<typeof slowPatternViolations>[0]) =>
  slowPatternViolations(schema, "/input_schema").map(({ path }) => path);

const withPattern = (pattern: string) => ({ type: "object", properties: { a: { type: "string", pattern } } });

describe("a pattern in an input schema", () => {
  it.each([
    "^[a-z][a-z0-9-]*$",
    "^\\d{4}-\\d{2}-\\d{2}$",
    "^(GET|POST|PUT)$",
    "^(?=.*\\d)(?=.*[a-z]).{8,}$",
    "^\\p{L}[\\p{L} ]*$",
    "^(?<year>\\d{4})-(?<month>\\d\\d)$",
    "^[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+$",
    "^(?:red|green)(?:,(?:red|green))*$",
    "\\.pdf$",
  ])("is taken where no text can keep it busy: %s", (pattern) => {
    expect(found(withPattern(pattern))).toEqual([]);
  });

  it.each([
    "^(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "(x+x+)+y",
    "^(a?){30}a{30}$",
    "^([a-zA-Z0-9]+\\s?)*$",
    "^(?<words>\\w+\\s?)*$",
    "^.*a.*b.*c$",
    "\\s+$",
    "^(\\d+)(\\1)+$",
  ])("is refused where some text can: %s", (pattern) => {
    expect(found(withPattern(pattern))).toEqual(["/input_schema/properties/a/pattern"]);
  });

  it("is refused by name, place and remedy when the contract is defined", () => {
    const defined = defineContract(contractInput("LOW", { input_schema: withPattern("^(a+)+$") }), 1);
    expect(defined).toMatchObject({
      ok: false,
      refusal: {
        violations: [
          {
            path: "/input_schema/properties/a/pattern",
            rule: "slow_pattern",
            message: expect.stringMatching(/^tool: pattern "\^\(a\+\)\+\$" can take very long .*begin it with "\^"/),
          },
        ],
      },
    });
  });

  it("is looked for wherever a schema may stand, and nowhere else", () => {
    const slow = "^(a+)+$";
    expect(
      found({
        $defs: { name: { pattern: slow } },
        allOf: [{ properties: { pattern: { type: "string", pattern: slow } } }],
        patternProperties: { [slow]: { propertyNames: { pattern: slow } } },
        default: { pattern: slow },
        enum: [{ pattern: slow }],
      }),
    ).toEqual([
      "/input_schema/$defs/name/pattern",
      "/input_schema/allOf/0/properties/pattern/pattern",
      "/input_schema/patternProperties/^(a+)+$",
      "/input_schema/patternProperties/^(a+)+$/propertyNames/pattern",
    ]);
  });

  it("that is none is left to ajv to explain", () => {
    const defined = defineContract(contractInput("LOW", { input_schema: withPattern("[") }), 1);
    expect(defined).toMatchObject({ ok: false, refusal: { violations: [{ rule: "input_schema" }] } });
  });

  it("is never taken when it nests one repetition in another over the same letter, whatever stands around it", () => {
    const around = fc.constantFrom("", "x", "[0-9]{2}", "(?:y|z)");
    const repeat = fc.constantFrom("+", "*", "{2,}");
    fc.assert(
      fc.property(around, around, repeat, repeat, (before, behind, inner, outer) => {
        expect(found(withPattern(`^${before}(a${inner})${outer}${behind}$`))).toHaveLength(1);
      }),
    );
  });

  it("is always taken when it is a row of letters, classes and counted repetitions of them that cannot run into each other", () => {
    const part = fc.constantFrom("[a-z]{1,9}-", "\\d+/", "[A-Z]{2}_", "x", "[^:]*:");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        expect(found(withPattern(`^${parts.join("")}$`))).toEqual([]);
      }),
    );
  });
});
