import { describe, expect, it } from "vitest";
import { auditLog as auditLogOn } from "../../functions/adapters/table/audit-log.ts";
import { putEvent } from "../../functions/adapters/table/chains.ts";
import { steps as stepsOn } from "../../functions/adapters/table/steps.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import type { StepEventName } from "../../shared/execution/record/states.ts";
import { newStepRecord, type Transited, transit } from "../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import { AWKWARD, at, numbers } from "./records.ts";

const first = (step_id = "s1"): StepRecord => newStepRecord({ execution_id: "e1", plan_id: "p1", step_id }, at(0));

const next = (record: StepRecord, event: StepEventName, seconds = 1): Transited =>
  transit(record, { event, at: at(seconds), actor: "buddy", reason: AWKWARD, changes: {} });

export const describeSteps = (makeTable: () => Promise<Table>): void => {
  const make = async () => {
    const table = await makeTable();
    return { table, steps: stepsOn(table), auditLog: auditLogOn(table) };
  };

  describe("steps", () => {
    it("steps are created in bulk, once, and those that have moved are left alone", async () => {
      const { steps } = await make();
      await steps.createAll([first("s1")]);
      const moved = next(first("s1"), "mock_succeeded");
      await steps.append(moved);
      await steps.createAll(numbers(70).map((n) => first(`s${n}`)));
      await steps.createAll(numbers(70).map((n) => first(`s${n}`)));
      const all = await steps.all("e1");
      expect(all).toHaveLength(70);
      expect(all).toEqual(expect.arrayContaining([moved.record, first("s2"), first("s70")]));
      expect(await steps.get("e1", "s1")).toEqual(moved.record);
      expect(await steps.get("e1", "s70")).toBeUndefined();
      expect(await steps.all("e2")).toEqual([]);
    });

    it("steps are created by the thousand, without a row for each", async () => {
      const { table, steps } = await make();
      const many = numbers(1_200).map((n) => first(`s${n}`));
      await steps.createAll(many);
      expect(await table.query("STEP#e1")).toHaveLength(3);
      expect((await steps.all("e1")).map(({ step_id }) => step_id).sort()).toEqual(
        many.map((each) => each.step_id).sort(),
      );
    });

    it("steps move by appending an event, and stand where it put them", async () => {
      const { steps } = await make();
      await steps.createAll([first()]);
      const one = next(first(), "mock_succeeded");
      const two = next(one.record, "previewed");
      expect(await steps.append(one)).toBe("appended");
      expect(await steps.append(two)).toBe("appended");
      expect(await steps.get("e1", "s1")).toEqual(two.record);
      expect(await steps.all("e1")).toEqual([two.record]);
    });

    it("steps recognise the very event that was appended before", async () => {
      const { steps, auditLog } = await make();
      await steps.createAll([first()]);
      const one = next(first(), "mock_succeeded");
      await steps.append(one);
      expect(await steps.append(one)).toBe("repeated");
      const two = next(one.record, "previewed");
      await steps.append(two);
      expect(await steps.append(one)).toBe("repeated");
      expect(await steps.get("e1", "s1")).toEqual(two.record);
      expect(await Array.fromAsync(auditLog.events("e1"))).toEqual([one.event, two.event]);
    });

    it("steps refuse another event in a place that is taken, also one that differs only in its time", async () => {
      const { steps } = await make();
      await steps.createAll([first()]);
      const one = next(first(), "mock_succeeded");
      await steps.append(one);
      expect(await steps.append(next(first(), "failed"))).toBe("moved");
      expect(await steps.append(next(first(), "mock_succeeded", 2))).toBe("moved");
      expect(await steps.get("e1", "s1")).toEqual(one.record);
    });

    it("steps let exactly one of many at once move them", async () => {
      const { steps } = await make();
      await steps.createAll([first()]);
      const results = await Promise.all(numbers(20).map((n) => steps.append(next(first(), "mock_succeeded", n))));
      expect(results.filter((result) => result === "appended")).toHaveLength(1);
      expect(results.filter((result) => result === "moved")).toHaveLength(19);
      expect((await steps.get("e1", "s1"))?.seq).toBe(1);
    });

    it("steps are repaired when a crash came between event and projection", async () => {
      const { table, steps } = await make();
      await steps.createAll([first()]);
      const one = next(first(), "mock_succeeded");
      await putEvent(table, "e1", one.event);
      expect(await steps.all("e1")).toEqual([first()]);
      expect(await steps.get("e1", "s1")).toEqual(one.record);
      expect(await steps.all("e1")).toEqual([one.record]);
    });

    it("steps are repaired when the append that the crash cut off is repeated, or another runs into it", async () => {
      const { table, steps } = await make();
      const records = [first("s1"), first("s2")];
      await steps.createAll(records);
      const moves = records.map((record) => next(record, "mock_succeeded"));
      for (const { event } of moves) await putEvent(table, "e1", event);
      const [one, two] = moves;
      expect(one && (await steps.append(one))).toBe("repeated");
      expect(await steps.append(next(first("s2"), "failed"))).toBe("moved");
      expect(await steps.all("e1")).toEqual([one?.record, two?.record]);
    });

    it("steps are rebuilt from the chain alone", async () => {
      const { table, steps } = await make();
      const one = next(first(), "mock_succeeded");
      const two = next(one.record, "previewed", 2);
      await putEvent(table, "e1", one.event);
      await putEvent(table, "e1", two.event);
      expect(await steps.get("e1", "s1")).toEqual(two.record);
    });

    it("steps keep a projection that is ahead of a late writer's", async () => {
      const { table, steps } = await make();
      const one = next(first(), "mock_succeeded");
      const two = next(one.record, "previewed", 2);
      const held = heldBack(table);
      const late = stepsOn(held.table).append(one);
      await held.reached;
      await steps.get("e1", "s1");
      await steps.append(two);
      held.goOn();
      expect(await late).toBe("appended");
      expect(await steps.all("e1")).toEqual([two.record]);
    });

    it("steps with ids that begin alike do not get into each other's chains", async () => {
      const { steps, auditLog } = await make();
      const records = ["s1", "s1.a", "s1-a", "s10"].map(first);
      await steps.createAll(records);
      const moves = records.map((record) => next(record, "mock_succeeded"));
      for (const move of moves) expect(await steps.append(move)).toBe("appended");
      for (const { record } of moves) expect(await steps.get("e1", record.step_id)).toEqual(record);
      const chains = (await Array.fromAsync(auditLog.events("e1"))).map(({ chain }) => chain);
      expect(chains).toEqual(["step:s1", "step:s1-a", "step:s1.a", "step:s10"]);
    });
  });
};

/** A table whose second put waits: a writer that has put its event and is then slow. */
const heldBack = (table: Table) => {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let puts = 0;
  const slow: Table = {
    ...table,
    put: async (item, condition) => {
      puts += 1;
      if (puts === 2) {
        reached.resolve();
        await released.promise;
      }
      return table.put(item, condition);
    },
  };
  return { table: slow, reached: reached.promise, goOn: () => released.resolve() };
};
