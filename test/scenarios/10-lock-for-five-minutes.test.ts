import { expect, it } from "vitest";
import { lockSystem, unlockSystem } from "../../functions/api/act/lock-system.ts";
import { resumeExecution } from "../../functions/api/act/resume-execution.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { startRun } from "../../functions/records/run-life-cycle.ts";
import { recover } from "../../local/recover.ts";
import type { LockMode, LockScope } from "../../shared/execution/lock/lock.ts";
import { logOf, pathOf, standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, approveQuietly, openRequests, requestFor, submit, tryToDecide } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const everything: LockScope = { kind: "everything" };

const lock = async (world: TestWorld, mode: LockMode = "stop_forward") => {
  const reply = await lockSystem(world.deps)({ scope: everything, mode, reason: "something smells" }, "olga");
  await world.settle();
  return reply;
};

const unlockAndResume = async (world: TestWorld, id: string): Promise<void> => {
  expect(await unlockSystem(world.deps)({ scope: everything, reason: "false alarm" }, "olga")).toMatchObject({
    ok: false,
  });
  expect(await unlockSystem(world.deps)({ scope: everything, reason: "false alarm" }, "omar")).toMatchObject({
    ok: true,
  });
  expect(await resumeExecution(world.deps)(id, { by: "omar", reason: "false alarm" })).toMatchObject({ ok: true });
  await world.rest();
};

it("a lock lists the calls that run, holds everything else, and after unlock what did not drift keeps its decisions", async () => {
  const world = await startWorld();
  for (const n of [1, 2]) {
    await world.fail({
      tool_name: "ghl_update_contact",
      rung: "call",
      kind: "slow",
      delay_ms: 8_000,
      arguments: { contact_id: `c${n}` },
    });
  }
  const contacts = Array.from({ length: 42 }, (_, n) => n + 1);
  const id = await submit(world, {
    plans: contacts.map((n) => plan(`p${n}`, [update(`s${n}`, `c${n}`, { stage: "customer" }, { agent: `a${n}` })])),
  });
  expect(await openRequests(world, id)).toHaveLength(42);
  await approveQuietly(world, id, "s1");
  await approve(world, id, "s2");

  const reply = await lock(world);
  expect(reply.can_still_run.map(({ step_id }) => step_id).sort()).toEqual(["s1", "s2"]);
  const open = await requestFor(world, id, "s7");
  expect(await tryToDecide(world, open, "approve")).toMatchObject({ ok: false });
  await world.pass(8);
  expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  expect(await world.contact("c2")).toMatchObject({ stage: "customer" });
  const held = Object.entries(await standing(world, id)).filter(([step]) => step !== "s1" && step !== "s2");
  expect(held).toHaveLength(40);
  expect(new Set(held.map(([, stands]) => stands))).toEqual(new Set(["LOCKED open lock"]));
  expect(await statusOf(world, id)).toBe("LOCKED");

  await world.changeContact("c9", { stage: "churned" });
  await world.pass(300);
  await unlockAndResume(world, id);
  expect(await statusOf(world, id)).toBe("RUNNING");
  const again = await openRequests(world, id);
  expect(again).toHaveLength(40);
  expect((await requestFor(world, id, "s7")).approval_id).toBe(open.approval_id);
  expect((await requestFor(world, id, "s9")).drift).toEqual([
    { record: "ghl:contact:c9", field: "stage", old: expect.any(String), new: "churned" },
  ]);
  for (const { step_id } of again) await approve(world, id, step_id);
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
  expect(await openRequests(world, id)).toEqual([]);
});

