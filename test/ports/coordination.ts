import { describe, expect, it } from "vitest";
import {
  type Holder,
  type InFlightCalls,
  type Leases,
  type Locks,
  MOST_TICKETS,
  MOST_UNANSWERED,
  type Semaphores,
  type Settings,
  TICKET_SECONDS,
  type TokenBuckets,
  type UnansweredCall,
  type UnansweredCalls,
} from "../../shared/ports/coordination.ts";
import { AWKWARD, at, numbers } from "./records.ts";

const holder = (n: number, until = 60): Holder => ({ execution_id: "e1", step_id: `s${n}`, until: at(until) });

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

export const describeLeases = (make: () => Promise<Leases>): void => {
  describe("a lease", () => {
    it("a lease is held by one, and says by whom to the others", async () => {
      const leases = await make();
      const lease = { key: "k", epoch: 1, ...holder(1) };
      expect(await leases.acquire("k", holder(1), at(0))).toEqual({ kind: "held", lease });
      expect(await leases.acquire("k", holder(2), at(1))).toEqual({ kind: "busy", by: lease, ahead: 0 });
      expect(await leases.get("k")).toEqual(lease);
      expect(await leases.get("other")).toBeUndefined();
    });

    it("a lease goes to exactly one of many contenders", async () => {
      const leases = await make();
      const results = await Promise.all(numbers(30).map((n) => leases.acquire("k", holder(n), at(0))));
      expect(results.filter(({ kind }) => kind === "held")).toHaveLength(1);
    });

    it("a lease is given to its holder anew, for as long as is asked now, and the one given before is worth nothing", async () => {
      const leases = await make();
      const first = await leases.acquire("k", holder(1, 60), at(0));
      expect(await leases.acquire("k", holder(1, 90), at(1))).toMatchObject({ lease: { epoch: 2, until: at(90) } });
      expect(await leases.acquire("k", holder(1, 60), at(2))).toMatchObject({ lease: { epoch: 3, until: at(60) } });
      if (first.kind !== "held") throw new Error("busy");
      await leases.release(first.lease, at(2));
      expect(await leases.extend(first.lease, at(900))).toBe(false);
      expect(await leases.get("k")).toMatchObject({ epoch: 3, until: at(60) });
    });

    it("a lease belongs to a step of an execution, not to every step of that name", async () => {
      const leases = await make();
      await leases.acquire("k", holder(1), at(0));
      const other = { ...holder(1), execution_id: "e2" };
      expect((await leases.acquire("k", other, at(0))).kind).toBe("busy");
    });

    it("a lease has a larger epoch for every new holder, also after a release", async () => {
      const leases = await make();
      const epochs: number[] = [];
      for (const n of numbers(4)) {
        const result = await leases.acquire("k", holder(n), at(0));
        if (result.kind !== "held") throw new Error("busy");
        epochs.push(result.lease.epoch);
        await leases.release(result.lease, at(0));
        expect(await leases.get("k")).toBeUndefined();
      }
      expect(epochs).toEqual([1, 2, 3, 4]);
    });

    it("a lease may be taken over at its end, not a millisecond earlier, and its late holder can do nothing to it", async () => {
      const leases = await make();
      const first = await leases.acquire("k", holder(1, 60), at(0));
      expect((await leases.acquire("k", holder(2), at(59.999))).kind).toBe("busy");
      const second = await leases.acquire("k", holder(2, 120), at(60));
      if (first.kind !== "held" || second.kind !== "held") throw new Error("busy");
      expect(second.lease.epoch).toBe(2);
      await leases.release(first.lease, at(60));
      expect(await leases.extend(first.lease, at(600))).toBe(false);
      expect(await leases.get("k")).toEqual(second.lease);
    });

    it("a lease can be kept beyond its time, and not once it was released", async () => {
      const leases = await make();
      const result = await leases.acquire("k", holder(1, 60), at(0));
      if (result.kind !== "held") throw new Error("busy");
      expect(await leases.extend(result.lease, at(600))).toBe(true);
      expect((await leases.acquire("k", holder(2), at(100))).kind).toBe("busy");
      await leases.release(result.lease, at(101));
      expect((await leases.acquire("k", holder(2), at(101))).kind, "it was prolonged since").toBe("busy");
      await leases.release({ ...result.lease, until: at(600) }, at(102));
      expect(await leases.extend(result.lease, at(700))).toBe(false);
      expect((await leases.acquire("k", holder(2), at(100))).kind).toBe("held");
    });

    it("a lease compares moments, not the way they are written", async () => {
      const leases = await make();
      const until = "2026-01-01T14:00:30+02:00";
      await leases.acquire("k", { ...holder(1), until }, at(0));
      expect((await leases.acquire("k", holder(2), at(29))).kind).toBe("busy");
      expect((await leases.acquire("k", holder(2), at(30))).kind).toBe("held");
    });

    it("a lease goes to each of many contenders within as many rounds as they are, in the order they came", async () => {
      const leases = await make();
      const contenders = numbers(12);
      const first = await leases.acquire("k", holder(100, 600), at(0));
      if (first.kind !== "held") throw new Error("busy");
      for (const n of contenders) expect(await leases.acquire("k", holder(n), at(n))).toMatchObject({ ahead: n - 1 });
      let held = first.lease;
      const served: string[] = [];
      for (const round of contenders) {
        await leases.release(held, at(20 + round));
        // The last comes first in every round: being quick is of no use.
        for (const n of contenders.toReversed()) {
          if (served.includes(`s${n}`)) continue;
          const asked = await leases.acquire("k", holder(n, 600), at(20 + round));
          if (asked.kind !== "held") continue;
          served.push(asked.lease.step_id);
          held = asked.lease;
        }
        expect(served).toHaveLength(round);
      }
      expect(served).toEqual(contenders.map((n) => `s${n}`));
    });

    it("a lease names whose turn it is when it is given back, and only while it is free", async () => {
      const leases = await make();
      expect(await leases.turn("k", at(0)), "nobody has ever asked").toBeUndefined();
      const first = await leases.acquire("k", holder(1, 30), at(0));
      if (first.kind !== "held") throw new Error("busy");
      await leases.acquire("k", holder(3), at(2));
      await leases.acquire("k", holder(2), at(1));
      expect(await leases.turn("k", at(2)), "it is held").toBeUndefined();
      const s2 = { execution_id: "e1", step_id: "s2" };
      expect(await leases.release({ ...first.lease, epoch: 9 }, at(3)), "it is another's").toBeUndefined();
      expect(await leases.turn("k", at(30)), "its holder is out of time").toEqual(s2);
      expect(await leases.release(first.lease, at(3))).toEqual(s2);
      expect(await leases.turn("k", at(3))).toEqual(s2);
      expect(await leases.turn("k", at(1 + TICKET_SECONDS)), "s2 has left").toEqual({ ...s2, step_id: "s3" });
      expect(await leases.turn("k", at(2 + TICKET_SECONDS))).toBeUndefined();
      const free = await leases.acquire("free", holder(1), at(0));
      if (free.kind !== "held") throw new Error("busy");
      expect(await leases.release(free.lease, at(1)), "nobody waits").toBeUndefined();
    });

    it("a lease that is free is kept for whose turn it is, and says so", async () => {
      const leases = await make();
      const first = await leases.acquire("k", holder(1), at(0));
      if (first.kind !== "held") throw new Error("busy");
      await leases.acquire("k", holder(2), at(1));
      await leases.release(first.lease, at(1.5));
      const by = { key: "k", execution_id: "e1", step_id: "s2", until: at(1 + TICKET_SECONDS), epoch: 1 };
      expect(await leases.acquire("k", holder(3), at(2))).toEqual({ kind: "busy", by, ahead: 1 });
      expect(await leases.acquire("k", holder(1), at(2.5))).toEqual({ kind: "busy", by, ahead: 2 });
      expect(await leases.acquire("k", holder(2), at(3))).toMatchObject({ kind: "held", lease: { epoch: 2 } });
      expect(await leases.get("k")).toMatchObject({ step_id: "s2", epoch: 2 });
    });

    it("a lease is not kept for a call that stopped asking: its place lapses, and when it comes back it stands at the end", async () => {
      const leases = await make();
      const first = await leases.acquire("k", holder(1, 5), at(0));
      if (first.kind !== "held") throw new Error("busy");
      await leases.acquire("k", holder(2), at(0));
      await leases.acquire("k", holder(3), at(1));
      await leases.acquire("k", holder(3), at(30));
      const lapsed = TICKET_SECONDS;
      expect((await leases.acquire("k", holder(3, 600), at(lapsed - 0.001))).kind).toBe("busy");
      expect((await leases.acquire("k", holder(4), at(lapsed))).kind).toBe("busy");
      expect(await leases.acquire("k", holder(2), at(lapsed + 1))).toMatchObject({ kind: "busy", ahead: 2 });
      expect((await leases.acquire("k", holder(3, 600), at(lapsed + 2))).kind).toBe("held");
    });

    it("a lease can be taken at once where everybody who waited has given up", async () => {
      const leases = await make();
      const first = await leases.acquire("k", holder(1, 5), at(0));
      if (first.kind !== "held") throw new Error("busy");
      for (const n of numbers(5)) await leases.acquire("k", holder(10 + n), at(0));
      expect((await leases.acquire("k", holder(2, 600), at(TICKET_SECONDS))).kind).toBe("held");
      expect(await leases.acquire("k", holder(3), at(TICKET_SECONDS))).toMatchObject({ kind: "busy", ahead: 0 });
    });

    it("a lease is kept for nobody who asked by a clock that was set back since, and who asks anew stands at the end", async () => {
      const leases = await make();
      const first = await leases.acquire("k", holder(1, 5), at(0));
      if (first.kind !== "held") throw new Error("busy");
      await leases.acquire("k", holder(2), at(0));
      await leases.acquire("k", holder(3), at(0));
      const before = -7_200;
      await leases.release(first.lease, at(before));
      expect(await leases.turn("k", at(before))).toBeUndefined();
      expect((await leases.acquire("k", holder(4), at(before))).kind).toBe("held");
      expect(await leases.acquire("k", holder(5), at(before + 1))).toMatchObject({ kind: "busy", ahead: 0 });
      expect(await leases.acquire("k", holder(3), at(before + 2))).toMatchObject({ kind: "busy", ahead: 1 });
    });

    it("a lease is its holder's again while others wait for it", async () => {
      const leases = await make();
      await leases.acquire("k", holder(1, 60), at(0));
      await leases.acquire("k", holder(2), at(1));
      expect(await leases.acquire("k", holder(1, 90), at(2))).toMatchObject({ kind: "held", lease: { epoch: 2 } });
    });

    it("a lease has room for so many who wait, and more wait without a place", async () => {
      const leases = await make();
      await leases.acquire("k", holder(0, 600), at(0));
      const all = await Promise.all(numbers(MOST_TICKETS).map((n) => leases.acquire("k", holder(n), at(1))));
      expect(all.every(({ kind }) => kind === "busy")).toBe(true);
      expect(await leases.acquire("k", holder(99), at(2))).toMatchObject({ kind: "busy", ahead: MOST_TICKETS });
      // Those who gave up make room.
      expect(await leases.acquire("k", holder(99), at(2 + TICKET_SECONDS))).toMatchObject({ kind: "busy", ahead: 0 });
    });

    it("a lease can be of any resource, however its key is written", async () => {
      const leases = await make();
      const keys = ["", "a#b", "a", AWKWARD, "\ud800", "\udfff", "x".repeat(5_000), "x".repeat(5_001)];
      for (const [index, key] of keys.entries()) {
        expect(await leases.acquire(key, holder(index), at(0)), key.slice(0, 9)).toMatchObject({
          kind: "held",
          lease: { epoch: 1 },
        });
      }
      expect((await leases.get(AWKWARD))?.key).toBe(AWKWARD);
    });
  });
};

