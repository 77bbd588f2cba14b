import fc from "fast-check";
import { expect, it } from "vitest";
import { cutToBytes } from "../../../shared/plan/cut-to-bytes.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.string({
    unit: fc.constantFrom('"', "\\", "\n", "\u0001", "\ud83d", "\ude00", "😀", "顧", "é", "a"),
    maxLength: 400,
  }),
);
const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

it("text that is cut to bytes has no more as JSON text, escapes counted, and no half of a sign", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 40, max: 600 }), (text, most) => {
      const kept = cutToBytes(text, most);
      expect(bytesOf(kept)).toBeLessThanOrEqual(most);
      expect(kept.isWellFormed()).toBe(true);
      const whole = text.toWellFormed();
      if (bytesOf(whole) <= most) expect(kept).toBe(whole);
      else expect(whole.startsWith(kept.replace(/ \[cut: \d+ characters\]$/, ""))).toBe(true);
    }),
  );
});

it("text that is cut to bytes says that it was, and keeps as many whole signs as there is room for", () => {
  expect(cutToBytes("😀".repeat(20), 39)).toBe(`${"😀".repeat(4)} [cut: 40 characters]`);
  expect(cutToBytes(`${'"'.repeat(10)} and so on, and so on`, 30)).toBe(`${'"'.repeat(4)} [cut: 31 characters]`);
});
