import { describe, expect, it } from "vitest";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { lockSystem } from "../../functions/api/act/lock-system.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { logOf, reported, standing, statusOf } from "../harness/outcome.ts";
import { approve, approveQuietly, decide, must, openRequests, requestFor, submit } from "../harness/people.ts";
import { mail, plan, update } from "../harness/plans.ts";
import { standardWith } from "../harness/standard-with.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const three = {
  plans: [
    plan("p1", [
      update("s1", "c1", { stage: "customer" }),
      update("s2", "c2", { stage: "customer" }),
      update("s3", "c3", { stage: "customer" }),
    ]),
  ],
};

const abort = async (world: TestWorld, id: string) => {
  expect(await abortExecution(world.deps)(id, { by: "olga", reason: "wrong customer" })).toMatchObject({ ok: true });
  await world.settle();
};

describe("an execution that a person aborts", () => {
  it("an aborted execution starts nothing new, voids what is asked, and leaves what was done", async () => {
    const world = await startWorld();
    const id = await submit(world, three);
    await approve(world, id, "s1");
    await abort(world, id);
    expect(await standing(world, id)).toEqual({
      s1: "LIVE finished live",
      s2: "ABORTED finished execution_aborted",
      s3: "ABORTED finished execution_aborted",
    });
    expect(await openRequests(world, id)).toEqual([]);
    expect(await statusOf(world, id)).toBe("ABORTED");
    expect(await reported(world, id)).toMatchObject({ s1: "success/approved/LIVE", s2: "blocked/pending/DRY_RUN" });
    expect((await logOf(world, id)).s2?.error_message).toContain("wrong customer");
  });

  it("an aborted execution lets a call that runs end first", async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "slow", delay_ms: 5_000, times: 1 });
    const id = await submit(world, three);
    await approve(world, id, "s1");
    await abort(world, id);
    expect(await statusOf(world, id)).toBe("RUNNING");
    await world.pass(5);
    expect(await standing(world, id)).toMatchObject({ s1: "LIVE finished live" });
    expect(await statusOf(world, id)).toBe("ABORTED");
  });

  it("an aborted execution sends no call of the wave under way that has not begun", async () => {
    const world = await startWorld({
      wrap: (tasks, deps) => ({
        ...tasks,
        Live: async (input) => {
          // The abort comes when the wave has been handed out and this step has not begun yet.
          const { execution_id } = input as { execution_id: string };
          await abortExecution(deps)(execution_id, { by: "olga", reason: "wrong customer" });
          return tasks.Live?.(input);
        },
      }),
    });
    const id = await submit(world, three);
    await approveQuietly(world, id, "s1");
    await approve(world, id, "s2");
    await world.rest();
    expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
    expect(await statusOf(world, id)).toBe("ABORTED");
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished execution_aborted" });
  });

  it("an aborted execution sees a call of unknown outcome through", async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "time_out_after_effect", times: 1 });
    const id = await submit(world, three);
    await approve(world, id, "s1");
    await abort(world, id);
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ s1: "LIVE finished live" });
    expect(await statusOf(world, id)).toBe("ABORTED");
  });

  it("an aborted execution is let go by a lock that holds it", async () => {
    const world = await startWorld();
    const id = await submit(world, three);
    await lockSystem(world.deps)({ scope: { kind: "everything" }, mode: "stop_forward", reason: "?" }, "olga");
    await world.settle();
    expect(await statusOf(world, id)).toBe("LOCKED");
    await abort(world, id);
    expect(await statusOf(world, id)).toBe("ABORTED");
    expect(await openRequests(world, id)).toEqual([]);
  });
});

const OPAQUE = { contracts: [standardWith("ghl_update_contact", { outcome_resolution: "OPAQUE" })] };

/** Its first call is made, perhaps a mail that rests on it too, and then it is aborted. */
const abortedAfter = async (world: TestWorld, ...made: string[]): Promise<string> => {
  const steps = [
    update("s1", "c1", { stage: "customer" }),
    mail("m", "Welcome", { after: ["s1"] }),
    update("s2", "c2", { stage: "customer" }, { after: ["m"] }),
  ];
  const id = await submit(world, { plans: [plan("p1", steps)] });
  for (const step_id of made) await approve(world, id, step_id);
  await abort(world, id);
  await world.rest();
  return id;
};

const rollBack = async (world: TestWorld, id: string): Promise<void> => {
  must(await rollBackExecution(world.deps)(id, { by: "omar", reason: "undo it" }, null));
  await world.rest();
};

describe("a roll back of an aborted execution", () => {
  it("a roll back of an aborted execution that failed leaves it LOCKED until a person settles it, also when it is aborted again", async () => {
    const world = await startWorld();
    const id = await abortedAfter(world, "s1");
    expect(await statusOf(world, id)).toBe("ABORTED");
    await world.changeContact("c1", { stage: "vip" });
    await rollBack(world, id);
    expect(await standing(world, id)).toMatchObject({ s1: "LOCKED undo_failed -" });
    expect(await statusOf(world, id)).toBe("LOCKED");
    await abort(world, id);
    expect(await statusOf(world, id)).toBe("LOCKED");
    await decide(world, id, "s1", "undone");
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
    expect(await statusOf(world, id)).toBe("ROLLED_BACK");
  });

  it.each([
    ["approve", "ABORTED finished compensated", "ROLLED_BACK"],
    ["reject", "LIVE finished live", "ABORTED"],
  ] as const)(
    "a roll back of an aborted execution that asks a person first goes on until they %s",
    async (word, stands, ends) => {
      const world = await startWorld();
      const id = await abortedAfter(world, "s1", "m");
      await rollBack(world, id);
      expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL undo_asked live" });
      expect(await statusOf(world, id)).toBe("RUNNING");
      const again = await rollBackExecution(world.deps)(id, { by: "omar", reason: "undo it" }, null);
      expect(JSON.stringify(again)).toContain("what its roll back asks of people is decided");
      await decide(world, id, "s1", word);
      expect(await standing(world, id)).toMatchObject({ s1: stands });
      expect(await statusOf(world, id)).toBe(ends);
    },
  );

  it("a roll back of an aborted execution goes on while nobody knows whether it happened", async () => {
    const world = await startWorld(OPAQUE);
    const id = await abortedAfter(world, "s1");
    await world.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "time_out_before", times: 1 });
    await rollBack(world, id);
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL reconcile_undo -" });
    expect(await statusOf(world, id)).toBe("RUNNING");
    await decide(world, id, "s1", "happened");
    expect(await statusOf(world, id)).toBe("ROLLED_BACK");
  });
});

it("a call of which nobody knows when its execution is aborted keeps nothing up, and a person is still asked about it", async () => {
  const world = await startWorld(OPAQUE);
  await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "time_out_after_effect", times: 1 });
  const id = await abortedAfter(world, "s1");
  expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL reconcile -" });
  expect(await statusOf(world, id)).toBe("ABORTED");
  expect((await requestFor(world, id, "s1")).kind).toBe("reconcile");
  await decide(world, id, "s1", "happened");
  expect(await standing(world, id)).toMatchObject({ s1: "LIVE finished live" });
  expect(await statusOf(world, id)).toBe("ABORTED");
});