export const describeSemaphores = (make: () => Promise<Semaphores>): void => {
  describe("a semaphore", () => {
    it("a semaphore never lets more in than its limit, of many at once", async () => {
      const semaphores = await make();
      const results = await Promise.all(numbers(40).map((n) => semaphores.acquire("t", 7, holder(n), at(0))));
      expect(results.filter((result) => result === "acquired")).toHaveLength(7);
      expect(await semaphores.acquire("other", 7, holder(1), at(0))).toBe("acquired");
    });

    it("a semaphore counts a holder that asks again once", async () => {
      const semaphores = await make();
      expect(await semaphores.acquire("t", 2, holder(1), at(0))).toBe("acquired");
      expect(await semaphores.acquire("t", 2, holder(1), at(0))).toBe("acquired");
      expect(await semaphores.acquire("t", 2, holder(2), at(0))).toBe("acquired");
      expect(await semaphores.acquire("t", 2, holder(3), at(0))).toBe("full");
      expect(await semaphores.acquire("t", 2, holder(2), at(0))).toBe("acquired");
    });

    it("a semaphore keeps a slot that was taken again since, when it is released as it was taken before", async () => {
      const semaphores = await make();
      await semaphores.acquire("t", 1, holder(1, 60), at(0));
      await semaphores.acquire("t", 1, holder(1, 90), at(30));
      await semaphores.release("t", holder(1, 60));
      expect(await semaphores.acquire("t", 1, holder(2), at(31))).toBe("full");
      await semaphores.release("t", holder(1, 90));
      expect(await semaphores.acquire("t", 1, holder(2), at(31))).toBe("acquired");
    });

    it("a semaphore says when a slot was last given to one that had none", async () => {
      const semaphores = await make();
      expect(await semaphores.lastGiven("t")).toBeUndefined();
      await semaphores.acquire("t", 1, holder(1, 60), at(3));
      await semaphores.acquire("t", 1, holder(1, 90), at(30));
      await semaphores.acquire("t", 1, holder(2), at(31));
      await semaphores.release("t", holder(1, 90));
      expect(await semaphores.lastGiven("t")).toBe(at(3));
    });

    it("a semaphore knows how many slots are free, and which executions found none and still ask, the longest first", async () => {
      const semaphores = await make();
      expect(await semaphores.free("t", 2, at(0))).toBe(2);
      await semaphores.acquire("t", 1, { ...holder(1), execution_id: "held" }, at(0));
      expect(await semaphores.free("t", 1, at(0))).toBe(0);
      expect(await semaphores.free("t", 1, at(3_600))).toBe(1);
      expect(await semaphores.asking("t", at(0))).toEqual([]);
      await semaphores.acquire("t", 1, { ...holder(2), execution_id: "e2" }, at(1));
      await semaphores.acquire("t", 1, { ...holder(3), execution_id: "e3" }, at(2));
      expect(await semaphores.asking("t", at(3))).toEqual(["e2", "e3"]);
      await semaphores.acquire("t", 1, { ...holder(2), execution_id: "e2" }, at(3));
      expect(await semaphores.asking("t", at(3))).toEqual(["e3", "e2"]);
      await semaphores.told("t", "e3");
      await semaphores.told("t", "nobody");
      expect(await semaphores.asking("t", at(3))).toEqual(["e2"]);
      expect(await semaphores.asking("t", at(80))).toEqual([]);
    });

    it("a semaphore frees a slot once, however often it is released", async () => {
      const semaphores = await make();
      for (const n of [1, 2]) await semaphores.acquire("t", 2, holder(n), at(0));
      await semaphores.release("t", holder(1));
      await semaphores.release("t", holder(1));
      await semaphores.release("t", holder(9));
      expect(await semaphores.acquire("t", 2, holder(3), at(0))).toBe("acquired");
      expect(await semaphores.acquire("t", 2, holder(4), at(0))).toBe("full");
    });

    it("a semaphore does not count what was released before anything was acquired", async () => {
      const semaphores = await make();
      await semaphores.release("t", holder(1));
      expect(await semaphores.acquire("t", 1, holder(1), at(0))).toBe("acquired");
      expect(await semaphores.acquire("t", 1, holder(2), at(0))).toBe("full");
    });

    it("a semaphore drops holders at their end, not before, and never more than there were", async () => {
      const semaphores = await make();
      for (const n of numbers(25)) await semaphores.acquire("t", 26, holder(n, 60), at(0));
      await semaphores.acquire("t", 26, holder(26, 100), at(0));
      expect(await semaphores.acquire("t", 26, holder(40), at(59.999))).toBe("full");
      const later = numbers(40).map((n) => semaphores.acquire("t", 26, holder(100 + n, 200), at(60)));
      expect((await Promise.all(later)).filter((result) => result === "acquired")).toHaveLength(25);
    });

    it("a semaphore keeps the slot of a holder that came back in time", async () => {
      const semaphores = await make();
      await semaphores.acquire("t", 1, holder(1, 60), at(0));
      await semaphores.acquire("t", 1, holder(1, 120), at(30));
      expect(await semaphores.acquire("t", 1, holder(2), at(90))).toBe("full");
      expect(await semaphores.acquire("t", 1, holder(2, 200), at(120))).toBe("acquired");
    });

    it("a semaphore obeys a limit that was lowered", async () => {
      const semaphores = await make();
      for (const n of numbers(3)) await semaphores.acquire("t", 3, holder(n), at(0));
      await semaphores.release("t", holder(1));
      expect(await semaphores.acquire("t", 2, holder(4), at(0))).toBe("full");
    });
  });
};

