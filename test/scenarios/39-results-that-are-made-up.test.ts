import { expect, it } from "vitest";
import { showExecution } from "../../functions/api/read/show-execution.ts";
import { currentHealth } from "../../functions/health/score.ts";
import { logOf, standing, stepOf, summaryOf } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { call, plan, recall } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const LIST = {
  tool_name: "list_rooms",
  risk_level: "LOW",
  reversible: false,
  timeout_seconds: 5,
  requires_approval: false,
  approvals_required: 0,
  compensation: "none",
  outcome_resolution: "IDEMPOTENT_KEY",
  resources: [{ key: "room:{room_id}", access: "read" }],
};
const BOOK = {
  ...LIST,
  tool_name: "book_room",
  risk_level: "MEDIUM",
  timeout_seconds: 10,
  reversible: true,
  requires_approval: true,
  approvals_required: 1,
  compensation: "adapter",
  resources: [{ key: "room:{room_id}", access: "write" }],
};

const rooms = { room_id: "r7" };

const toolsOf = async (world: TestWorld) =>
  (await world.deps.aggregates.recent(86_400, world.time.clock.now().toISOString(), { except: "none" })).tools;

it("a LIVE success that the sandbox made up is on record as one, and counts for no tool's success", async () => {
  const world = await startWorld({ contracts: [LIST, BOOK] });
  const steps = [call("r1", "list_rooms", rooms), call("w1", "book_room", rooms), recall("r2", "invoices")];
  const id = await submit(world, { plans: [plan("p1", steps)] });
  await approve(world, id, "w1");
  const log = await logOf(world, id);
  expect(log).toMatchObject({
    r1: {
      status: "success",
      execution_mode: "LIVE",
      output_summary: expect.stringMatching(/^made up by the sandbox: /u),
    },
    w1: {
      status: "success",
      execution_mode: "LIVE",
      output_summary: expect.stringMatching(/^made up by the sandbox: /u),
    },
    r2: { status: "success", execution_mode: "LIVE" },
  });
  expect(log.r2?.output_summary).not.toContain("made up");
  const [summary] = (await summaryOf(world, id)).orchestration_results;
  expect(summary?.tool_results.map(({ step_id, made_up }) => [step_id, made_up])).toEqual([
    ["r1", true],
    ["w1", true],
    ["r2", undefined],
  ]);
  const tools = await toolsOf(world);
  expect(tools.memory_search?.steps).toMatchObject({ successes: 1 });
  expect(tools.list_rooms).toBeUndefined();
  expect(tools.book_room).toMatchObject({
    steps: { successes: 0, failures: 0 },
    decisions: { approved_succeeded: 0, approved_without_outcome: 1 },
  });
});

it("a LIVE write that the sandbox made up gives the system's health no evidence of roll backs", async () => {
  const world = await startWorld({ contracts: [BOOK] });
  const id = await submit(world, { plans: [plan("p1", [call("w1", "book_room", rooms)])] });
  await approve(world, id, "w1");
  expect(await standing(world, id)).toEqual({ w1: "LIVE finished live" });
  const { metrics, health_assessment } = await currentHealth(world.deps);
  expect(metrics).toMatchObject({ rollback_frequency: null, tool_success_rate: null });
  expect(health_assessment).toContain("0 LIVE outcomes, 0 committed writes");
});

it("a failure where no service would have answered counts against no tool", async () => {
  const world = await startWorld({ contracts: [LIST] });
  await world.fail({ tool_name: "list_rooms", rung: "call", kind: "reject", message: "no rooms", times: null });
  const id = await submit(world, { plans: [plan("p1", [call("r1", "list_rooms", rooms), recall("r2", "invoices")])] });
  await world.rest();
  expect(await logOf(world, id)).toMatchObject({ r1: { status: "failed" }, r2: { status: "success" } });
  expect(Object.keys(await toolsOf(world))).toEqual(["memory_search"]);
});

it("a duplicate of a call that was made up says so as well, found before it was sent or only at LIVE", async () => {
  const world = await startWorld({ contracts: [{ ...BOOK, duplicate_sensitive: true }] });
  const booking = (step_id: string) => submit(world, { plans: [plan("p1", [call(step_id, "book_room", rooms)])] });
  const [first, beside] = [await booking("w1"), await booking("w2")];
  await approve(world, first, "w1");
  await approve(world, beside, "w2");
  const later = await booking("w3");
  await world.rest();
  for (const [id, step_id] of [
    [beside, "w2"],
    [later, "w3"],
  ] as const) {
    expect(await standing(world, id)).toEqual({ [step_id]: "ABORTED finished conflict" });
    expect((await logOf(world, id))[step_id]?.output_summary).toMatch(/^made up by the sandbox: /u);
    expect(await stepOf(world, id, step_id)).toMatchObject({ made_up: true });
    const shown = await showExecution(world.deps)(id, { steps_limit: 10 });
    const warnings = ["no service answered book_room: the sandbox made the results up"];
    expect(shown).toMatchObject({ ok: true, value: { plans: [{ warnings }] } });
  }
});
