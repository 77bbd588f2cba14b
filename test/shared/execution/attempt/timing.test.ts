import { expect, it } from "vitest";
import {
  askedAgainAt,
  growingPause,
  isPastByAnyClock,
  isTooLate,
  keyForgotten,
  mayRunUntil,
  mayStillHappen,
  READ_ATTEMPTS,
  setBackSince,
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

it("a key counts as forgotten, however little time seems to have passed, where the clock was set back since", () => {
  const known = contract({ idempotency_window_seconds: 86_400 });
  const why = `its key is known for 86400 s after ${at(0)}, and the clock was set back since`;
  expect(keyForgotten(row({ set_back: true }), known, TIMES, at(1))).toBe(why);
});

it("the clock was set back where the start of a call, its end, or its last pause lies further ahead than clocks differ by", () => {
  const contract20 = { timeout_seconds: 20 };
  const since = (now: number, put_off_at: string | null = null) =>
    setBackSince(row({ started_at: at(0), ended_at: at(40) }), put_off_at, contract20, { times: TIMES, now: at(now) });
  expect(since(-60)).toBe(false);
  expect(since(-60.001)).toBe(true);
  // Sent again at 50, it may be under way until 100.
  const later = (now: number) =>
    setBackSince(row({ started_at: at(-500), ended_at: at(100) }), null, contract20, { times: TIMES, now: at(now) });
  expect(later(-10)).toBe(false);
  expect(later(-10.001)).toBe(true);
  expect(since(200, at(260))).toBe(false);
  expect(since(200, at(260.001))).toBe(true);
  const unended = row({ started_at: at(0), ended_at: null });
  expect(setBackSince(unended, null, contract20, { times: TIMES, now: at(0) })).toBe(false);
});

it("a clock that was set back, as a row says, was set back once more only where what was written then lies ahead", () => {
  const noted = row({ started_at: at(7_200), ended_at: at(0), set_back: true });
  const since = (now: number) =>
    setBackSince(noted, at(7_200), { timeout_seconds: 20 }, { times: TIMES, now: at(now) });
  expect(since(0)).toBe(false);
  expect(since(-200)).toBe(true);
});

it("a call may still happen for its contract's time after its start, or after it was found that the clock was set back to before that", () => {
  const sent = { contract: { timeout_seconds: 20 }, times: TIMES };
  expect(mayStillHappen({ ...sent, row: row(), now: at(89) })).toBe(at(90));
  expect(mayStillHappen({ ...sent, row: row(), now: at(90) })).toBeUndefined();
  const before = row({ started_at: at(7_200), ended_at: at(0), set_back: true });
  expect(mayStillHappen({ ...sent, row: before, now: at(89) })).toBe(at(90));
  const after = row({ ended_at: at(50), set_back: true });
  expect(mayStillHappen({ ...sent, row: after, now: at(50) })).toBe(at(90));
});

it("pauses double, begin with the settling time, and are never nothing", () => {
  expect([1, 2, 3].map((tried) => askedAgainAt(tried, TIMES, at(0)))).toEqual([at(10), at(20), at(40)]);
  expect(askedAgainAt(1, { ...TIMES, settling_seconds: 0 }, at(0))).toBe(at(1));
});

it("a pause grows up to its limit, however often it was in vain", () => {
  expect([0, 1, 4, 900].map((times) => growingPause(times, { first: 2, at_most: 30 }))).toEqual([2, 4, 30, 30]);
});