it("a vote that was given before the lock counts after it, and an approved step runs without being asked again", async () => {
  const world = await startWorld({
    contracts: [
      {
        tool_name: "post_entry",
        risk_level: "MEDIUM",
        reversible: true,
        timeout_seconds: 20,
        requires_approval: true,
        approvals_required: 2,
        max_concurrent: 1,
        resources: [{ key: "entry:{entry}", access: "write" }],
        compensation: "adapter",
        outcome_resolution: "QUERYABLE",
        input_schema: { type: "object", properties: { entry: { type: "string" } } },
      },
    ],
  });
  await world.fail({ tool_name: "post_entry", rung: "call", kind: "slow", delay_ms: 5_000, times: 1 });
  const entry = (n: number) => ({
    step_id: `s${n}`,
    agent_id: "a1",
    tool_name: "post_entry",
    arguments: { entry: `e${n}` },
    confidence: 0.95,
  });
  const id = await submit(world, { plans: [plan("p1", [entry(1), entry(2), entry(3)])] });
  for (const step of ["s1", "s2", "s3"]) await approveQuietly(world, id, step, { by: "ann" });
  await approveQuietly(world, id, "s1", { by: "ben" });
  await approve(world, id, "s2", { by: "ben" });
  expect(await standing(world, id)).toMatchObject({ s1: "LIVE open -", s2: "LIVE open -" });
  expect((await lock(world)).can_still_run.map(({ step_id }) => step_id)).toEqual(["s1"]);
  await world.pass(60);
  expect(await standing(world, id)).toEqual({
    s1: "LIVE finished live",
    s2: "LOCKED open lock",
    s3: "LOCKED open lock",
  });
  await unlockAndResume(world, id);
  expect(await standing(world, id)).toMatchObject({ s2: "LIVE finished live" });
  expect((await pathOf(world, id, "s2")).slice(-5)).toEqual([
    "resumed",
    "mock_succeeded",
    "previewed",
    "live_allowed",
    "live_succeeded",
  ]);
  expect((await requestFor(world, id, "s3")).votes.map(({ by }) => by)).toEqual(["ann"]);
  await approve(world, id, "s3", { by: "ben" });
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
});

it("freeze_all holds a roll back too, and it goes on after resume", async () => {
  const world = await startWorld();
  const before = await world.contact("c1");
  await world.fail({
    tool_name: "ghl_update_contact",
    rung: "call",
    kind: "slow",
    delay_ms: 5_000,
    arguments: { contact_id: "c1" },
  });
  await world.fail({
    tool_name: "ghl_update_contact",
    rung: "call",
    kind: "reject",
    arguments: { contact_id: "c2" },
  });
  const id = await submit(world, {
    plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), update("s2", "c2", { stage: "customer" })])],
  });
  await approveQuietly(world, id, "s1");
  await approve(world, id, "s2");
  // s2 has failed, and s1 is still inside its call.
  expect((await lock(world, "freeze_all")).can_still_run.map(({ step_id }) => step_id)).toEqual(["s1"]);
  await world.pass(5);
  expect(await standing(world, id)).toEqual({ s1: "LOCKED undo_frozen -", s2: "ABORTED finished failed" });
  expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  expect(await statusOf(world, id)).toBe("LOCKED");
  await unlockAndResume(world, id);
  expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
  expect(await world.contact("c1")).toEqual(before);
  expect(await statusOf(world, id)).toBe("FAILED");
  expect((await stepOf(world, id, "s1")).reason).toMatch(/^its plan failed at s2: /u);
});

it("freeze_all holds a roll back that a person asked for, and its step says after it that they did", async () => {
  const world = await startWorld();
  const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
  await approve(world, id, "s1");
  await lock(world, "freeze_all");
  const asked = { by: "omar", reason: "the wrong one" };
  expect(await rollBackExecution(world.deps)(id, asked, null)).toMatchObject({ ok: true });
  await world.rest();
  expect(await standing(world, id)).toEqual({ s1: "LOCKED undo_frozen -" });
  await unlockAndResume(world, id);
  expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
  expect((await logOf(world, id)).s1).toMatchObject({
    status: "rollback",
    error_message: "omar asked to undo it: the wrong one",
  });
});

