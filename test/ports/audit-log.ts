import { describe, expect, it } from "vitest";
import { EVENTS_AT_A_TIME } from "../../functions/adapters/table/chains.ts";
import { type AuditEvent, GENESIS, recomputeHash } from "../../shared/audit/audit-event.ts";
import type { AuditLog } from "../../shared/ports/executions.ts";
import { AWKWARD, at, numbers } from "./records.ts";

const entry = (n: number) => ({ type: "noted", at: at(n), actor: AWKWARD, body: { n, text: AWKWARD } });

const isChain = (execution_id: string, events: readonly AuditEvent[]): boolean =>
  events.every(
    (event, index) =>
      event.seq === index + 1 &&
      event.previous === (events[index - 1]?.hash ?? GENESIS) &&
      event.hash === recomputeHash(execution_id, event),
  );

export const describeAuditLog = (make: () => Promise<AuditLog>): void => {
  describe("the audit log", () => {
    it("the audit log appends to a chain, each event holding the hash of the one before", async () => {
      const log = await make();
      const events = [];
      for (const n of numbers(3)) events.push(await log.append("e1", "execution", entry(n)));
      expect(await Array.fromAsync(log.events("e1"))).toEqual(events);
      expect(isChain("e1", events)).toBe(true);
    });

    it("the audit log tells of the same events where all chains that there can be are named", async () => {
      const log = await make();
      const chains = ["execution", ...numbers(5).map((n) => `step:s${n}`), "step:without"];
      for (const chain of chains.slice(0, -1)) await log.append("e1", chain, entry(1));
      const events = await Array.fromAsync(log.events("e1"));
      expect(events).toHaveLength(6);
      expect(await Array.fromAsync(log.events("e1", chains))).toEqual(events);
      expect(await Array.fromAsync(log.events("e1", ["step:s3"]))).toContainEqual(
        expect.objectContaining({ chain: "step:s3" }),
      );
    });

    it("the audit log begins a chain once, whoever does it and however often", async () => {
      const log = await make();
      await Promise.all(numbers(5).map((n) => log.begin("e1", "execution", entry(n))));
      const [first] = await log.chain("e1", "execution");
      await log.append("e1", "execution", entry(6));
      await log.begin("e1", "execution", entry(7));
      const events = await log.chain("e1", "execution");
      expect(events).toHaveLength(2);
      expect(events[0]).toEqual(first);
      expect(isChain("e1", events)).toBe(true);
    });

    it("the audit log tells the last event of a chain, and none of a chain without any", async () => {
      const log = await make();
      expect(await log.head("e1", "execution")).toBeUndefined();
      await log.append("e1", "execution", entry(1));
      await log.append("e1", "other", entry(2));
      expect(await log.head("e1", "execution")).toMatchObject({ chain: "execution", seq: 1 });
      const last = await log.append("e1", "execution", entry(3));
      expect(await log.head("e1", "execution")).toEqual(last);
    });

    it("the audit log gives the first events of one chain behind a place in it", async () => {
      const log = await make();
      for (const n of numbers(5)) await log.append("e1", "step:a", entry(n));
      await log.append("e1", "step:a#1", entry(6));
      const seqs = async (seq: number, limit: number) =>
        (await log.since("e1", "step:a", seq, limit)).map((event) => event.seq);
      expect(await seqs(0, 10)).toEqual([1, 2, 3, 4, 5]);
      expect(await seqs(2, 2)).toEqual([3, 4]);
      expect(await seqs(5, 2)).toEqual([]);
    });

    it("the audit log finds a place for each of many appends at once, without a gap", async () => {
      const log = await make();
      await Promise.all(numbers(30).map((n) => log.append("operators", "operators", entry(n))));
      const events = await Array.fromAsync(log.events("operators"));
      expect(events.map(({ body }) => body.n).toSorted((one, other) => Number(one) - Number(other))).toEqual(
        numbers(30),
      );
      expect(isChain("operators", events)).toBe(true);
    });

    it("the audit log appends once what many append at once, and finds it again", async () => {
      const log = await make();
      const first = await log.append("e1", "execution", entry(1));
      const same = ({ body }: AuditEvent) => body.n === 2;
      const told = await Promise.all(
        numbers(10).map((n) =>
          n % 2 === 0
            ? log.appendOnce("e1", "execution", entry(2), same, { after: first.seq })
            : log.append("e1", "execution", entry(10 + n)),
        ),
      );
      const events = await log.chain("e1", "execution");
      expect(isChain("e1", events)).toBe(true);
      expect(events.filter(same)).toHaveLength(1);
      expect(events).toHaveLength(7);
      expect(told[1]).toEqual(events.find(same));
      expect(await log.appendOnce("e1", "execution", entry(2), same)).toEqual(told[1]);
    });

    it("the audit log appends once to a chain not begun, and to one where the same stands before the place given", async () => {
      const log = await make();
      const one = await log.appendOnce("e1", "execution", entry(1), ({ body }) => body.n === 1);
      const two = await log.appendOnce("e1", "execution", entry(1), ({ body }) => body.n === 1, { after: one.seq });
      expect([one.seq, two.seq]).toEqual([1, 2]);
      expect(isChain("e1", await log.chain("e1", "execution"))).toBe(true);
    });

    it("the audit log gives appends of one process their places in the order in which they came, however many there are", async () => {
      const log = await make();
      // More than a race with other processes may have turns: each stands in one line with the others.
      const asked = numbers(120).map((n) => log.append("operators", "operators", entry(n)));
      expect((await Promise.all(asked)).map(({ seq }) => seq)).toEqual(numbers(120));
      expect(isChain("operators", await log.chain("operators", "operators"))).toBe(true);
    });

    it("the audit log takes the next append where the one before it failed", async () => {
      const log = await make();
      const unsound = () => {
        throw new RangeError("no judge of events");
      };
      await log.append("e1", "execution", entry(1));
      const [failed, next] = await Promise.allSettled([
        log.appendOnce("e1", "execution", entry(2), unsound),
        log.append("e1", "execution", entry(3)),
      ]);
      expect([failed?.status, next?.status]).toEqual(["rejected", "fulfilled"]);
      expect(await log.chain("e1", "execution")).toMatchObject([{ seq: 1 }, { seq: 2, body: { n: 3 } }]);
    });

    it("the audit log keeps executions and chains apart, and tells events by chain and then by number", async () => {
      const log = await make();
      for (const n of numbers(11)) {
        for (const chain of ["execution", "b", "a"]) await log.append("e1", chain, entry(n));
      }
      await log.append("e2", "a", entry(1));
      const places = (await Array.fromAsync(log.events("e1"))).map(({ chain, seq }) => `${chain} ${seq}`);
      const expected = ["a", "b", "execution"].flatMap((chain) => numbers(11).map((n) => `${chain} ${n}`));
      expect(places).toEqual(expected);
      expect(await Array.fromAsync(log.events("e3"))).toEqual([]);
    });

    it("the audit log tells the same events in pages", async () => {
      const log = await make();
      for (const n of numbers(5)) for (const chain of ["x", "y", "z"]) await log.append("e1", chain, entry(n));
      const events: AuditEvent[] = [];
      const sizes: number[] = [];
      let next: string | null = null;
      do {
        const page = await log.page("e1", { limit: 4, next });
        events.push(...page.items);
        sizes.push(page.items.length);
        next = page.next;
      } while (next !== null);
      expect(events).toEqual(await Array.fromAsync(log.events("e1")));
      expect(sizes).toEqual([4, 4, 4, 3]);
    });

    it("the audit log goes on beyond what is read at a time", async () => {
      const log = await make();
      const many = EVENTS_AT_A_TIME + 50;
      for (const n of numbers(many)) await log.append("e1", "execution", entry(n));
      const events = await Array.fromAsync(log.events("e1"));
      expect(isChain("e1", events)).toBe(true);
      expect(events).toHaveLength(many);
    });
  });
};