export const describeUnansweredCalls = (make: () => Promise<UnansweredCalls>): void => {
  const unanswered = (seconds: number): UnansweredCall => ({
    ...{ execution_id: "e1", step_id: `s${seconds}`, tool_name: "send", of: AWKWARD },
    at: at(seconds),
  });

  describe("a call without an answer", () => {
    it("calls without an answer are told by when that was, each once, and none of a clock that is ahead", async () => {
      const calls = await make();
      for (const seconds of [30, 10, 20, 20, 90]) await calls.put(unanswered(seconds));
      expect(await calls.between(at(20), at(60))).toEqual([unanswered(20), unanswered(30)]);
      expect(await calls.between(at(91), at(99))).toEqual([]);
    });

    it("calls without an answer that are more than an hour old go as new ones come", async () => {
      const calls = await make();
      for (const seconds of [1, 2, 3]) await calls.put(unanswered(seconds));
      await calls.put(unanswered(3_602.5));
      expect(await calls.between(at(0), at(4_000))).toEqual([unanswered(3), unanswered(3_602.5)]);
    });

    it("of very many calls without an answer the oldest and the newest are told", async () => {
      const calls = await make();
      const all = numbers(2 * MOST_UNANSWERED + 50).map(unanswered);
      await Promise.all(all.map((call) => calls.put(call)));
      const told = [...all.slice(0, MOST_UNANSWERED), ...all.slice(-MOST_UNANSWERED)];
      expect(await calls.between(at(0), at(4_000))).toEqual(told);
    });
  });
};

