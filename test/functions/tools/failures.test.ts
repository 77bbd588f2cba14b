import { describe, expect, it } from "vitest";
import {
  clearFailures,
  type PlannedFailure,
  planFailure,
  plannedFailure,
} from "../../../functions/tools/failure-plan.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../functions/tools/world/memory-world.ts";
import { seedWorld } from "../../../functions/tools/world/seed-world.ts";
import { COLLECTIONS } from "../../../functions/tools/world/world.ts";
import { snapshotOf } from "../../ports/sandbox-world.ts";
import { liveCall, toolCall } from "../../ports/tool-adapter.ts";
import { standardContract } from "./contracts.ts";
import { manualTimer, settled } from "./manual-timer.ts";

const UPDATE = standardContract("ghl_update_contact");
const SEARCH = standardContract("ghl_search");
const update = (contact_id = "c1") => toolCall(UPDATE, { contact_id, fields: { stage: "customer" } });
const search = toolCall(SEARCH, { query: "c1" });

const setUp = async (...failures: Partial<PlannedFailure>[]) => {
  const world = memoryWorld();
  await seedWorld(world, { contacts: 3, candidates: 1 });
  for (const failure of failures) {
    await planFailure(
      world,
      plannedFailure.parse({
        failure_id: "f1",
        tool_name: UPDATE.tool_name,
        rung: "call",
        kind: "reject",
        times: 1,
        ...failure,
      }),
    );
  }
  const time = manualTimer();
  const options = { timer: time.timer };
  const live = liveToolbox(world, options);
  const dryRun = dryRunToolbox(world, options);
  const stage = async () => (await world.read(COLLECTIONS.ghlContacts, "c1"))?.value.stage;
  return {
    world,
    time,
    live: live.adapterFor(UPDATE),
    reads: live.adapterFor(SEARCH),
    dryRun: dryRun.adapterFor(UPDATE),
    stage,
  };
};

describe("a planned failure", () => {
  it("a planned failure refuses without effect as often as planned, and then no more", async () => {
    const { live, stage } = await setUp({ times: 2 });
    for (const key of ["k1", "k2"]) {
      expect(await live.call(liveCall(update(), key))).toEqual({ kind: "rejected", error: "failed on purpose" });
      expect(await stage()).toBe("qualified");
    }
    expect((await live.call(liveCall(update(), "k3"))).kind).toBe("committed");
    expect(await stage()).toBe("customer");
  });

  it("a planned failure fails no more calls than planned when many are made at once", async () => {
    const { live } = await setUp({ times: 3 });
    const calls = Array.from({ length: 8 }, (_, n) => live.call(liveCall(update(), `k${n}`)));
    const rejected = (await Promise.all(calls)).filter(({ kind }) => kind === "rejected");
    expect(rejected).toHaveLength(3);
  });

  it("a planned failure leaves the outcome open before the effect, and a look-up finds that nothing happened", async () => {
    const { live, stage } = await setUp({ kind: "time_out_before" });
    const call = liveCall(update(), "k1");
    expect((await live.call(call)).kind).toBe("indeterminate");
    expect(await stage()).toBe("qualified");
    expect(await live.lookUp(call, "forward")).toEqual({ kind: "did_not_happen" });
  });

  it("a planned failure leaves the outcome open after the effect, and a look-up finds what the call would have answered", async () => {
    const { live, stage } = await setUp({ kind: "time_out_after_effect" });
    const call = liveCall(update(), "k1");
    expect((await live.call(call)).kind).toBe("indeterminate");
    expect(await stage()).toBe("customer");
    expect(await live.lookUp(call, "forward")).toMatchObject({
      kind: "happened",
      output: { contact_id: "c1", sandbox: true },
      undo: { id: "c1" },
    });
  });

  it("a planned failure makes a read time out, never indeterminate", async () => {
    const { reads } = await setUp({ tool_name: "ghl_search", kind: "time_out_before" });
    await expect(reads.call(liveCall(search, "k1"))).rejects.toMatchObject({ timed_out: true });
    expect((await reads.call(liveCall(search, "k1"))).kind).toBe("committed");
  });

  it("a planned failure throws as a defect would", async () => {
    const { live } = await setUp({ kind: "throw", message: "out of memory" });
    await expect(live.call(liveCall(update(), "k1"))).rejects.toThrow("out of memory");
  });

  it("a planned failure slows a call down, which goes on when the time is over", async () => {
    const { live, time, stage } = await setUp({ kind: "slow", delay_ms: 5_000 });
    const outcome = live.call(liveCall(update(), "k1"));
    await settled();
    await time.pass(4_999);
    expect(await stage()).toBe("qualified");
    await time.pass(1);
    expect((await outcome).kind).toBe("committed");
  });

  it("a planned failure ends a slow call that is stopped, with nothing sent and no timer left", async () => {
    const { live, time, stage } = await setUp({ kind: "slow", delay_ms: 5_000 });
    const controller = new AbortController();
    const outcome = live.call(liveCall(update(), "k1", controller.signal));
    await settled();
    controller.abort();
    expect((await outcome).kind).toBe("rejected");
    expect([time.pending(), await stage()]).toEqual([0, "qualified"]);
  });

  it("a planned failure meets only calls with the arguments it names", async () => {
    const { live } = await setUp({ arguments: { contact_id: "c2" } });
    expect((await live.call(liveCall(update("c1"), "k1"))).kind).toBe("committed");
    expect((await live.call(liveCall(update("c2"), "k2"))).kind).toBe("rejected");
  });

  it("a planned failure stops an undoing, which can be done afterwards", async () => {
    const { live, stage } = await setUp({ rung: "compensate" });
    const outcome = await live.call(liveCall(update(), "k1"));
    if (outcome.kind !== "committed" || outcome.undo === null) throw new Error("not committed");
    expect((await live.compensate(liveCall(update(), "u1"), outcome.undo)).kind).toBe("rejected");
    expect(await stage()).toBe("customer");
    expect((await live.compensate(liveCall(update(), "u1"), outcome.undo)).kind).toBe("committed");
    expect(await stage()).toBe("qualified");
  });

  it("a planned failure keeps a look-up from an answer", async () => {
    const { live } = await setUp({ rung: "look_up" });
    const call = liveCall(update(), "k1");
    expect((await live.lookUp(call, "forward")).kind).toBe("unknown");
    expect((await live.lookUp(call, "forward")).kind).toBe("did_not_happen");
  });

  it("a planned failure lasts on rungs that cannot write, which therefore cannot count", async () => {
    const { world, dryRun } = await setUp({ rung: "preview", times: null });
    const before = await snapshotOf(world);
    for (const _ of [1, 2]) await expect(dryRun.preview(update())).rejects.toThrow("failed on purpose");
    expect(await snapshotOf(world)).toEqual(before);
    await clearFailures(world);
    expect((await dryRun.preview(update())).changes).toHaveLength(1);
    const counted = { failure_id: "f2", tool_name: "ghl_search", rung: "mock", kind: "reject", times: 1 };
    expect(plannedFailure.safeParse(counted).success).toBe(false);
  });

  it("a planned failure makes a mock fail where the mock's function is given the plan", async () => {
    const failing = plannedFailure.parse({
      failure_id: "f",
      tool_name: "ghl_search",
      rung: "mock",
      kind: "reject",
      times: null,
    });
    const mock = mockToolbox({ failures: { next: async () => failing } }).adapterFor(SEARCH);
    await expect(mock.mock(search)).rejects.toMatchObject({ name: "ToolFailure" });
  });
});
