import { expect, it } from "vitest";
import { retryAfterSeconds } from "../../../../functions/adapters/http/retry-after.ts";

const now = Date.parse("2026-03-02T09:00:00.500Z");

it.each([
  [429, "30", 30],
  [503, "30", 30],
  [429, " 0 ", 0],
  [429, "Mon, 02 Mar 2026 09:01:00 GMT", 60],
  [503, "Mon, 02 Mar 2026 08:00:00 GMT", 0],
  [429, "2.0", 2],
  [429, "1.2", 2],
  [503, "0.4", 1],
  [429, "99999999999", 99_999_999_999],
  [429, "1772442060000", 1_772_442_060_000],
  [429, "9".repeat(400), Number.MAX_SAFE_INTEGER],
  [429, "-5", 0],
  [429, "soon", 0],
  [429, "1.5.2", 0],
  [429, "30, 60", 0],
  [429, "0x10", 0],
  [429, "2026-03-02T09:01:00Z", 0],
  [429, "Mon, 99 Mar 2026 09:01:00 GMT", 0],
])("an answer of %i with Retry-After %j asks to be left alone for %i seconds", (status, header, seconds) => {
  expect(retryAfterSeconds(status, header, now)).toBe(seconds);
});

it.each([
  [429, undefined],
  [500, "30"],
  [301, "30"],
  [200, "30"],
  [429, ""],
  [429, "  "],
])("an answer of %i with Retry-After %j asks for nothing", (status, header) => {
  expect(retryAfterSeconds(status, header, now)).toBeUndefined();
});