export const describeTokenBuckets = (make: () => Promise<TokenBuckets>): void => {
  const rate = { limit: 10, window_seconds: 60 };

  describe("a token bucket", () => {
    it("a token bucket gives out exactly its limit, of many at once", async () => {
      const buckets = await make();
      const waits = await Promise.all(numbers(25).map(() => buckets.take("s", rate, at(0))));
      expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
      expect(await buckets.take("other", rate, at(0))).toBe(0);
    });

    it("a token bucket says how long it will be until there is a token, and is right", async () => {
      const buckets = await make();
      for (const _ of numbers(10)) expect(await buckets.take("s", rate, at(0))).toBe(0);
      expect(await buckets.take("s", rate, at(0))).toBe(6);
      expect(await buckets.take("s", rate, at(2))).toBe(4);
      expect(await buckets.take("s", rate, at(5.999))).toBeCloseTo(0.001, 6);
      expect(await buckets.take("s", rate, at(6))).toBe(0);
      expect(await buckets.take("s", rate, at(6))).toBe(6);
    });

    it("a token bucket of one token gives the next at the very moment it is there", async () => {
      const buckets = await make();
      const single = { limit: 1, window_seconds: 6 };
      expect(await buckets.take("s", single, at(0))).toBe(0);
      expect(await buckets.take("s", single, at(5.999))).toBeGreaterThan(0);
      expect(await buckets.take("s", single, at(6))).toBe(0);
    });

    it("a token bucket refills continuously, up to its limit", async () => {
      const buckets = await make();
      expect(await buckets.remaining("s", rate, at(0))).toBe(10);
      for (const _ of numbers(4)) await buckets.take("s", rate, at(0));
      expect(await buckets.remaining("s", rate, at(0))).toBe(6);
      expect(await buckets.remaining("s", rate, at(6))).toBe(7);
      expect(await buckets.remaining("s", rate, at(3_600))).toBe(10);
      for (const _ of numbers(10)) expect(await buckets.take("s", rate, at(3_600))).toBe(0);
      expect(await buckets.take("s", rate, at(3_600))).toBeGreaterThan(0);
      expect(await buckets.remaining("s", rate, at(3_600))).toBe(0);
    });

    it("a token bucket keeps nobody waiting longer than its window where the clock was set back since", async () => {
      const buckets = await make();
      const twoDays = 2 * 86_400;
      for (const _ of numbers(10)) expect(await buckets.take("s", rate, at(twoDays))).toBe(0);
      expect(await buckets.remaining("s", rate, at(0))).toBe(0);
      // How many were taken lately nobody knows: it counts as just emptied.
      expect(await buckets.take("s", rate, at(0))).toBe(6);
      expect(await buckets.take("s", rate, at(6))).toBe(0);
      expect(await buckets.remaining("s", rate, at(60))).toBe(9);
    });

    it("a token bucket is not filled early by a caller that knows a shorter window of the same service", async () => {
      const buckets = await make();
      const daily = { limit: 1, window_seconds: 86_400 };
      expect(await buckets.take("s", daily, at(0))).toBe(0);
      expect(await buckets.take("s", { limit: 1, window_seconds: 1 }, at(10))).toBeGreaterThan(80_000);
    });

    it("a token bucket gives nothing twice to a caller whose clock is behind", async () => {
      const buckets = await make();
      for (const _ of numbers(10)) await buckets.take("s", rate, at(100));
      expect(await buckets.take("s", rate, at(90))).toBe(16);
      expect(await buckets.remaining("s", rate, at(90))).toBe(0);
    });

    it("a token bucket gives nothing while its service is to be left alone, and says for how long", async () => {
      const buckets = await make();
      const pause = { service: "s", until: at(90), reason: "it answered 429" };
      await buckets.pause(pause, at(0));
      expect(await buckets.take("s", rate, at(10))).toBe(80);
      expect(await buckets.pauseOf("s", at(89))).toEqual(pause);
      expect(await buckets.pauses(at(89))).toEqual([pause]);
      expect(await buckets.take("other", rate, at(10))).toBe(0);
      expect(await buckets.pauseOf("other", at(10))).toBeUndefined();
      expect(await buckets.take("s", rate, at(90))).toBe(0);
      expect([await buckets.pauseOf("s", at(90)), await buckets.pauses(at(90))]).toEqual([undefined, []]);
    });

    it("a token bucket keeps the longer of two pauses, whoever comes first, and none longer than an hour", async () => {
      const buckets = await make();
      const pause = (seconds: number) => buckets.pause({ service: "s", until: at(seconds), reason: "busy" }, at(0));
      await Promise.all([pause(60), pause(90), pause(30)]);
      expect(await buckets.take("s", rate, at(0))).toBe(90);
      await pause(86_400);
      expect(await buckets.take("s", rate, at(0))).toBe(3_600);
      expect((await buckets.pauseOf("s", at(0)))?.until).toBe(at(3_600));
    });

    it("a token bucket waits for no pause of a clock that was ahead, and takes the next one all the same", async () => {
      const buckets = await make();
      const days = 2 * 86_400;
      await buckets.pause({ service: "s", until: at(days + 60), reason: "busy" }, at(days));
      expect([await buckets.take("s", rate, at(0)), await buckets.pauses(at(0))]).toEqual([0, []]);
      await buckets.pause({ service: "s", until: at(60), reason: "busy" }, at(0));
      expect(await buckets.take("s", rate, at(0))).toBe(60);
    });

    it("a token bucket never gives out more in a window than its limit and what flowed in, also at an uneven rate", async () => {
      const buckets = await make();
      const odd = { limit: 7, window_seconds: 1 };
      const taken = [];
      for (const tick of numbers(40)) taken.push((await buckets.take("s", odd, at(tick * 0.05))) === 0 ? 1 : 0);
      expect(sum(taken)).toBeGreaterThanOrEqual(20);
      expect(sum(taken)).toBeLessThanOrEqual(7 + Math.floor(39 * 0.05 * 7));
    });
  });
};

