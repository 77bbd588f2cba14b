import { describe, expect, it } from "vitest";
import { deferred } from "../../../../shared/execution/attempt/told.ts";
import {
  afterBusy,
  afterFailedLook,
  afterFailedStart,
  afterPushBack,
  afterSilentStart,
  afterStop,
  afterUnsentUndo,
} from "../../../../shared/execution/attempt/unsent.ts";
import { waitsFor } from "../../../../shared/execution/order/waiting-in-line.ts";
import { at, execution } from "../../../ports/records.ts";
import { record, row } from "./records.ts";

const sides = ["LIVE", "ROLLBACK"] as const;
const busy = { busy: "c1 is being written", seconds: 1, at_most: 30, line: { ahead: 0, moved_at: null } };

describe("a call whose needs are not free", () => {
  it.each(sides)(
    "a call whose needs are not free waits in %s, twice as long each time, up to the longest pause",
    (state) => {
      const [first, later] = [record(state), record(state, { deferrals: 9, waiting_since: at(-100) })];
      expect(afterBusy(first, busy, 300, at(0))).toMatchObject({
        kind: "defer",
        told: { changes: { waiting_since: at(0), deferrals: 1, look_again_at: at(1) } },
      });
      expect(afterBusy(later, busy, 300, at(0))).toMatchObject({
        told: { changes: { waiting_since: at(-100), deferrals: 10, look_again_at: at(30) } },
      });
    },
  );

  it.each(sides)(
    "a call waits in %s for the end of its service's pause, however long, and counts its waiting from there",
    (state) => {
      const paused = { ...busy, paused_until: at(3_600) };
      const waiting = record(state, { deferrals: 9, waiting_since: at(-1_000) });
      expect(afterBusy(waiting, paused, 300, at(0))).toMatchObject({
        kind: "defer",
        told: { changes: { waiting_since: at(3_600), deferrals: 9, look_again_at: at(3_600) } },
      });
    },
  );

  it.each(sides)(
    "a call whose needs are not free waits in %s for a token of a rate for its window beyond the time to give up",
    (state) => {
      const rated = { ...busy, seconds: 3_000, at_most: 3_000, flows_within_seconds: 3_600 };
      const waiting = record(state, { waiting_since: at(0) });
      expect(afterBusy(waiting, rated, 300, at(3_899))).toMatchObject({
        kind: "defer",
        told: { changes: { look_again_at: at(6_899) } },
      });
      expect(afterBusy(waiting, rated, 300, at(3_900)).told.reason).toContain("it could not start within 3900 s");
    },
  );

  it.each(sides)("a call that in %s its service refused with the word to come again is put off until then", (state) => {
    const refused = { error: "answered 429", again_in_seconds: 600 };
    const told = afterPushBack(record(state), refused, 300, at(0));
    expect(told).toMatchObject({
      reason: `answered 429; asked for again at ${at(600)}`,
      changes: { look_again_at: at(600), waiting_since: at(600), pushed_back_since: at(0) },
    });
    expect(afterPushBack(record(state, { pushed_back_since: at(0) }), refused, 300, at(299))).toBeDefined();
    expect(afterPushBack(record(state, { pushed_back_since: at(0) }), refused, 300, at(300))).toBeUndefined();
  });

  it("a call that its service asks for again at once is asked again after longer and longer pauses", () => {
    const refused = { error: "answered 429", again_in_seconds: 0 };
    const pauses: number[] = [];
    let now = 0;
    for (let told = afterPushBack(record("LIVE"), refused, 300, at(0)); told !== undefined; ) {
      const until = (Date.parse(told.changes.look_again_at ?? "") - Date.parse(at(0))) / 1_000;
      pauses.push(until - now);
      now = until;
      told = afterPushBack(record("LIVE", { pushed_back_since: at(0) }), refused, 300, at(now));
    }
    expect(pauses).toEqual([1, 1, 2, 4, 8, 16, ...Array<number>(9).fill(30)]);
  });

  it.each([{ slot_of: "mail" }, { lease: "crm:c1" }])(
    "a call whose needs are not free is let through its pause by what it waits for only: %o",
    (what) => {
      const queued = afterBusy(record("LIVE"), { ...busy, ...what }, 300, at(0));
      const waiting = record("LIVE", queued.told.changes);
      expect(waitsFor(waiting, at(0))).toEqual({ slot_of: undefined, lease: undefined, ...what });
      expect(waitsFor(waiting, at(60)), "its pause is over").toEqual({});
      const none = { slot_of: undefined, lease: undefined };
      const elsewhere = deferred("forward", "another attempt may be running", { look_again_at: at(60) });
      expect(waitsFor({ ...waiting, ...elsewhere.changes }, at(0))).toEqual(none);
      const rated = afterBusy(waiting, busy, 300, at(0));
      expect(waitsFor({ ...waiting, ...rated.told.changes }, at(0))).toEqual(none);
    },
  );

  it.each(sides)(
    "a call whose needs are not free waits in %s from now on where the clock was set back since",
    (state) => {
      const waiting = record(state, { waiting_since: at(7_200), pushed_back_since: at(7_200) });
      expect(afterBusy(waiting, busy, 300, at(0)).told.changes).toMatchObject({ waiting_since: at(0) });
      const refused = { error: "answered 429", again_in_seconds: 0 };
      expect(afterPushBack(waiting, refused, 300, at(0))?.changes).toMatchObject({ pushed_back_since: at(0) });
    },
  );

  it("a call whose needs are not free ends as not started once it could not start in time", () => {
    expect(afterBusy(record("LIVE", { waiting_since: at(0) }), busy, 300, at(300))).toMatchObject({
      kind: "end",
      told: {
        event: "live_not_started",
        reason: "it could not start within 300 s: c1 is being written",
        changes: { ending: "not_started" },
        asks: null,
      },
    });
  });

  it("an undoing has not failed once it could not start in time: a person says whether it is tried again", () => {
    expect(afterBusy(record("ROLLBACK", { waiting_since: at(0) }), busy, 300, at(300))).toMatchObject({
      kind: "defer",
      told: {
        event: "undo_withheld",
        reason: "it could not start within 300 s: c1 is being written; it stands, and can be tried again",
        changes: { approvals_asked: 1, ending: "live", waiting_since: null },
        asks: "undo",
      },
    });
  });
});

