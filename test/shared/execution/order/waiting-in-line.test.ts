import fc from "fast-check";
import { expect, it } from "vitest";
import { givesUp } from "../../../../shared/execution/order/waiting-in-line.ts";

const at = (seconds: number): string => new Date(Date.UTC(2026, 2, 2, 9, 0, seconds)).toISOString();
const wait = { waiting_since: at(0), limit_seconds: 300 };

it("a wait in line is given up when nothing has moved for as long as the limit", () => {
  expect(givesUp(wait, { ahead: 0, moved_at: null }, at(299))).toBe(false);
  expect(givesUp(wait, { ahead: 0, moved_at: null }, at(300))).toBe(true);
});

it("a wait in line is not given up while others are given what is waited for, however long it lasts", () => {
  expect(givesUp(wait, { ahead: 0, moved_at: at(3_000) }, at(3_299))).toBe(false);
  expect(givesUp(wait, { ahead: 0, moved_at: at(3_000) }, at(3_300))).toBe(true);
});

it("a wait in line counts for nothing what was given by a clock that was set back since", () => {
  expect(givesUp(wait, { ahead: 0, moved_at: at(901) }, at(300))).toBe(true);
  expect(givesUp(wait, { ahead: 0, moved_at: at(900) }, at(300))).toBe(false);
});

it("a wait in line has the limit once for each that comes first", () => {
  expect(givesUp(wait, { ahead: 3, moved_at: null }, at(1_199))).toBe(false);
  expect(givesUp(wait, { ahead: 3, moved_at: null }, at(1_200))).toBe(true);
});

it("a wait in line counts what was given before it began for nothing, and ends in the end", () => {
  fc.assert(
    fc.property(fc.nat(5_000), fc.nat(31), fc.integer({ min: -5_000, max: 5_000 }), (now, ahead, moved) => {
      const line = { ahead, moved_at: at(moved) };
      const since = moved > now + 600 ? 0 : Math.max(0, moved);
      expect(givesUp(wait, line, at(now))).toBe(now - since >= 300 * (ahead + 1));
    }),
  );
});
