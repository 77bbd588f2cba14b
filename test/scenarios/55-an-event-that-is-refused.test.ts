import { expect, it } from "vitest";
import { InvalidItem } from "../../functions/adapters/table/item.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import { finalise } from "../../functions/finalise/finalise.ts";
import { loadExecution } from "../../functions/records/documents.ts";
import { recordSchedule } from "../../functions/records/record-schedule.ts";
import { eventsOf, reported, standing, statusOf } from "../harness/outcome.ts";
import { approve, openRequests, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { inMemory } from "../harness/stores.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const one = (step_id: string, contact: string) =>
  plan(`p_${step_id}`, [update(step_id, contact, { stage: "customer" }, { agent: `a_${step_id}` })]);
const two = { plans: [one("s1", "c1"), one("s2", "c2")] };

/** A world whose store refuses for good what an event of that type would be, in that chain. */
const refusing = (chain: string, type: string): Promise<TestWorld> => {
  const stores = inMemory();
  const put: Table["put"] = async (item, condition) => {
    const refused = item.pk.startsWith("AUDIT#exec") && item.sk.startsWith(chain);
    if (refused && String(item.body).includes(`"type":"${type}"`)) throw new InvalidItem(item, "the store says no");
    return stores.table.put(item, condition);
  };
  return startWorld({ stores: { ...stores, table: { ...stores.table, put } } });
};

const failureOf = async (world: TestWorld, id: string): Promise<unknown> =>
  (await eventsOf(world, id)).findLast(({ type }) => type === "concluded")?.body.failure;

const isFree = async (world: TestWorld, contact: string): Promise<void> => {
  const other = await submit(world, { plans: [one("other", contact)] });
  await approve(world, other, "other");
  await world.rest();
  expect(await statusOf(world, other)).toBe("SUCCEEDED");
};

it("an end of a step whose event the store refuses leaves the step as it is, and its execution ends and says so", async () => {
  const world = await refusing("step:s1", "aborted");
  const id = await submit(world, two);
  await approve(world, id, "s2");
  expect(await abortExecution(world.deps)(id, { by: "olga", reason: "enough" })).toMatchObject({ ok: true });
  await world.rest();
  expect(await statusOf(world, id)).toBe("FAILED");
  expect(await standing(world, id)).toEqual({ s1: "DRY_RUN open -", s2: "LIVE finished live" });
  expect(await openRequests(world, id)).toEqual([]);
  expect(await failureOf(world, id)).toContain("how step s1 ended cannot be put on record (item AUDIT#");
  expect(Object.keys(await reported(world, id))).toEqual(["s1", "s2"]);
  await isFree(world, "c1");
});

it("an outcome of a call whose event the store refuses ends its execution, which says what the ledger knows of the call", async () => {
  const world = await refusing("step:s1", "live_succeeded");
  const id = await submit(world, two);
  await approve(world, id, "s1");
  await world.rest();
  expect(await statusOf(world, id)).toBe("FAILED");
  expect(await standing(world, id)).toEqual({ s1: "LIVE open -", s2: "ABORTED finished execution_aborted" });
  expect(await openRequests(world, id)).toEqual([]);
  expect(await failureOf(world, id)).toContain("the ledger says of its forward call: COMMITTED");
  expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  await isFree(world, "c1");
});

it.each(["submitted", "conflicts_resolved"])(
  "an execution whose event %s the store refuses ends, and says that it is not on record",
  async (type) => {
    const world = await refusing("execution", type);
    const id = await submit(world, two).catch(() => "exec0001");
    await sweep(world.deps)();
    await world.rest();
    expect(await statusOf(world, id)).toBe("FAILED");
    expect(await failureOf(world, id)).toContain(`the event ${type} cannot be put on record`);
  },
);

it.each(["concluded", "approval_decided"])(
  "an execution whose event %s the store refuses ends without artifacts, and the log says why",
  async (type) => {
    const world = await refusing("execution", type);
    const id = await submit(world, two);
    await approve(world, id, "s1").catch(() => undefined);
    await approve(world, id, "s2").catch(() => undefined);
    await sweep(world.deps)();
    await world.rest();
    expect(await statusOf(world, id)).toBe("FAILED");
    expect(await openRequests(world, id)).toEqual([]);
    expect((await world.deps.artifactFiles.tags(id)).size).toBe(0);
    expect(world.logged.map(({ message }) => message)).toContain("an execution ends without artifacts");
  },
);

it.each([
  ["is half a character", "\ud83d"],
  ["is longer than a record may be", "x".repeat(500_000)],
])("an execution whose failure %s ends with what can be said of it", async (_what, text) => {
  const world = await startWorld();
  const id = await submit(world, two);
  await finalise(world.deps)({ detail: { name: `${id}-1`, status: "FAILED", cause: `no ${text}` } });
  expect(await statusOf(world, id)).toBe("FAILED");
  expect(Object.values(await standing(world, id))).toEqual(Array(2).fill("ABORTED finished execution_aborted"));
  expect(String(await failureOf(world, id)).length).toBeLessThan(5_000);
});

it("an order of thousands of conflicts is put on record: its event names the first, and how many more there are", async () => {
  const world = await startWorld();
  const { execution, schedule } = await loadExecution(
    world.deps,
    await submit(world, { plans: [one("s1", "c1"), one("s2", "c1")] }),
  );
  const [conflict] = schedule.conflicts;
  if (conflict === undefined) throw new Error("two that write one record make no conflict");
  const conflicts = Array.from({ length: 10_000 }, (_, n) => ({ ...conflict, conflict_id: `${n}`.padStart(32, "0") }));
  const ref = await world.deps.bodies.put("schedules", { ...schedule, conflicts });
  await recordSchedule(world.deps, { ...execution, execution_id: "other" }, ref);
  const [event] = await eventsOf(world, "other");
  expect(event?.body).toMatchObject({ schedule: ref, more_conflicts: 9_000 });
  expect(event?.body.conflicts).toHaveLength(1_000);
});