export const describeInFlightCalls = (make: () => Promise<InFlightCalls>): void => {
  const call = (n: number) => ({
    execution_id: `e${n % 5}`,
    step_id: `s${n}`,
    side: "forward" as const,
    tool_name: "ghl_search",
    agent_id: AWKWARD,
    started_at: at(0),
    may_run_until: at(60),
  });

  describe("calls in flight", () => {
    it("calls in flight are all there to be read, until they are removed", async () => {
      const calls = await make();
      expect(await calls.all()).toEqual([]);
      await Promise.all(numbers(60).map((n) => calls.put(call(n))));
      expect((await calls.all()).map(({ step_id }) => step_id).toSorted()).toEqual(
        numbers(60)
          .map((n) => `s${n}`)
          .toSorted(),
      );
      expect(await calls.get(call(7))).toEqual(call(7));
      expect(await calls.get({ ...call(7), side: "compensation" })).toBeUndefined();
      await Promise.all(numbers(59).map((n) => calls.remove(call(n))));
      expect(await calls.all()).toEqual([call(60)]);
      expect(await calls.get(call(7))).toBeUndefined();
    });

    it("calls in flight are put and removed as often as one likes", async () => {
      const calls = await make();
      await calls.put(call(1));
      await calls.put(call(1));
      expect(await calls.all()).toHaveLength(1);
      await calls.remove(call(1));
      await calls.remove(call(1));
      expect(await calls.all()).toEqual([]);
    });

    it("calls in flight of one step and side begin one at a time, until the time of the one that runs is over", async () => {
      const calls = await make();
      const [first, then] = [
        { ...call(1), started_at: at(0), may_run_until: at(60) },
        { ...call(1), started_at: at(59), may_run_until: at(120) },
      ];
      expect(await calls.begin({ ...first, begun_on: 3 }, at(0))).toBeUndefined();
      expect(await calls.begin({ ...then, begun_on: 4 }, at(59))).toEqual({ ...first, begun_on: 3 });
      expect(await calls.begin({ ...then, begun_on: 4 }, at(60))).toBeUndefined();
      await calls.remove(first);
      expect(await calls.all()).toEqual([then]);
      await calls.remove(then);
      expect(await calls.begin({ ...first, begun_on: 5 }, at(61))).toBeUndefined();
    });

    it("calls in flight of one step are told apart by side", async () => {
      const calls = await make();
      await calls.put(call(1));
      await calls.put({ ...call(1), side: "compensation" });
      await calls.remove(call(1));
      expect((await calls.all()).map(({ side }) => side)).toEqual(["compensation"]);
    });
  });
};

