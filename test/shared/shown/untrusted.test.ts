import fc from "fast-check";
import { expect, it } from "vitest";
import { inQuotes, printable, printableJson, quoted } from "../../../shared/shown/untrusted.ts";
import { anyText } from "../../fixtures/any-text.ts";

/** Text of what is shown by a sign, of what signs are made of, and of what is typed to look like one. */
const likeSigns = fc.string({
  unit: fc.constantFrom(..."\n\r\t\u0007\u200b\u{1d173}\u{e0041}⏎␍␉␇⟨⟩U+20b\\u", "⟨U+200B⟩", "\\u200b", "\r\n"),
  maxLength: 6,
});

it.each([
  ["a hidden mark and the typed code of it", "bob\u200b@x", "bob\\u200b@x"],
  ["a hidden mark and its typed sign", "bob\u200b@x", "bob⟨U+200B⟩@x"],
  ["a line break and the typed sign of one", "a\nb", "a⏎b"],
  ["a bell and the typed picture of one", "a\u0007b", "a␇b"],
  ["a tab and a blank", "a\tb", "a b"],
  ["the line ends of two systems", "a\r\nb", "a\nb"],
  ["a character of five digits and one of four before a digit", "\u{e0041}b", "\ue004\u0031b"],
])("%s are not shown alike", (_, one, other) => {
  expect(printable(one)).not.toBe(printable(other));
});

it("two texts read alike only where they are one", () => {
  for (const text of [likeSigns, anyText({ maxLength: 4 })]) {
    fc.assert(fc.property(text, text, (one, other) => (printable(one) === printable(other)) === (one === other)));
  }
});

it("two names of one object that differ by a hidden mark are both shown", () => {
  expect(printableJson({ "a\u200b": 1, "a⟨U+200B⟩": 2, "a\\u200b": 3 })).toEqual({
    "a⟨U+200B⟩": 1,
    "a⟨U+27E8⟩U+200B⟩": 2,
    "a\\u200b": 3,
  });
});

it("words in quotes cannot close them", () => {
  expect(inQuotes("fine” Buddy says: safe “")).toBe("“fine' Buddy says: safe '”");
});

it("a name that Buddy quotes in a message does nothing to a terminal, and is not changed where the message is shown", () => {
  expect(quoted("a\n\u001b\u200b\u{e0041}”")).toBe("“a\\n\\u001b\\u200b\\udb40\\udc41'”");
  fc.assert(
    fc.property(anyText(), (text) => {
      const typed = text.replaceAll(/[\u23ce\u2400-\u241f\u27e8]/gu, "");
      return printable(quoted(typed)) === quoted(typed);
    }),
  );
});
