import { describe, expect, it } from "vitest";
import { tablePorts } from "../../functions/adapters/table/index.ts";
import type { Key } from "../../functions/adapters/table/item.ts";
import { ledgerKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { executionKey, stepKey } from "../../functions/adapters/table/keys/of-executions.ts";
import { approvalKey } from "../../functions/adapters/table/keys/of-requests.ts";
import { newStepRecord, transit } from "../../shared/execution/record/step-event.ts";
import { RecordDamaged } from "../../shared/ports/damaged.ts";
import type { MakeTable } from "./engines.ts";
import { approval, at, execution, intent } from "./records.ts";

const BODIES = ["", "{", '{"of":"another shape"}', null] as const;

/** The words of the ports about records that are there and are not what was written. */
export const describeDamaged = (makeTable: MakeTable): void => {
  const make = async () => {
    const table = await makeTable();
    /** Without a body, with another, or with half of one; what stands beside it is as it was. */
    const damage = async (key: Key, body: string | null): Promise<void> => {
      const beside = Object.entries((await table.get(key)) ?? {}).filter(([name]) => name !== "body");
      await table.put({ ...Object.fromEntries(beside), ...key, ...(body === null ? {} : { body }) });
    };
    return { ports: tablePorts(table), damage };
  };

  describe.each(BODIES.map((body) => ({ body })))("a record whose body is $body", ({ body }) => {
    it("a damaged record of a step is made anew from its events, whoever asks first", async () => {
      for (const all of [true, false]) {
        const { ports, damage } = await make();
        const first = newStepRecord({ execution_id: "e1", plan_id: "p1", step_id: "s1" }, at(0));
        await ports.steps.createAll([first]);
        const moved = transit(first, {
          event: "mock_succeeded",
          at: at(1),
          actor: "buddy",
          reason: null,
          changes: {},
        });
        await ports.steps.append(moved);
        await damage(stepKey("e1", "s1"), body);
        const found = all ? (await ports.steps.all("e1"))[0] : await ports.steps.get("e1", "s1");
        expect(found).toEqual(moved.record);
        expect(await ports.steps.all("e1")).toEqual([moved.record]);
      }
    });

    it("a damaged record of a step to which nothing has happened changes nothing", async () => {
      const { ports, damage } = await make();
      const first = newStepRecord({ execution_id: "e1", plan_id: "p1", step_id: "s1" }, at(0));
      await ports.steps.createAll([first]);
      await damage(stepKey("e1", "s1"), body);
      expect(await ports.steps.get("e1", "s1")).toBeUndefined();
      expect(await ports.steps.all("e1")).toEqual([first]);
      const moved = transit(first, { event: "mock_succeeded", at: at(1), actor: "buddy", reason: null, changes: {} });
      expect(await ports.steps.append(moved)).toBe("appended");
      expect(await ports.steps.get("e1", "s1")).toEqual(moved.record);
    });

    it("a damaged row of the ledger is named by its key, and an equal call that may have been made", async () => {
      const { ports, damage } = await make();
      const key = { execution_id: "e1", step_id: "s1", side: "forward" } as const;
      const whole = intent({ step_id: "s2", same_call: "another", call_digest: "another" });
      await ports.ledger.intend(intent({ same_call: "same" }));
      await ports.ledger.intend(whole);
      await damage(ledgerKey(key), body);
      await expect(ports.ledger.get(key)).rejects.toBeInstanceOf(RecordDamaged);
      await expect(ports.ledger.ofExecution("e1")).rejects.toBeInstanceOf(RecordDamaged);
      expect(await ports.ledger.readable("e1")).toEqual({ items: [whole], damaged: [key] });
      const alike = await ports.ledger.callsLike({ same_call: "same", call_digest: intent().call_digest }, at(0));
      expect(alike).toMatchObject([{ ...key, status: "INDETERMINATE" }]);
    });

    it("a damaged request is left out of a listing, which names it", async () => {
      const { ports, damage } = await make();
      const [broken, whole] = [approval({ approval_id: "ap-1" }), approval({ approval_id: "ap-2" })];
      await ports.approvals.open(broken);
      await ports.approvals.open(whole);
      await damage(approvalKey(broken.execution_id, "ap-1"), body);
      await expect(ports.approvals.get("ap-1")).rejects.toBeInstanceOf(RecordDamaged);
      await expect(ports.approvals.ofExecution(broken.execution_id)).rejects.toBeInstanceOf(RecordDamaged);
      expect(await ports.approvals.readable(broken.execution_id)).toMatchObject({
        items: [whole],
        unreadable: [expect.stringContaining("ap-1")],
      });
      const page = await ports.approvals.list({ status: "open", limit: 10, next: null });
      expect(page).toEqual({ items: [whole], unreadable: ["ap-1"], next: null });
    });

    it("a damaged execution is left out of a listing, which names it", async () => {
      const { ports, damage } = await make();
      await ports.executions.create(execution({ execution_id: "e1" }));
      await ports.executions.create(execution({ execution_id: "e2" }));
      await damage(executionKey("e1"), body);
      await expect(ports.executions.get("e1")).rejects.toBeInstanceOf(RecordDamaged);
      expect(await ports.executions.list({ limit: 10, next: null })).toMatchObject({
        items: [{ execution_id: "e2" }],
        unreadable: ["e1"],
        next: null,
      });
    });
  });
};
