import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutText, thrownText } from "../../../shared/plan/cut-text.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import { json } from "../../../shared/plan/json.ts";
import { jsonFaults } from "../../../shared/plan/json-faults.ts";
import { mendJson, NO_TEXT_MARK } from "../../../shared/plan/mend-json.ts";
import { HOSTILE, hostileValue, nested } from "../../fixtures/hostile-values.ts";

const LIMIT = 20_000;
/** Marks of what was left out are not counted. */
const WITH_MARKS = LIMIT + 10_000;

const isSafe = (value: unknown): void => {
  const { value: made } = mendJson(value, LIMIT);
  expect(json.safeParse(made).success).toBe(true);
  const text = canonicalJson(made);
  expect(text.isWellFormed()).toBe(true);
  expect(Buffer.byteLength(text)).toBeLessThan(WITH_MARKS);
  expect(jsonFaults(made).walkable).toBe(true);
  expect(JSON.parse(text)).toEqual(made);
};

describe("a value that a program handed over", () => {
  it.each(Object.entries(HOSTILE))(
    "a value that a program handed over can be hashed, stored and read again: %s",
    (_name, make) => isSafe(make()),
  );

  it("a value that a program handed over can be hashed, stored and read again, whatever it is made of", () => {
    fc.assert(fc.property(hostileValue, isSafe), { numRuns: 1_000, seed: 7 });
  });

  it("a value that a program handed over is left as it is where it is JSON already", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme", maxDepth: 5 }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        fc.pre(!JSON.stringify(plain).includes("__proto__"));
        expect(mendJson(plain, 1_000_000)).toEqual({ value: plain, mended: false, cut: null });
      }),
      { seed: 7 },
    );
  });

  it("mending a value says where something was left out, at the place and of the whole", () => {
    const { value, cut } = mendJson({ a: 1, text: "y".repeat(50_000), deep: nested(100) }, LIMIT);
    expect(value).toMatchObject({ a: 1, text: expect.stringMatching(/^y+ \[cut: 50000 characters\]$/) });
    expect(cut).toContain("text of 50000 characters");
    expect(mendJson(nested(65), LIMIT).cut).toBe("nested deeper than 64 levels");
    expect(mendJson(nested(64), LIMIT).cut).toBeNull();
    expect(
      mendJson(
        Array.from({ length: 9_000 }, () => 1),
        1_000,
      ).cut,
    ).toMatch(/^\d+ of 9000 items$/);
  });

  it("mending a value that was cut before says the same of it, at the place and of the whole", () => {
    const numbers = Array.from({ length: 9_000 }, () => 1);
    for (const value of [numbers, { all: numbers }, [numbers, numbers], { text: "y".repeat(50_000), numbers }]) {
      const once = mendJson(value, LIMIT);
      expect(mendJson(once.value, LIMIT).value).toEqual(once.value);
    }
    const once = mendJson(numbers, LIMIT);
    expect(mendJson(once.value, LIMIT)).toEqual(once);
    expect(mendJson(once.value, LIMIT / 2)).toEqual(mendJson(numbers, LIMIT / 2));
  });

  it("mending a value takes a reserved name out and says so, and no more than that", () => {
    const made = mendJson(JSON.parse('{"__proto__": {"admin": true}, "fine": 1}'), LIMIT);
    expect(made).toEqual({ value: { fine: 1 }, mended: false, cut: "a field named __proto__" });
  });

  it("mending a value says of the whole where its reader found bytes that are no text, in values and in names", () => {
    for (const value of [{ id: `a${NO_TEXT_MARK}` }, { [NO_TEXT_MARK]: 1 }]) {
      expect(mendJson(value, LIMIT)).toEqual({ value, mended: false, cut: "bytes that are no text" });
    }
  });

  it("mending a value says so where two names are one once mended, and keeps the first field", () => {
    const { value, cut } = mendJson({ "\ud800": 1, "\ud801": 2, ok: 3 }, 1_000);
    expect(Object.values(Object(value))).toEqual([1, 3]);
    expect(cut).toContain("another's");
  });

  it("mending a value reads a date as JSON writes it, and a value shared by two places twice", () => {
    const shared = { n: 1 };
    const at = new Date("2026-03-02T09:00:00Z");
    expect(mendJson({ at, one: shared, two: shared }, LIMIT)).toEqual({
      value: { at: "2026-03-02T09:00:00.000Z", one: { n: 1 }, two: { n: 1 } },
      mended: true,
      cut: null,
    });
  });
});

describe("words from outside", () => {
  it("words from outside are cut to their length, saying how long they were, between characters", () => {
    const cut = cutText("😀".repeat(3_000), 100);
    expect(cut.length).toBeLessThanOrEqual(100);
    expect(cut).toMatch(/^(?:😀)+ \[cut: 6000 characters\]$/u);
    expect(cutText("short \ud83d")).toBe("short \ufffd");
  });

  it("words from outside are found in whatever was thrown", () => {
    expect(thrownText(new Error("reset"))).toBe("reset");
    expect(thrownText("refused")).toBe("refused");
    expect(thrownText(undefined)).toBe("undefined");
    expect(thrownText(Object.create(null))).toBe("it threw something that cannot be shown");
    expect(thrownText(new Error("e".repeat(250_000))).length).toBeLessThanOrEqual(4_000);
    expect(thrownText(new Error(""))).toBe("no reason given");
  });
});