export const describeLocks = (make: () => Promise<Locks>): void => {
  const lock = (lock_id: string, agent_id = "a1") => ({
    lock_id,
    scope: { kind: "agent" as const, agent_id },
    mode: "freeze_all" as const,
    reason: AWKWARD,
    locked_by: "olga",
    locked_at: at(0),
  });

  describe("locks", () => {
    it("locks are there until they are removed, once", async () => {
      const locks = await make();
      const [one, another] = [lock("agent:a1"), lock("agent:a2", "a2")];
      expect([await locks.place(one), await locks.place(another)]).toEqual([true, true]);
      expect(await locks.all()).toEqual([one, another]);
      expect(await locks.remove(one)).toBe(true);
      expect(await locks.remove(one)).toBe(false);
      expect(await locks.all()).toEqual([another]);
    });

    it("locks of one name are one, which is replaced by a writer that has seen it", async () => {
      const locks = await make();
      const [first, second] = [lock("agent:a1"), { ...lock("agent:a1"), reason: "again" }];
      expect(await locks.place(first)).toBe(true);
      expect(await locks.place(second)).toBe(false);
      expect(await locks.place(second, { ...first, locked_by: "omar" })).toBe(false);
      expect(await locks.place(second, first)).toBe(true);
      expect(await locks.place(first, first)).toBe(false);
      expect(await locks.all()).toEqual([second]);
    });

    it("locks are not removed by a writer that has seen another", async () => {
      const locks = await make();
      const [seen, stands] = [lock("agent:a1"), { ...lock("agent:a1"), locked_by: "omar" }];
      expect(await locks.remove(seen)).toBe(false);
      await locks.place(stands);
      expect(await locks.remove(seen)).toBe(false);
      expect(await locks.all()).toEqual([stands]);
    });

    it("locks are placed by one of many at the same moment", async () => {
      const locks = await make();
      const wanted = ["olga", "omar", "otto"].map((locked_by) => ({ ...lock("agent:a1"), locked_by }));
      const placed = await Promise.all(wanted.map((each) => locks.place(each)));
      expect(placed.filter(Boolean)).toHaveLength(1);
      expect(await locks.all()).toEqual(wanted.filter((_, at) => placed[at]));
    });

    it("locks may have names of any text and length", async () => {
      const locks = await make();
      for (const id of [AWKWARD, "x".repeat(4_000)]) await locks.place(lock(id));
      expect(await locks.all()).toHaveLength(2);
      expect(await locks.remove(lock(AWKWARD))).toBe(true);
    });
  });
};

export const describeSettings = (make: () => Promise<Settings>): void => {
  describe("the switch for LIVE", () => {
    it("the switch for LIVE is off until somebody turns it on, and off again when turned off", async () => {
      const settings = await make();
      expect(await settings.liveEnabled()).toBe(false);
      await settings.setLiveEnabled(true, "olga", at(0));
      expect(await settings.liveEnabled()).toBe(true);
      await settings.setLiveEnabled(false, "olga", at(1));
      expect(await settings.liveEnabled()).toBe(false);
    });
  });
};
