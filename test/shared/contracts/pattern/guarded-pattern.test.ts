import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardedPattern } from "../../../../shared/contracts/pattern/guarded-pattern.ts";
import { BudgetSpent } from "../../../../shared/contracts/pattern/run-program.ts";

const test = (pattern: string, text: string, left = 100_000) => {
  const made = guardedPattern(pattern);
  if (!made.ok) throw new Error(made.refusal);
  return made.value.test(text, { left });
};

const ATOMS = ["a", "b", "é", "💙", ".", "[ab]", "[^a]", "\\d", "\\w", "\\s", "\\p{L}", "\\b", "\\B", "^", "$", "\\1"];
const LOOKS = ["(?:", "(", "(?=", "(?!", "(?<=", "(?<!"];
const REPEATS = ["", "*", "+", "?", "{2}", "{1,3}", "{0,2}?", "*?", "+?", "??"];

const { pattern: anyPattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...ATOMS),
    fc.tuple(fc.constantFrom(...LOOKS), tie("pattern")).map(([open, inner]) => `${open}${inner})`),
  ),
  pattern: fc
    .array(
      fc.array(fc.tuple(tie("part"), fc.constantFrom(...REPEATS)), { maxLength: 3 }).map((row) => row.flat().join("")),
      { minLength: 1, maxLength: 2 },
    )
    .map((alternatives) => alternatives.join("|")),
}));

const engine = (pattern: string): RegExp | undefined => {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
};

const anyText = fc
  .array(fc.constantFrom("a", "b", "é", "💙", "1", " ", "\n", "_", "\ud83d"), { maxLength: 7 })
  .map((signs) => signs.join(""));

describe("a pattern under a budget", () => {
  it("a pattern under a budget finds exactly what the ordinary engine finds", () => {
    fc.assert(
      fc.property(anyPattern, fc.array(anyText, { minLength: 3, maxLength: 3 }), (pattern, texts) => {
        const native = engine(pattern);
        fc.pre(native !== undefined);
        for (const text of texts) {
          try {
            expect([pattern, text, test(pattern, text)]).toEqual([pattern, text, native?.test(text)]);
          } catch (cause) {
            if (!(cause instanceof BudgetSpent)) throw cause;
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["^(a+)+$", `${"a".repeat(40)}!`],
    ["^(a|a)*$", `${"a".repeat(40)}!`],
    ["(x+x+)+y", "x".repeat(60)],
    ["\\s+$", `${" ".repeat(60_000)}x`],
  ])("a pattern under a budget is cut off where a text keeps it busy: %s", (pattern, text) => {
    expect(() => test(pattern, text, 1_000_000)).toThrow(BudgetSpent);
  });

  it("a pattern under a budget reads a long text once where the pattern is an ordinary one", () => {
    expect(test("^[a-z]+(-[a-z]+)*$", `${"abcde-".repeat(10_000)}x`, 1_000_000)).toBe(true);
  });

  it("a pattern is read in the older way where only that takes it and it means the same", () => {
    expect(guardedPattern("^[\\w-.]+$")).toMatchObject({ ok: true, value: { older: true } });
    expect(test("^\\-?[\\w-.]+$", "-a.b-c")).toBe(true);
    expect(test("^[\\w-.]+$", "a b")).toBe(false);
  });

  it.each(["[", "\\A\\d+\\Z", "(?i)abc", "(?P<year>\\d+)", "\\p{Nowhere}"])(
    "a pattern is none where it is another language's: %s",
    (pattern) => {
      expect(guardedPattern(pattern).ok).toBe(false);
    },
  );

  it("a pattern is refused where written out it would be too long to be checked", () => {
    expect(guardedPattern("^((ab){1,500}c){1,500}$")).toMatchObject({
      ok: false,
      refusal: expect.stringContaining("too many times"),
    });
  });
});
