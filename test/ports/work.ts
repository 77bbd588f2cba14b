import { describe, expect, it } from "vitest";
import type { WorkAnswer, WorkCall } from "../../shared/execution/record/work.ts";
import type { Work } from "../../shared/ports/work.ts";

const START = "2026-01-31T12:00:00.000Z";
const LATER = "2026-01-31T12:00:06.000Z";

const offered = (call_id: string, changes: Partial<WorkCall> = {}): WorkCall => ({
  call_id,
  group: "crm",
  tool_name: "note",
  rung: "call",
  side: "forward",
  arguments: { text: "é\u0000" },
  undo: null,
  idempotency_key: "k1",
  undoes: null,
  execution_id: "e1",
  step_id: "s1",
  agent_id: "a1",
  offered_at: START,
  start_by: "2026-01-31T12:00:05.000Z",
  deadline: "2026-01-31T12:00:10.000Z",
  ...changes,
});

const answer = (output: string): WorkAnswer => ({
  said: { outcome: "committed", output, undo: null },
  worker: "ada",
  at: LATER,
  late: false,
});

export const describeWork = (make: () => Promise<Work>): void => {
  describe("calls on their way to workers", () => {
    it("calls to workers are put once, given to one of their group that does the tool, the oldest first", async () => {
      const { acts } = await make();
      const first = offered("k1.call.1");
      expect(await acts.offer(first)).toBe(true);
      expect(await acts.offer({ ...first, arguments: {} })).toBe(false);
      await acts.offer(offered("k2.call.1", { offered_at: "2026-01-31T11:59:59.000Z" }));
      expect(await acts.take("hr", ["note"], "eve", START)).toBeUndefined();
      expect(await acts.take("crm", ["mail"], "eve", START)).toBeUndefined();
      const taken = await Promise.all(["ada", "bob", "cleo"].map((name) => acts.take("crm", ["note"], name, START)));
      expect(taken.map((call) => call?.call_id).toSorted()).toEqual(["k1.call.1", "k2.call.1", undefined]);
      expect(taken).toContainEqual(first);
    });

    it("calls to workers are kept apart by whether they act", async () => {
      const { acts, reads } = await make();
      await reads.offer(offered("k1.preview.1", { rung: "preview" }));
      expect(await acts.take("crm", ["note"], "ada", START)).toBeUndefined();
      expect(await acts.get("k1.preview.1")).toBeUndefined();
      expect((await reads.take("crm", ["note"], "ada", START))?.call_id).toBe("k1.preview.1");
    });

    it("calls to workers can be taken back by their asker while nobody has them, and are given out no more", async () => {
      const { acts } = await make();
      const [one, two, three] = [offered("k1.call.1"), offered("k2.call.1"), offered("k3.call.1")];
      for (const call of [one, two, three]) await acts.offer(call);
      expect(await acts.withdraw(one)).toBe(true);
      expect(await acts.withdraw(one)).toBe(false);
      const taken = await acts.take("crm", ["note"], "ada", START);
      expect(taken?.call_id).toBe("k2.call.1");
      expect(await acts.withdraw(two)).toBe(false);
      expect(await acts.take("crm", ["note"], "ada", LATER)).toBeUndefined();
      expect((await acts.get("k1.call.1"))?.state).toBe("withdrawn");
      expect(await acts.get("k2.call.1")).toMatchObject({ state: "taken", worker: "ada", answer: undefined });
      expect((await acts.waiting("crm")).map(({ call_id }) => call_id)).toEqual(["k3.call.1"]);
    });

    it("a call to workers is withheld from the one that took it, from nobody else, and given to nobody after that", async () => {
      const { acts } = await make();
      await acts.offer(offered("k1.call.1"));
      expect(await acts.withhold("k1.call.1", "ada", "locked")).toBe(false);
      await acts.take("crm", ["note"], "ada", START);
      expect(await acts.withhold("k1.call.1", "bob", "locked")).toBe(false);
      expect((await acts.get("k1.call.1"))?.withheld).toBeNull();
      expect(await acts.withhold("k1.call.1", "ada", "locked")).toBe(true);
      expect(await acts.get("k1.call.1")).toMatchObject({ state: "withdrawn", withheld: "locked", answer: undefined });
      expect(await acts.take("crm", ["note"], "ada", START)).toBeUndefined();
      expect(await acts.progress("k1.call.1", "ada", "half", START)).toBe(false);
    });

    it("a call that a worker took is put back by nobody but it, and given to whoever asks next", async () => {
      const { acts } = await make();
      const call = offered("k1.call.1");
      await acts.offer(call);
      expect(await acts.putBack(call, "ada")).toBe(false);
      await acts.take("crm", ["note"], "ada", START);
      expect(await acts.putBack(call, "bob")).toBe(false);
      expect(await acts.waiting("crm")).toEqual([]);
      expect(await acts.putBack(call, "ada")).toBe(true);
      expect((await acts.waiting("crm")).map(({ call_id }) => call_id)).toEqual(["k1.call.1"]);
      expect(await acts.take("crm", ["note"], "bob", START)).toEqual(call);
      expect(await acts.get("k1.call.1")).toMatchObject({ state: "taken", worker: "bob" });
    });

    it("a worker's question gives one call or is over, whichever is first, and is another worker's of the same name never", async () => {
      const { questions } = await make();
      const [one, other] = [
        { worker: "ada", question: "q1" },
        { worker: "bob", question: "q1" },
      ];
      expect(await questions.gives(one, "k1.call.1")).toBe(true);
      expect(await questions.gives(one, "k2.call.1")).toBe(false);
      expect([await questions.end(one, LATER), await questions.end(one, LATER)]).toEqual(["k1.call.1", "k1.call.1"]);
      expect(await questions.end(other, LATER)).toBeUndefined();
      expect(await questions.gives(other, "k1.call.1")).toBe(false);
    });

    it("a worker's question is forgotten with the call that it gave, or once it has been over for long", async () => {
      const { acts, questions } = await make();
      const [gave, over] = [
        { worker: "ada", question: "q1" },
        { worker: "ada", question: "q2" },
      ];
      await acts.offer(offered("k1.call.1"));
      await acts.take("crm", ["note"], "ada", START, gave.question);
      await questions.gives(gave, "k1.call.1");
      await questions.end(over, LATER);
      expect(await acts.forget("2026-02-01T12:00:11.000Z", 10)).toBe(2);
      expect(await questions.gives(gave, "k2.call.1")).toBe(true);
      expect(await questions.gives(over, "k2.call.1")).toBe(true);
    });

    it("a call takes one answer from workers, the first", async () => {
      const { acts } = await make();
      await acts.offer(offered("k1.call.1"));
      expect(await acts.answerTo("k1.call.1")).toBeUndefined();
      expect(await acts.answer("k1.call.1", answer("one"))).toEqual(answer("one"));
      expect(await acts.answer("k1.call.1", answer("two"))).toEqual(answer("one"));
      expect(await acts.answerTo("k1.call.1")).toEqual(answer("one"));
    });

    it("calls to workers are found by key and rung, each handing out with its answer, in their order", async () => {
      const { acts } = await make();
      for (const number of [1, 2, 10]) await acts.offer(offered(`k1.call.${number}`));
      await acts.offer(offered("k1.undo.1", { rung: "undo" }));
      await acts.answer("k1.call.2", answer("two"));
      const handed = await acts.handedOut({ idempotency_key: "k1", rung: "call" });
      expect(handed.map(({ call, answer: given }) => [call.call_id, given?.said])).toEqual([
        ["k1.call.1", undefined],
        ["k1.call.2", answer("two").said],
        ["k1.call.10", undefined],
      ]);
    });

    it("calls to workers take words about their progress from the worker that has them, and from nobody else", async () => {
      const { acts } = await make();
      await acts.offer(offered("k1.call.1"));
      expect(await acts.progress("k1.call.1", "ada", "half", LATER)).toBe(false);
      await acts.take("crm", ["note"], "ada", START);
      expect(await acts.progress("k1.call.1", "ada", "half", LATER)).toBe(true);
      expect(await acts.progress("k1.call.1", "bob", "all", LATER)).toBe(false);
    });

    it("calls to workers are forgotten with everything about them a day after their time, so many at once", async () => {
      const { acts } = await make();
      for (const key of ["k1", "k2"]) await acts.offer(offered(`${key}.call.1`));
      await acts.answer("k1.call.1", answer("one"));
      expect(await acts.forget("2026-02-01T12:00:09.000Z", 10)).toBe(0);
      expect(await acts.forget("2026-02-01T12:00:11.000Z", 1)).toBe(1);
      expect(await acts.forget("2026-02-01T12:00:11.000Z", 10)).toBe(1);
      expect([await acts.get("k1.call.1"), await acts.answerTo("k1.call.1")]).toEqual([undefined, undefined]);
      expect(await acts.waiting("crm")).toEqual([]);
    });

    it("calls are asked for by workers, whose last question for their tools is known", async () => {
      const { seen } = await make();
      const asked = { group: "crm", worker: "ada", tools: ["note", "mail"], asked_at: START };
      await seen.note(asked);
      await seen.note({ ...asked, tools: ["mail", "note"], asked_at: LATER });
      await seen.note({ ...asked, worker: "bob" });
      await seen.note({ ...asked, group: "hr" });
      const known = await seen.ofGroup("crm");
      expect(known.map(({ worker, asked_at }) => [worker, asked_at]).toSorted()).toEqual([
        ["ada", LATER],
        ["bob", START],
      ]);
    });
  });
};
