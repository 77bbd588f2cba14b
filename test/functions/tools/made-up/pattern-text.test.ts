import { expect, it } from "vitest";
import { textAlong } from "../../../../functions/tools/made-up/pattern-text.ts";

it.each([
  ["^a{3}-(b{2})\\1$", "aaa-bbbb"],
  ["^(?<word>ab)\\k<word>{2}$", "ababab"],
])("a text is made along the pattern %s", (pattern, text) => {
  expect(textAlong(pattern, "u", { more: 0 }, { left: 20_000 })).toBe(text);
});

/** Each group holds the one before twice. */
const doubling = (groups: number): string =>
  `^(a)${Array.from({ length: groups }, (_, n) => `(\\${n + 1}\\${n + 1})`).join("")}$`;

it.each([
  ["one long repetition", "^a{30000000}$"],
  ["repetitions of repetitions", "^(?:(?:a{1000}){1000}){1000}$"],
  ["a group repeated as a reference", "^(a{15000})\\1\\1$"],
  ["forty groups that each hold the one before twice", doubling(40)],
])("no text is made along a pattern that asks for one without bound: %s", (_what, pattern) => {
  expect(textAlong(pattern, "u", { more: 0 }, { left: 20_000 })).toBeUndefined();
});

it("another turn makes other texts along the same pattern, of other signs", () => {
  const texts = [0, 1, 2, 3].map((turn) => textAlong("^[a-z]{2}$", "u", { more: 0, turn }, { left: 20_000 }));
  expect(texts).toEqual(["aa", "bc", "cx", "xy"]);
});