it("stop_forward lets a roll back go on", async () => {
  const world = await startWorld();
  const before = await world.contact("c1");
  for (const [contact_id, kind] of [
    ["c1", "slow"],
    ["c2", "reject"],
  ] as const) {
    await world.fail({
      tool_name: "ghl_update_contact",
      rung: "call",
      kind,
      delay_ms: 5_000,
      arguments: { contact_id },
    });
  }
  const id = await submit(world, {
    plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), update("s2", "c2", { stage: "customer" })])],
  });
  await approveQuietly(world, id, "s1");
  await approve(world, id, "s2");
  await lock(world);
  await world.pass(5);
  expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
  expect(await world.contact("c1")).toEqual(before);
});

it("an execution that begins while everything is locked is MOCK only", async () => {
  const world = await startWorld();
  await lock(world);
  const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
  expect(await standing(world, id)).toEqual({ s1: "MOCK finished ceiling" });
  expect(await pathOf(world, id, "s1")).toEqual(["ceiling_reached"]);
});

it("a request decided while its step is previewed anew after a lock is told to be closed where that preview fails", async () => {
  let decide = async (): Promise<void> => {};
  const world = await startWorld({
    wrap: (tasks) => ({
      ...tasks,
      "Dry run": async (input) => {
        await decide();
        return tasks["Dry run"]?.(input);
      },
    }),
  });
  const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
  await lock(world);
  await world.rest();
  const request = await requestFor(world, id, "s1");
  decide = async () => {
    decide = async () => {};
    await world.fail({ tool_name: "ghl_update_contact", rung: "preview", kind: "reject" });
    expect(await tryToDecide(world, request, "approve")).toMatchObject({ ok: true });
  };
  await unlockAndResume(world, id);
  expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
  const told = world.bus.published.flatMap(({ type, detail }) =>
    type === "ApprovalClosed" && detail.approval_id === request.approval_id ? [detail.status] : [],
  );
  expect(told).toEqual(["approved"]);
});

it("a request decided while its step is previewed anew is told to be closed by a fresh workflow run too, where that preview failed just before it", async () => {
  let meanwhile = async (): Promise<void> => {};
  let after = async (): Promise<void> => {};
  const world = await startWorld({
    wrap: (tasks) => ({
      ...tasks,
      "Dry run": async (input) => {
        await meanwhile();
        const answer = await tasks["Dry run"]?.(input);
        await after();
        return answer;
      },
    }),
  });
  const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
  await lock(world);
  await world.rest();
  const request = await requestFor(world, id, "s1");
  meanwhile = async () => {
    meanwhile = async () => {};
    await world.fail({ tool_name: "ghl_update_contact", rung: "preview", kind: "reject" });
    expect(await tryToDecide(world, request, "approve")).toMatchObject({ ok: true });
  };
  let taken_up = 0;
  after = async () => {
    after = async () => {};
    taken_up += 1;
    for (const execution of await recover(world.deps)) await startRun(world.deps)(execution);
  };
  await unlockAndResume(world, id);
  await world.rest();
  expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
  expect(taken_up).toBe(1);
  const told = world.bus.published.flatMap(({ type, detail }) =>
    type === "ApprovalClosed" && detail.approval_id === request.approval_id ? [detail.status] : [],
  );
  expect(told).toEqual(["approved"]);
});

it.each([
  ["waits again on what it was asked", {}, "approved"],
  ["asks anew, for what it would change is another thing by now", { stage: "lead" }, "approved"],
] as const)(
  "a request decided while its step is rehearsed anew after a lock is told to be closed: the step %s",
  async (_what, meanwhile, status) => {
    let decide = async (): Promise<void> => {};
    const world = await startWorld({
      wrap: (tasks) => ({
        ...tasks,
        Mock: async (input) => {
          await decide();
          return tasks.Mock?.(input);
        },
      }),
    });
    const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
    await lock(world);
    await world.rest();
    const request = await requestFor(world, id, "s1");
    decide = async () => {
      decide = async () => {};
      await world.changeContact("c1", meanwhile);
      expect(await tryToDecide(world, request, "approve")).toMatchObject({ ok: true });
    };
    await unlockAndResume(world, id);
    const told = world.bus.published.flatMap(({ type, detail }) =>
      type === "ApprovalClosed" && detail.approval_id === request.approval_id ? [detail.status] : [],
    );
    expect(told).toEqual([status]);
  },
);
