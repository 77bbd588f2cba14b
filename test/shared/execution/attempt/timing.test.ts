import { expect, it } from "vitest";
import {
  askedAgainAt,
  growingPause,
  isPastByAnyClock,
  isTooLate,
  keyForgotten,
  mayRunUntil,
  READ_ATTEMPTS,
  settlesAt,
  underWayUntil,
} from "../../../../shared/execution/attempt/timing.ts";
import { at } from "../../../ports/records.ts";
import { contract, row, TIMES } from "./records.ts";

it("a call may run for its timeout, half a minute to write what came of it, and what clocks may differ by", () => {
  expect(mayRunUntil(at(0), { timeout_seconds: 20 }, TIMES)).toBe(at(110));
  expect(mayRunUntil(at(0), { timeout_seconds: 20 }, TIMES, READ_ATTEMPTS)).toBe(at(150));
  expect(underWayUntil(at(0), { timeout_seconds: 20 })).toBe(at(50));
});

it("a call without an answer has settled a while after it ended, by any clock, or after it began if nobody saw it end", () => {
  expect(settlesAt(row({ ended_at: at(5) }), TIMES)).toBe(at(75));
  expect(settlesAt(row({ ended_at: null }), TIMES)).toBe(at(70));
});

it("a moment has passed by any clock once clocks cannot differ by as much as it is ago", () => {
  expect(isPastByAnyClock(at(0), at(60), TIMES)).toBe(false);
  expect(isPastByAnyClock(at(0), at(60.001), TIMES)).toBe(true);
});

it("an attempt is too late once the half minute was used up before the call", () => {
  expect(isTooLate(at(0), at(30))).toBe(false);
  expect(isTooLate(at(0), at(30.001))).toBe(true);
});

it("a key counts as forgotten where the sending might end when its service has forgotten it", () => {
  const known = contract({ idempotency_window_seconds: 200 });
  expect(keyForgotten(row(), known, TIMES, at(89))).toBeUndefined();
  expect(keyForgotten(row(), known, TIMES, at(90))).toBe(`its key is known for 200 s after ${at(0)}`);
});

it("pauses double, begin with the settling time, and are never nothing", () => {
  expect([1, 2, 3].map((tried) => askedAgainAt(tried, TIMES, at(0)))).toEqual([at(10), at(20), at(40)]);
  expect(askedAgainAt(1, { ...TIMES, settling_seconds: 0 }, at(0))).toBe(at(1));
});

it("a pause grows up to its limit, however often it was in vain", () => {
  expect([0, 1, 4, 900].map((times) => growingPause(times, { first: 2, at_most: 30 }))).toEqual([2, 4, 30, 30]);
});
