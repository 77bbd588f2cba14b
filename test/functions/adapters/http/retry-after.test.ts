import { expect, it } from "vitest";
import { retryAfterSeconds } from "../../../../functions/adapters/http/retry-after.ts";

const now = Date.parse("2026-03-02T09:00:00.500Z");

it.each([
  [429, "30", 30],
  [503, "30", 30],
  [429, " 0 ", 0],
  [429, "Mon, 02 Mar 2026 09:01:00 GMT", 60],
  [503, "Mon, 02 Mar 2026 08:00:00 GMT", 0],
])("an answer of %i with Retry-After %j asks to be left alone for %i seconds", (status, header, seconds) => {
  expect(retryAfterSeconds(status, header, now)).toBe(seconds);
});

it.each([
  [429, undefined],
  [500, "30"],
  [301, "30"],
  [200, "30"],
  [429, ""],
  [429, "-5"],
  [429, "1.5"],
  [429, "soon"],
  [429, "30, 60"],
  [429, "2026-03-02T09:01:00Z"],
  [429, "Mon, 99 Mar 2026 09:01:00 GMT"],
  [429, "99999999999999999999"],
])("an answer of %i with Retry-After %j asks for nothing that can be read", (status, header) => {
  expect(retryAfterSeconds(status, header, now)).toBeUndefined();
});
