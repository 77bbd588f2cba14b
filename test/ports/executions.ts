import { ulid } from "ulid";
import { describe, expect, it } from "vitest";
import { type ExecutionRecord, executionStatus } from "../../shared/execution/record/execution-record.ts";
import { instantAfter } from "../../shared/plan/instant.ts";
import type { Executions } from "../../shared/ports/executions.ts";
import { InvalidPageToken } from "../../shared/ports/page-token.ts";
import { at, execution, numbers } from "./records.ts";

export const describeExecutions = (make: () => Promise<Executions>): void => {
  describe("executions", () => {
    it("executions are created once: the second attempt changes nothing", async () => {
      const executions = await make();
      expect(await executions.create(execution())).toBe(true);
      expect(await executions.create(execution({ submitted_by: "mallory" }))).toBe(false);
      expect(await executions.get("e1")).toEqual(execution());
      expect(await executions.get("e2")).toBeUndefined();
    });

    it("executions are created by exactly one of many at once", async () => {
      const executions = await make();
      const results = await Promise.all(numbers(20).map(() => executions.create(execution())));
      expect(results.filter(Boolean)).toHaveLength(1);
    });

    it("executions are replaced only by a writer that has read the version that stands there", async () => {
      const executions = await make();
      await executions.create(execution());
      const updated = await executions.update(execution({ status: "LOCKED" }));
      expect(updated).toEqual(execution({ status: "LOCKED", version: 2 }));
      expect(await executions.update(execution({ status: "FAILED" }))).toBe("moved");
      expect(await executions.get("e1")).toEqual(updated);
    });

    it("executions are not brought into being by an update", async () => {
      const executions = await make();
      expect(await executions.update(execution())).toBe("moved");
      expect(await executions.get("e1")).toBeUndefined();
    });

    it("executions let exactly one of many updates of one version through", async () => {
      const executions = await make();
      await executions.create(execution());
      const results = await Promise.all(numbers(20).map((n) => executions.update(execution({ manifests: n }))));
      expect(results.filter((record) => record !== "moved")).toHaveLength(1);
      expect((await executions.get("e1"))?.version).toBe(2);
    });

    it("executions are listed newest first, page by page, whatever their status", async () => {
      const executions = await make();
      const statuses = executionStatus.options;
      const records = numbers(13).map((n) =>
        execution({ execution_id: `e${n}`, submitted_at: at(n), status: statuses[n % statuses.length] ?? "RUNNING" }),
      );
      for (const record of records) await executions.create(record);
      expect(await pages(executions, 5)).toEqual([
        ["e13", "e12", "e11", "e10", "e9"],
        ["e8", "e7", "e6", "e5", "e4"],
        ["e3", "e2", "e1"],
      ]);
    });

    it("executions are listed newest first by their ids where the clock was set back in between", async () => {
      const executions = await make();
      const made = (moment: string) => ulid(Date.parse(moment));
      const days = [9, 10, 2, 3, 11].map((day) => `2026-01-${String(day).padStart(2, "0")}T12:00:00.000Z`);
      const [first, second, back, later, right] = days as [string, string, string, string, string];
      const records = [
        { execution_id: made(first), submitted_at: first },
        { execution_id: made(second), submitted_at: second },
        // Ids went on from the newest that there was.
        { execution_id: made(instantAfter(Date.parse(second), 1)), submitted_at: back },
        { execution_id: made(instantAfter(Date.parse(second), 2)), submitted_at: later },
        { execution_id: made(right), submitted_at: right },
      ];
      for (const record of records) await executions.create(execution(record));
      const ids = records.map(({ execution_id }) => execution_id).toReversed();
      expect(await pages(executions, 2)).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
      for (const record of records) await executions.update(execution({ ...record, status: "SUCCEEDED" }));
      expect((await pages(executions, 9)).flat()).toEqual(ids);
    });

    it("executions are listed in pages that end by what their records have together, each listed once", async () => {
      const executions = await make();
      const plan_ids = numbers(2_600).map((n) => `plan_${n}`.padEnd(97, "x"));
      const ids = numbers(12).map((n) => `e${n}`);
      for (const [n, execution_id] of ids.entries()) {
        await executions.create(execution({ execution_id, submitted_at: at(n), plan_ids }));
      }
      const listed = await pages(executions, 100);
      expect(listed.length).toBeGreaterThan(1);
      expect(listed.flat()).toEqual(ids.toReversed());
      // An answer may have 4 MiB: each of them is more than 250 KB.
      for (const page of listed) expect(page.length * 262_144).toBeLessThan(4_194_304 / 1.5);
    });

    it("executions are listed once when one changes its status between two pages", async () => {
      const executions = await make();
      const records = numbers(4).map((n) => execution({ execution_id: `e${n}`, submitted_at: at(n) }));
      for (const record of records) await executions.create(record);
      const first = await executions.list({ limit: 2, next: null });
      for (const record of records) await executions.update({ ...record, status: "SUCCEEDED" });
      const second = await executions.list({ limit: 2, next: first.next });
      expect([...first.items, ...second.items].map(({ execution_id }) => execution_id)).toEqual([
        "e4",
        "e3",
        "e2",
        "e1",
      ]);
    });

    it("executions are listed by one status alone, the newest first", async () => {
      const executions = await make();
      for (const n of numbers(4)) {
        const status = n % 2 === 0 ? "FAILED" : "RUNNING";
        await executions.create(execution({ execution_id: `e${n}`, submitted_at: at(n), status }));
      }
      const { items } = await executions.list({ limit: 9, next: null, status: "FAILED" });
      expect(items.map(({ execution_id }) => execution_id)).toEqual(["e4", "e2"]);
    });

    it("executions end with a page that says so, even when it is full", async () => {
      const executions = await make();
      for (const n of numbers(2)) await executions.create(execution({ execution_id: `e${n}`, submitted_at: at(n) }));
      expect((await executions.list({ limit: 2, next: null })).next).toBeNull();
    });

    it("executions refuse a mark that no page gave out", async () => {
      const executions = await make();
      await expect(executions.list({ limit: 2, next: "not/a mark" })).rejects.toThrow(InvalidPageToken);
    });

    it("executions that run are known by id", async () => {
      const executions = await make();
      for (const id of ["e1", "e2", "e3"]) await executions.create(execution({ execution_id: id }));
      await executions.update(execution({ execution_id: "e2", status: "SUCCEEDED" }));
      expect((await executions.running()).toSorted()).toEqual(["e1", "e3"]);
    });

    it("executions that are going on are counted: all of them, or up to a number, without those that have concluded", async () => {
      const executions = await make();
      for (const n of numbers(5)) await executions.create(execution({ execution_id: `e${n}`, submitted_at: at(n) }));
      await executions.update(execution({ execution_id: "e2", submitted_at: at(2), concluded: "FAILED" }));
      await executions.update(execution({ execution_id: "e3", submitted_at: at(3), status: "SUCCEEDED" }));
      expect(await executions.active()).toBe(3);
      expect(await executions.active({ except: "e1" })).toBe(2);
      expect(await executions.active({ except: "e1", at_most: 4 })).toBe(2);
      expect(await executions.active({ except: "e1", at_most: 3 })).toBe(3);
    });
  });

  describe("the reply to a submission", () => {
    const key = { submitter: "alice", idempotency_key: "k" };
    const value = { body_digest: "d1", execution_id: "e1" };

    it("the reply to a submission is the first one, also for a body that differs", async () => {
      const executions = await make();
      expect(await executions.remember(key, value)).toEqual({ kind: "written" });
      expect(await executions.remember(key, value)).toEqual({ kind: "exists", ...value });
      const other = { body_digest: "d2", execution_id: "e2" };
      expect(await executions.remember(key, other)).toEqual({ kind: "exists", ...value });
    });

    it("the reply to a submission belongs to one submitter and one key, however they are put together", async () => {
      const executions = await make();
      await executions.remember({ submitter: "a", idempotency_key: "b#c" }, value);
      expect(await executions.remember({ submitter: "a#b", idempotency_key: "c" }, value)).toEqual({ kind: "written" });
    });

    it("the reply to a submission is one, of many submissions at once", async () => {
      const executions = await make();
      const replies = await Promise.all(
        numbers(20).map((n) => executions.remember(key, { body_digest: "d", execution_id: `e${n}` })),
      );
      expect(replies.filter(({ kind }) => kind === "written")).toHaveLength(1);
      const told = replies.flatMap((reply) => (reply.kind === "exists" ? [reply.execution_id] : []));
      expect(new Set(told).size).toBe(1);
    });
  });

  describe("the answer of a pass", () => {
    it("the answer of a pass that came first is kept", async () => {
      const executions = await make();
      expect(await executions.passAnswer("e1", 1, 1)).toBeUndefined();
      expect(await executions.answerPass("e1", 1, 1, { decision: "WAVE" })).toEqual({ decision: "WAVE" });
      expect(await executions.answerPass("e1", 1, 1, { decision: "DONE" })).toEqual({ decision: "WAVE" });
      expect(await executions.passAnswer("e1", 1, 1)).toEqual({ decision: "WAVE" });
    });

    it("the answer of a pass belongs to its workflow run and pass", async () => {
      const executions = await make();
      await executions.answerPass("e1", 1, 12, { n: 1 });
      await executions.answerPass("e1", 11, 2, { n: 2 });
      expect(await executions.passAnswer("e1", 1, 12)).toEqual({ n: 1 });
      expect(await executions.passAnswer("e1", 11, 2)).toEqual({ n: 2 });
      expect(await executions.passAnswer("e1", 12, 1)).toBeUndefined();
    });

    it("the answer of a pass is read together with the one before it", async () => {
      const executions = await make();
      for (const pass of [1, 2, 3, 10]) await executions.answerPass("e1", 1, pass, { pass });
      await executions.answerPass("e1", 11, 4, { history: 11 });
      const read = (pass: number) => executions.passAnswers("e1", 1, pass);
      expect(await read(1)).toEqual({ own: { pass: 1 }, before: undefined });
      expect(await read(2)).toEqual({ own: { pass: 2 }, before: { pass: 1 } });
      expect(await read(3)).toEqual({ own: { pass: 3 }, before: { pass: 2 } });
      expect(await read(4)).toEqual({ own: undefined, before: { pass: 3 } });
      expect(await read(5)).toEqual({ own: undefined, before: undefined });
      expect(await read(10)).toEqual({ own: { pass: 10 }, before: undefined });
      expect(await executions.passAnswers("e1", 2, 1)).toEqual({ own: undefined, before: undefined });
      expect(await executions.passAnswers("e1", 11, 5)).toEqual({ own: undefined, before: { history: 11 } });
    });

    it("the answer of a pass is found by being the last of its history", async () => {
      const executions = await make();
      expect(await executions.lastPass("e1", 1)).toBeUndefined();
      for (const pass of [2, 10, 9]) await executions.answerPass("e1", 1, pass, { pass });
      await executions.answerPass("e1", 11, 1, { history: 11 });
      await executions.answerPass("e11", 1, 12, { execution: "e11" });
      expect(await executions.lastPass("e1", 1)).toEqual({ pass: 10 });
      expect(await executions.lastPass("e1", 11)).toEqual({ history: 11 });
      expect(await executions.lastPass("e1", 2)).toBeUndefined();
    });

    it("the answer of a pass may be longer than one record can be, and is read whole wherever it is read", async () => {
      const executions = await make();
      const long = (said: string) => ({ decision: "WAIT", said: `${said}${"😀".repeat(300_000)}` });
      await executions.answerPass("e1", 1, 1, { n: 1 });
      const answers = await Promise.all(["a", "b"].map((said) => executions.answerPass("e1", 1, 2, long(said))));
      const [stands] = answers;
      expect([long("a"), long("b")]).toContainEqual(stands);
      expect(answers).toEqual([stands, stands]);
      expect(await executions.passAnswer("e1", 1, 2)).toEqual(stands);
      expect(await executions.passAnswers("e1", 1, 2)).toEqual({ own: stands, before: { n: 1 } });
      expect(await executions.passAnswers("e1", 1, 3)).toEqual({ own: undefined, before: stands });
      expect(await executions.lastPass("e1", 1)).toEqual(stands);
    });

    it("the answer of a pass is the same for all who answer at once", async () => {
      const executions = await make();
      const answers = await Promise.all(numbers(20).map((n) => executions.answerPass("e1", 1, 1, { n })));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    });
  });
};

const pages = async (executions: Executions, limit: number): Promise<string[][]> => {
  const all: ExecutionRecord[][] = [];
  let next: string | null = null;
  do {
    const page = await executions.list({ limit, next });
    all.push(page.items);
    next = page.next;
  } while (next !== null);
  return all.map((items) => items.map(({ execution_id }) => execution_id));
};
