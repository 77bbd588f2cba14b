import { describe, expect, it } from "vitest";
import { live } from "../../functions/execution/attempt/live.ts";
import { settleAbandoned } from "../../local/settle-abandoned.ts";
import { standing } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld, type WorldOptions } from "../harness/world.ts";

const begun = async (options: WorldOptions, prepare: (world: TestWorld) => Promise<void> = async () => {}) => {
  const world = await startWorld(options);
  await prepare(world);
  const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
  await approve(world, id, "s1");
  const row = () => world.deps.ledger.get({ execution_id: id, step_id: "s1", side: "forward" });
  return { world, id, row };
};

/** Whether the one slot of a tool that is held by a single call can be had. */
const slotIsFree = async (world: TestWorld): Promise<boolean> => {
  const now = world.time.clock.now().toISOString();
  const other = { execution_id: "other", step_id: "x", until: now };
  return (await world.deps.semaphores.acquire("ghl_update_contact", 1, other, now)) === "acquired";
};

describe("what an earlier process of the folder was doing", () => {
  it("a call that an earlier process was making is known not to run: its intent unknown, its slot free, its lease kept", async () => {
    const hanging = (world: TestWorld) =>
      world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "slow", times: 1, delay_ms: 3_600_000 });
    const { world, row } = await begun({}, hanging);
    expect((await row())?.status).toBe("INTENT");
    expect(await world.deps.inFlightCalls.all()).toHaveLength(1);
    expect(await slotIsFree(world)).toBe(false);

    expect(await settleAbandoned(world.deps)).toBe(1);

    expect(await row()).toMatchObject({
      status: "INDETERMINATE",
      error: "the process that made the call ended before an outcome was recorded",
    });
    expect(await world.deps.inFlightCalls.all()).toEqual([]);
    expect(await slotIsFree(world)).toBe(true);
    const lease = await world.deps.leases.get("ghl:contact:c1");
    expect(lease?.step_id).toBe("s1");
    expect((lease?.until ?? "") > "2100").toBe(true);
    expect(await settleAbandoned(world.deps)).toBe(0);
  });

  it("a call of an earlier process that had not come to an intent frees everything, because nothing was sent", async () => {
    const { world, row } = await begun({
      wrap: (tasks, deps) => ({
        ...tasks,
        Live: live({ ...deps, ledger: { ...deps.ledger, intend: () => new Promise(() => {}) } }),
      }),
    });
    expect(await row()).toBeUndefined();
    expect((await world.deps.leases.get("ghl:contact:c1"))?.step_id).toBe("s1");

    expect(await settleAbandoned(world.deps)).toBe(1);

    expect(await row()).toBeUndefined();
    expect(await world.deps.leases.get("ghl:contact:c1")).toBeUndefined();
    expect(await world.deps.inFlightCalls.all()).toEqual([]);
    expect(await slotIsFree(world)).toBe(true);
  });

  it("a call of an earlier process that had come to an end in the ledger keeps its outcome", async () => {
    const { world, id, row } = await begun({
      wrap: (tasks, deps) => ({
        ...tasks,
        Live: live({ ...deps, leases: { ...deps.leases, release: () => new Promise(() => {}) } }),
      }),
    });
    expect((await row())?.status).toBe("COMMITTED");
    expect(await settleAbandoned(world.deps)).toBe(1);
    expect((await row())?.status).toBe("COMMITTED");
    expect(await world.deps.leases.get("ghl:contact:c1")).toBeUndefined();
    expect(await slotIsFree(world)).toBe(true);
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it("a step that an earlier process had begun to undo keeps the lease for that, though the call itself had ended", async () => {
    const { world, id, row } = await begun({
      wrap: (tasks, deps) => ({
        ...tasks,
        Live: live({ ...deps, leases: { ...deps.leases, release: () => new Promise(() => {}) } }),
      }),
    });
    const committed = await row();
    if (committed?.status !== "COMMITTED") throw new Error("nothing was done");
    const intent = { ...committed, side: "compensation", status: "INTENT", ended_at: null, output: null } as const;
    await world.deps.ledger.intend(intent);
    expect(await settleAbandoned(world.deps)).toBe(1);
    expect((await world.deps.leases.get("ghl:contact:c1"))?.step_id).toBe("s1");
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  });

  it("an earlier process's call that cannot be settled keeps nothing else from being settled, nor the server from starting", async () => {
    const hanging = (world: TestWorld) =>
      world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "slow", times: 1, delay_ms: 3_600_000 });
    const { world, row } = await begun({}, hanging);
    const [call] = await world.deps.inFlightCalls.all();
    if (call === undefined) throw new Error("no call is in flight");
    await world.deps.inFlightCalls.put({ ...call, execution_id: "another", step_id: "gone" });

    expect(await settleAbandoned(world.deps)).toBe(2);

    expect((await row())?.status).toBe("INDETERMINATE");
    expect((await world.deps.inFlightCalls.all()).map(({ step_id }) => step_id)).toEqual(["gone"]);
    expect(world.logged.map(({ message }) => message)).toContain("a call of an earlier process could not be settled");
  });
});
