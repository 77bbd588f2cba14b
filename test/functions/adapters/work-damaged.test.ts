import { expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { forgottenWork, offersTo, sightingsOf } from "../../../functions/adapters/table/keys/of-work.ts";
import { work } from "../../../functions/adapters/table/work.ts";
import type { WorkCall } from "../../../shared/execution/record/work.ts";

const call: WorkCall = {
  call_id: "k1.call.1",
  ...{ group: "crm", tool_name: "note", rung: "call", side: "forward", arguments: {}, undo: null },
  ...{ idempotency_key: "k1", undoes: null, execution_id: "e1", step_id: "s1", agent_id: "a1" },
  offered_at: "2026-01-31T12:00:00.000Z",
  start_by: "2026-01-31T12:00:05.000Z",
  deadline: "2026-01-31T12:00:10.000Z",
};

it("a damaged entry of a call that waits keeps no worker of the group from the others", async () => {
  const table = memoryTable();
  const { acts } = work(table);
  await table.put({ pk: offersTo("work", "crm"), sk: "2026-01-31T11:00:00.000Z#k0.call.1", body: "{half a rec" });
  await acts.offer(call);
  expect((await acts.waiting("crm")).map(({ call_id }) => call_id)).toEqual(["k1.call.1"]);
  expect(await acts.take("crm", ["note"], "ada", call.offered_at)).toEqual(call);
});

it("a damaged row of one worker that asked hides no other", async () => {
  const table = memoryTable();
  const { seen } = work(table);
  await table.put({ pk: sightingsOf("crm"), sk: "0", body: "{half a rec" });
  const ada = { group: "crm", worker: "ada", tools: ["note"], asked_at: call.offered_at };
  await seen.note(ada);
  expect(await seen.ofGroup("crm")).toEqual([ada]);
});

it("a damaged row of when to forget a call stops the forgetting of no other", async () => {
  const table = memoryTable();
  const { acts } = work(table);
  await table.put({ pk: forgottenWork("work"), sk: "2026-01-01T00:00:00.000Z#k0.call.1", body: "{half a rec" });
  await acts.offer(call);
  const later = "2026-02-28T12:00:00.000Z";
  expect(await acts.forget(later, 10)).toBe(2);
  expect(await acts.get(call.call_id)).toBeUndefined();
  expect(await acts.forget(later, 10)).toBe(0);
});