describe("a start that came to nothing", () => {
  it.each([
    ["LIVE", 2, "end", "live_not_started"],
    ["ROLLBACK", 5, "defer", "undo_withheld"],
  ] as const)(
    "a start that came to nothing is made again, in %s %i times in all, and then it is given up",
    (state, starts, kind, event) => {
      const side = state === "LIVE" ? "forward" : "compensation";
      const failed = (count: number) => record(state, { failed_starts: { side, asked: 0, count } });
      expect(afterFailedStart(record(state), "out of memory", at(0)).kind).toBe("defer");
      expect(afterFailedStart(failed(starts - 2), "out of memory", at(0)).kind).toBe("defer");
      expect(afterFailedStart(failed(starts - 1), "out of memory", at(0))).toMatchObject({
        kind,
        told: { event, changes: { failed_starts: { side, asked: 0, count: starts } } },
      });
    },
  );

  it("a start without an answer to say so ends for good: its function may go on, and finds a tombstone", () => {
    const failed_starts = { side: "compensation", asked: 0, count: 4 } as const;
    expect(afterSilentStart(record("ROLLBACK"), "out of memory", at(0)).kind).toBe("defer");
    expect(afterSilentStart(record("ROLLBACK", { failed_starts }), "out of memory", at(0))).toMatchObject({
      kind: "end",
      told: { event: "compensation_failed", asks: "undo_failed" },
    });
  });

  it("a start that came to nothing counts anew after a person was asked again, and for the other side", () => {
    const failed_starts = { side: "forward", asked: 0, count: 1 } as const;
    expect(afterFailedStart(record("LIVE", { failed_starts, approvals_asked: 1 }), "x", at(0)).kind).toBe("defer");
    expect(afterFailedStart(record("ROLLBACK", { failed_starts }), "x", at(0)).kind).toBe("defer");
  });
});

