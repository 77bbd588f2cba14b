import { describe, expect, it } from "vitest";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { ODD } from "../../../harness/odd-tools.ts";
import { stepOf } from "../../../harness/outcome.ts";
import { submit } from "../../../harness/people.ts";
import { call, plan } from "../../../harness/plans.ts";
import { inMemory } from "../../../harness/stores.ts";
import { startWorld, type TestWorld } from "../../../harness/world.ts";

/** A tool whose calls take half a minute, and nobody is asked before it. */
const unlimited: JsonObject = {
  ...ODD,
  tool_name: "wide_write",
};
const oneAtOnce = { ...unlimited, max_concurrent: 1 };

const slowly = async (contract: JsonObject) => {
  const stores = inMemory();
  const touched: string[] = [];
  const update: typeof stores.table.update = (key, ...change) => {
    touched.push(`update ${key.pk}`);
    return stores.table.update(key, ...change);
  };
  const get: typeof stores.table.get = (key, ...options) => {
    touched.push(`get ${key.pk}`);
    return stores.table.get(key, ...options);
  };
  const world = await startWorld({
    contracts: [contract],
    stores: { ...stores, table: { ...stores.table, update, get } },
  });
  await world.fail({ tool_name: "wide_write", rung: "call", kind: "slow", delay_ms: 30_000, times: null });
  return { world, ofSlots: () => touched.filter((each) => each.includes("SEMAPHORE#")) };
};

const submitCall = (world: TestWorld, n: number): Promise<string> =>
  submit(world, { plans: [plan("p", [call("s", "wide_write", { n })])] });

const replace = async ({ deps }: TestWorld, contract: JsonObject): Promise<void> => {
  const defined = defineContract(contract, 2);
  if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
  await deps.contracts.put(defined.value);
};

/** Seconds from the submission to the start of its call. */
const startOf = async (world: TestWorld, id: string): Promise<number> => {
  const started_at = (await stepOf(world, id, "s")).rungs.at(-1)?.started_at ?? "";
  const submitted_at = (await world.deps.executions.get(id))?.submitted_at ?? "";
  return Math.round((Date.parse(started_at) - Date.parse(submitted_at)) / 1_000);
};

describe("a tool whose contract has no limit of calls at once", () => {
  it("a tool without a limit makes as many calls at once as are asked for, and no slot is taken, given back or looked for", async () => {
    const { world, ofSlots } = await slowly(unlimited);
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) ids.push(await submitCall(world, n));
    await world.pass(40);
    expect(await Promise.all(ids.map((id) => startOf(world, id)))).toEqual(ids.map(() => 0));
    expect(ofSlots()).toEqual([]);
  });

  it("a tool without a limit leaves calls submitted under one to their turns, and their slots are given back", async () => {
    const { world } = await slowly(oneAtOnce);
    const first = await submitCall(world, 1);
    const second = await submitCall(world, 2);
    await world.pass(10);
    await replace(world, unlimited);
    const free = await submitCall(world, 3);
    await world.pass(61);
    expect(await startOf(world, first)).toBe(0);
    expect(await startOf(world, second)).toBe(30);
    expect(await startOf(world, free)).toBe(0);
    for (const id of [first, second, free]) expect(await stepOf(world, id, "s")).toMatchObject({ ending: "live" });
    const now = world.time.clock.now().toISOString();
    expect(await world.deps.semaphores.free("wide_write", 1, now)).toBe(1);
  });

  it("a tool is held to a limit from the submission after the version that has one, calls of before not counted", async () => {
    const { world } = await slowly(unlimited);
    const before = await submitCall(world, 1);
    await world.pass(1);
    await replace(world, oneAtOnce);
    const first = await submitCall(world, 2);
    const second = await submitCall(world, 3);
    await world.pass(100);
    expect(await startOf(world, before)).toBe(0);
    expect(await startOf(world, first)).toBe(0);
    expect(await startOf(world, second)).toBe(30);
    const now = world.time.clock.now().toISOString();
    expect(await world.deps.semaphores.free("wide_write", 1, now)).toBe(1);
  });
});
