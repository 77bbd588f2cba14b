import { describe, expect, it } from "vitest";
import type { Ledger, LedgerOutcome } from "../../shared/ports/ledger.ts";
import { AWKWARD, at, intent, numbers } from "./records.ts";

const key = { execution_id: "e1", step_id: "s1", side: "forward" } as const;

/** How rows of releases before, which say no `same_call`, are looked for. */
const alike = { same_call: "same", call_digest: intent().call_digest };

const outcome = (changes: Partial<LedgerOutcome> = {}): LedgerOutcome => ({
  status: "COMMITTED",
  at: at(5),
  output: { contact_id: "c1", note: AWKWARD, tiny: 5e-324 },
  error: null,
  undo: null,
  ...changes,
});

type Intended = Awaited<ReturnType<Ledger["intend"]>>;
const rowOf = (intended: Intended) => ("row" in intended ? intended.row : undefined);

export const describeLedger = (make: () => Promise<Ledger>): void => {
  describe("the ledger", () => {
    it("the ledger holds the intent of one attempt: who comes later gets the row that stands there", async () => {
      const ledger = await make();
      expect(await ledger.get(key)).toBeUndefined();
      expect(await ledger.intend(intent())).toEqual({ kind: "written", row: intent() });
      expect(await ledger.intend(intent({ epoch: 2 }))).toEqual({ kind: "exists", row: intent() });
      expect(await ledger.get(key)).toEqual(intent());
    });

    it("the ledger lets exactly one of many attempts at once write its intent", async () => {
      const ledger = await make();
      const results = await Promise.all(numbers(20).map((n) => ledger.intend(intent({ started_at: at(n) }))));
      expect(results.filter(({ kind }) => kind === "written")).toHaveLength(1);
      expect(new Set(results.map((result) => rowOf(result)?.started_at)).size).toBe(1);
    });

    it("the ledger settles an intent, and merges what only the call could tell over what was stored before it", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      const told = outcome({ undo: { id: "c9" } });
      const settled = await ledger.settle(key, 1, "INTENT", told);
      const { output } = told;
      const undo = { fields: { name: "old" }, id: "c9" };
      const row = intent({ status: "COMMITTED", ended_at: at(5), output, undo });
      expect(settled).toEqual({ kind: "settled", row });
      expect(await ledger.get(key)).toEqual(row);
    });

    it("the ledger never overwrites an outcome: a late one is kept as evidence, once however often it is told", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      await ledger.settle(key, 1, "INTENT", outcome({ status: "INDETERMINATE", output: null, error: "timeout" }));
      const late = outcome({ at: at(9) });
      const first = await ledger.settle(key, 1, "INTENT", late);
      expect(first.kind).toBe("late");
      expect(first.row.status).toBe("INDETERMINATE");
      expect(first.row.evidence).toHaveLength(1);
      expect(first.row.evidence[0]).toMatchObject({ at: at(9), outcome: { status: "COMMITTED" } });
      expect((await ledger.settle(key, 1, "INTENT", late)).row.evidence).toHaveLength(1);
      const another = outcome({ at: at(7), status: "REJECTED" });
      const second = await ledger.settle(key, 1, "INTENT", another);
      expect(second.row.evidence.map((evidence) => evidence.at)).toEqual([at(7), at(9)]);
    });

    it("the ledger knows an outcome that is told again after a reply was lost", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      const first = await ledger.settle(key, 1, "INTENT", outcome());
      expect(await ledger.settle(key, 1, "INTENT", outcome())).toEqual(first);
    });

    it("the ledger takes no outcome of another epoch", async () => {
      const ledger = await make();
      await ledger.intend(intent({ epoch: 2 }));
      const result = await ledger.settle(key, 1, "INTENT", outcome());
      expect(result.kind).toBe("late");
      expect(result.row.status).toBe("INTENT");
      expect((await ledger.settle(key, 2, "INTENT", outcome())).kind).toBe("settled");
      expect((await ledger.settle(key, 1, "INTENT", outcome())).kind).toBe("late");
    });

    it("the ledger keeps the name of the worker that made a call", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      const { row } = await ledger.settle(key, 1, "INTENT", { ...outcome(), made_by: "ada" });
      expect(row.made_by).toBe("ada");
      expect((await ledger.get(key))?.made_by).toBe("ada");
    });

    it("the ledger keeps that a call told nothing when its outcome is found out, and says it of no other", async () => {
      const ledger = await make();
      const unanswered = outcome({ status: "INDETERMINATE", unanswered: true });
      await ledger.intend(intent());
      expect((await ledger.settle(key, 1, "INTENT", unanswered)).row.unanswered).toBe(true);
      expect((await ledger.settle(key, 1, "INDETERMINATE", outcome({ at: at(9) }))).row).toMatchObject({
        status: "COMMITTED",
        unanswered: true,
      });
      const other = { ...key, step_id: "s2" };
      await ledger.intend(intent(other));
      await ledger.settle(other, 1, "INTENT", outcome({}));
      expect(await ledger.get(other)).not.toHaveProperty("unanswered");
    });

    it("the ledger keeps that the clock was set back while an outcome was unknown, also when that is found out", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      await ledger.settle(key, 1, "INTENT", outcome({ status: "INDETERMINATE" }));
      const set_back = outcome({ status: "INDETERMINATE", at: at(-9), set_back: true });
      const noted = await ledger.settle(key, 1, "INDETERMINATE", set_back);
      expect(noted).toMatchObject({
        kind: "settled",
        row: { status: "INDETERMINATE", ended_at: at(-9), set_back: true },
      });
      expect((await ledger.settle(key, 1, "INDETERMINATE", outcome({ at: at(9) }))).row).toMatchObject({
        status: "COMMITTED",
        set_back: true,
      });
    });

    it("the ledger settles an unknown outcome only from unknown", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      expect((await ledger.settle(key, 1, "INDETERMINATE", outcome({ at: at(2) }))).kind).toBe("late");
      await ledger.settle(key, 1, "INTENT", outcome({ status: "INDETERMINATE", undo: { a: 1 } }));
      const result = await ledger.settle(key, 1, "INDETERMINATE", outcome({ at: at(9), undo: { b: 2 } }));
      expect(result.kind).toBe("settled");
      expect(result.row).toMatchObject({ status: "COMMITTED", ended_at: at(9) });
      expect(result.row.undo).toEqual({ fields: { name: "old" }, a: 1, b: 2 });
    });

    it("the ledger settles once of many at once, and keeps every other as evidence", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      const results = await Promise.all(
        numbers(12).map((n) => ledger.settle(key, 1, "INTENT", outcome({ at: at(n), error: `${n}` }))),
      );
      expect(results.filter(({ kind }) => kind === "settled")).toHaveLength(1);
      expect((await ledger.get(key))?.evidence).toHaveLength(11);
    });

    it("the ledger knows which steps of other executions rest on a call, each once, and beside its rows", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      const [one, other] = [
        { execution_id: "e2", step_id: "m" },
        { execution_id: "e3", step_id: "m" },
      ];
      await ledger.rest(key, other);
      await ledger.rest(key, one);
      await ledger.rest(key, one);
      expect(await ledger.restingOn(key, 10)).toEqual([one, other]);
      expect(await ledger.restingOn(key, 1)).toEqual([one]);
      expect(await ledger.restingOn({ ...key, step_id: "s2" }, 10)).toEqual([]);
      expect(await ledger.ofExecution("e1")).toEqual([intent()]);
    });

    it("the ledger has no outcome without an intent", async () => {
      const ledger = await make();
      await expect(ledger.settle(key, 1, "INTENT", outcome())).rejects.toThrow("there is no ledger row");
      expect(await ledger.get(key)).toBeUndefined();
    });

    it("the ledger takes back an intent behind which nothing was sent, and the step may begin again", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      expect(await ledger.withdraw(key, 2, "INTENT")).toBe(false);
      expect(await ledger.withdraw(key, 1, "INDETERMINATE")).toBe(false);
      expect(await ledger.withdraw(key, 1, "INTENT")).toBe(true);
      expect(await ledger.withdraw(key, 1, "INTENT")).toBe(false);
      expect(await ledger.get(key)).toBeUndefined();
      expect(await ledger.ofExecution("e1")).toEqual([]);
      expect(await ledger.callsLike(alike, at(0))).toEqual([]);
      expect((await ledger.intend(intent({ epoch: 2 }))).kind).toBe("written");
      expect(await ledger.get(key)).toEqual(intent({ epoch: 2 }));
    });

    it("the ledger keeps an outcome that is told for what was taken back, and for the attempt after it", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      await ledger.withdraw(key, 1, "INTENT");
      await expect(ledger.settle(key, 1, "INTENT", outcome({ at: at(3) }))).rejects.toThrow("was taken back");
      const again = await ledger.intend(intent({ epoch: 2 }));
      expect(again.kind).toBe("written");
      expect(rowOf(again)?.evidence).toMatchObject([{ at: at(3), outcome: { status: "COMMITTED" } }]);
      expect((await ledger.settle(key, 2, "INTENT", outcome())).kind).toBe("settled");
      expect(await ledger.get(key)).toMatchObject({ status: "COMMITTED", evidence: [{ at: at(3) }] });
    });

    it("the ledger lets exactly one of many begin again", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      await ledger.withdraw(key, 1, "INTENT");
      const results = await Promise.all(numbers(12).map((n) => ledger.intend(intent({ epoch: 1 + n }))));
      expect(results.filter(({ kind }) => kind === "written")).toHaveLength(1);
      expect(new Set(results.map((result) => rowOf(result)?.epoch)).size).toBe(1);
    });

    it("the ledger puts a tombstone in the place of a row that was never written, or was taken back, for ever", async () => {
      const ledger = await make();
      expect(await ledger.entomb(key)).toBe(true);
      expect(await ledger.entomb(key)).toBe(true);
      expect(await ledger.intend(intent())).toEqual({ kind: "tombstone" });
      expect(await ledger.get(key)).toBeUndefined();
      expect(await ledger.ofExecution("e1")).toEqual([]);
      const other = { ...key, step_id: "s2" };
      await ledger.intend(intent({ step_id: "s2" }));
      await ledger.withdraw(other, 1, "INTENT");
      expect(await ledger.entomb(other)).toBe(true);
      expect(await ledger.intend(intent({ step_id: "s2", epoch: 2 }))).toEqual({ kind: "tombstone" });
    });

    it("the ledger puts no tombstone in the place of what may have been sent", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      expect(await ledger.entomb(key)).toBe(false);
      await ledger.settle(key, 1, "INTENT", outcome());
      expect(await ledger.entomb(key)).toBe(false);
      expect((await ledger.get(key))?.status).toBe("COMMITTED");
    });

    it("the ledger never takes back what has an outcome", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      await ledger.settle(key, 1, "INTENT", outcome());
      expect(await ledger.withdraw(key, 1, "INTENT")).toBe(false);
      expect((await ledger.get(key))?.status).toBe("COMMITTED");
    });

    it("the ledger lists an execution's rows of both sides, and nobody else's", async () => {
      const ledger = await make();
      await ledger.intend(intent());
      await ledger.intend(intent({ side: "compensation" }));
      await ledger.intend(intent({ step_id: "s2" }));
      await ledger.intend(intent({ execution_id: "e10" }));
      const rows = await ledger.ofExecution("e1");
      expect(rows.map(({ step_id, side }) => `${step_id} ${side}`).toSorted()).toEqual([
        "s1 compensation",
        "s1 forward",
        "s2 forward",
      ]);
    });

    it("the ledger finds calls alike in any execution, newest first, as they stand now", async () => {
      const ledger = await make();
      for (const n of numbers(3)) await ledger.intend(intent({ execution_id: `e${n}`, started_at: at(n) }));
      await ledger.intend(intent({ execution_id: "e4", side: "compensation" }));
      await ledger.intend(intent({ execution_id: "e5", call_digest: "other" }));
      await ledger.settle({ ...key, execution_id: "e2" }, 1, "INTENT", outcome());
      const rows = await ledger.callsLike(alike, at(0));
      expect(rows.map(({ execution_id, status }) => `${execution_id} ${status}`)).toEqual([
        "e3 INTENT",
        "e2 COMMITTED",
        "e1 INTENT",
      ]);
    });

    it("the ledger finds calls that do the same, however written, and leaves out what began before the window", async () => {
      const ledger = await make();
      const same = (n: number) => intent({ execution_id: `e${n}`, same_call: "same", started_at: at(n) });
      for (const n of numbers(3)) await ledger.intend({ ...same(n), call_digest: `written ${n}` });
      await ledger.intend(intent({ execution_id: "e4", call_digest: "same", started_at: at(4) }));
      await ledger.intend(intent({ execution_id: "e5", same_call: "other", started_at: at(5) }));
      const found = await ledger.callsLike({ same_call: "same", call_digest: "as it is written" }, at(2));
      expect(found.map(({ execution_id }) => execution_id)).toEqual(["e4", "e3", "e2"]);
    });

    it("the ledger finds no call that was taken back, nor under what an attempt before would have called", async () => {
      const ledger = await make();
      const found = async (same_call: string) =>
        (await ledger.callsLike({ same_call, call_digest: same_call }, at(0))).map(({ epoch }) => epoch);
      await ledger.intend(intent({ same_call: "one", call_digest: "1" }));
      expect(await found("one")).toEqual([1]);
      await ledger.withdraw(key, 1, "INTENT");
      expect(await found("one")).toEqual([]);
      await ledger.intend(intent({ same_call: "other", call_digest: "2", epoch: 2, started_at: at(3) }));
      expect(await found("one")).toEqual([]);
      expect(await found("other")).toEqual([2]);
      await ledger.withdraw(key, 2, "INTENT");
      await ledger.intend(intent({ same_call: "other", call_digest: "2", epoch: 3, started_at: at(4) }));
      expect(await found("other")).toEqual([3]);
    });

    it("the ledger shows each of many who begin one call at once at least every intent written before it looked", async () => {
      const ledger = await make();
      const written: string[] = [];
      const missed = await Promise.all(
        numbers(8).map(async (n) => {
          const own = intent({ execution_id: `e${n}`, same_call: "same", started_at: at(n) });
          await ledger.intend(own);
          const before = [...written];
          written.push(own.execution_id);
          const seen = await ledger.callsLike({ same_call: "same", call_digest: own.call_digest }, at(0));
          return before.filter((id) => !seen.some(({ execution_id }) => execution_id === id));
        }),
      );
      expect(missed.flat()).toEqual([]);
    });
  });
};