describe("what would undo a call and was not sent", () => {
  it("an undoing that was not sent is made again after growing pauses, and the fifth time a person is asked", () => {
    const undone = (count: number) =>
      record("ROLLBACK", { failed_starts: { side: "compensation", asked: 0, count }, pushed_back_since: at(-9) });
    expect(afterUnsentUndo(record("ROLLBACK"), { error: "no worker took it" }, at(0))).toMatchObject({
      event: "undo_deferred",
      changes: { look_again_at: at(2) },
    });
    expect(afterUnsentUndo(undone(3), { error: "no worker took it" }, at(0)).changes.look_again_at).toBe(at(16));
    expect(afterUnsentUndo(undone(4), { error: "no worker took it" }, at(0))).toMatchObject({
      event: "undo_withheld",
      reason: "5 starts came to nothing, and nothing was sent: no worker took it; it stands, and can be tried again",
      asks: "undo",
    });
  });

  it("an undoing that is always to be sent later is put to a person as soon as that may go on no longer", () => {
    const refused = { error: "cards was not called: no room", again_in_seconds: 3 };
    expect(afterUnsentUndo(record("ROLLBACK"), refused, at(0))).toMatchObject({ event: "undo_withheld", asks: "undo" });
  });
});

describe("a look at what came of a call that ended in an error", () => {
  it("a look at a call that ended in an error is not made again of one that may be running, or is settled", () => {
    expect(afterFailedLook(record("LIVE"), row({ status: "INTENT" }), "x", at(0))).toBeUndefined();
    expect(afterFailedLook(record("LIVE"), row({ status: "COMMITTED" }), "x", at(0))).toBeUndefined();
  });

  it("a look at a call that ended in an error is made again after a growing pause, the fifth time a person is asked", () => {
    const looked = (count: number) => record("LIVE", { failed_starts: { side: "forward", asked: 0, count } });
    expect(afterFailedLook(looked(3), row(), "x", at(0))).toMatchObject({
      event: "live_deferred",
      changes: { look_again_at: at(16) },
    });
    expect(afterFailedLook(looked(4), row(), "x", at(0))).toMatchObject({
      event: "live_unknown",
      asks: "reconcile",
      changes: { rungs: [{ outcome: "unknown" }] },
    });
  });
});

describe("a call that was stopped", () => {
  const given = { record: record("LIVE"), execution: execution(), now: at(0) };

  it.each(["moved", "aborted", "ended", "switched_off"] as const)(
    "a call that was stopped because of %s is left to Next wave",
    (kind) => {
      expect(afterStop({ kind, reason: "x" }, given)).toEqual({ kind: "leave" });
    },
  );

  it.each([
    ["LIVE", { event: "locked", changes: { ending: "lock", locked_after: 0 } }],
    ["ROLLBACK", { event: "undo_frozen", changes: { locked_after: 0 } }],
  ] as const)("a call that was stopped by a lock is held in %s", (state, told) => {
    const stopped = afterStop({ kind: "lock", reason: "x" }, { ...given, record: record(state) });
    expect(stopped).toMatchObject({ kind: "defer", told });
  });

  it("a call that was stopped because it took too long is a start that came to nothing", () => {
    const stop = { kind: "too_late", reason: "x" } as const;
    expect(afterStop(stop, given)).toEqual(afterFailedStart(given.record, "x", at(0)));
  });

  it("a call whose ground fell waits, without that counting as waiting for its turn or as an attempt", () => {
    const waited = record("LIVE", { deferrals: 3, waiting_since: at(-290) });
    expect(afterStop({ kind: "fallen", reason: "x", may_stand: true }, { ...given, record: waited })).toMatchObject({
      told: { event: "live_deferred", changes: { look_again_at: at(8), waiting_since: at(0), deferrals: 4 } },
    });
  });

  it.each([
    [{ kind: "moves", why: "x", seconds: 5 }, "undo_deferred", null],
    [{ kind: "stands", why: "x", digest: "d" }, "undo_withheld", "undo"],
  ] as const)(
    "a call that others' doings stopped waits for what moves, and asks about what stands: %o",
    (rests, event, asks) => {
      const stopped = afterStop({ kind: "rested_on", reason: "x", rests }, { ...given, record: record("ROLLBACK") });
      expect(stopped).toMatchObject({ kind: "defer", told: { event, asks } });
    },
  );
});
