import { expect, it } from "vitest";
import { approvalKey, executionKey, ledgerKey, stepKey } from "../../functions/adapters/table/keys.ts";
import type { Key } from "../../functions/adapters/table/table.ts";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { lockSystem } from "../../functions/api/act/lock-system.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import { standing, statusOf } from "../harness/outcome.ts";
import { approveQuietly, requestFor, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const one = (step_id: string, contact: string) => ({
  plans: [plan(`p_${step_id}`, [update(step_id, contact, { stage: "customer" }, { agent: `a_${step_id}` })])],
});

/** Two executions that wait for people, of which the first has something in the table that no schema knows. */
const damaged = async (keyOf: (world: TestWorld, id: string) => Promise<Key>) => {
  const world = await startWorld();
  const broken = await submit(world, one("broken", "c1"));
  const whole = await submit(world, one("whole", "c2"));
  const key = await keyOf(world, broken);
  const item = await world.table.get(key);
  await world.table.put({ ...item, ...key, body: '{"of":"another shape"}' });
  return { world, broken, whole };
};

const swept = async (world: TestWorld): Promise<unknown> => {
  const failure = await sweep(world.deps)().then(
    () => undefined,
    (error: unknown) => error,
  );
  await world.settle();
  return failure;
};

const PLACES: readonly [string, (world: TestWorld, id: string) => Promise<Key>][] = [
  ["a step", async (_world, id) => stepKey(id, "broken")],
  ["a ledger row", async (_world, id) => ledgerKey({ execution_id: id, step_id: "broken", side: "forward" })],
  ["an open request", async (world, id) => approvalKey(id, (await requestFor(world, id, "broken")).approval_id)],
  ["an execution's record", async (_world, id) => executionKey(id)],
];

it.each(PLACES)("%s that cannot be read keeps no other execution from being helped on", async (_what, keyOf) => {
  const { world, whole } = await damaged(keyOf);
  await approveQuietly(world, whole, "whole");
  await swept(world);
  await world.rest();
  expect(await standing(world, whole)).toEqual({ whole: "LIVE finished live" });
  expect(await statusOf(world, whole)).toBe("SUCCEEDED");
});

it.each(PLACES.slice(2))(
  "a sweep that met %s that cannot be read fails once all had their turn",
  async (_what, keyOf) => {
    const { world } = await damaged(keyOf);
    expect(await swept(world)).toBeInstanceOf(AggregateError);
  },
);

it.each(PLACES)("a lock on everything stands and answers, with %s that cannot be read", async (_what, keyOf) => {
  const { world, whole } = await damaged(keyOf);
  const lock = { scope: { kind: "everything" }, mode: "stop_forward", reason: "something smells" } as const;
  expect(await lockSystem(world.deps)(lock, "olga")).toMatchObject({ can_still_run: [] });
  await world.settle();
  expect(await standing(world, whole)).toEqual({ whole: "LOCKED open lock" });
});

it.each(PLACES.slice(0, 3))(
  "an abort is put down for an execution with %s that cannot be read",
  async (_what, keyOf) => {
    const { world, broken } = await damaged(keyOf);
    const answer = await abortExecution(world.deps)(broken, { by: "olga", reason: "wrong customer" });
    expect(answer).toMatchObject({ ok: true, value: { execution: { abort_requested: { by: "olga" } } } });
    await world.settle();
  },
);
