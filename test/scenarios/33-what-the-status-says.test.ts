import { describe, expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { switchLive } from "../../functions/api/act/switch-live.ts";
import { showExecution } from "../../functions/api/read/show-execution.ts";
import { statusOf, summaryOf } from "../harness/outcome.ts";
import { approve, approveAll, decide, must, submit } from "../harness/people.ts";
import { call, create, mail, plan, recall, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const customer = { stage: "customer" };

const completed = (world: TestWorld): unknown =>
  world.bus.published.findLast(({ type }) => type === "OrchestrationCompleted")?.detail.status;

/** SUCCEEDED and the plans' own counts say the same. */
const agrees = async (world: TestWorld, id: string, status: string): Promise<void> => {
  expect(await statusOf(world, id)).toBe(status);
  expect(completed(world)).toBe(status);
  const { plans_processed, plans_successful } = await summaryOf(world, id);
  expect(plans_successful === plans_processed).toBe(status === "SUCCEEDED");
};

describe("the status of an execution that ended says what happened:", () => {
  it("an execution is INCOMPLETE where its only request was rejected", async () => {
    const world = await startWorld();
    const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", customer)])] });
    await decide(world, id, "s1", "reject", { comment: "not a customer" });
    await agrees(world, id, "INCOMPLETE");
    expect(await summaryOf(world, id)).toMatchObject({ plans_incomplete: 1, plans_failed: 0 });
  });

  it("an execution is INCOMPLETE where a plan never left MOCK beside one that did all", async () => {
    const world = await startWorld();
    const unsure = { ...update("s1", "c1", customer), confidence: 0.2 };
    const id = await submit(world, { plans: [plan("p1", [unsure]), plan("p2", [recall("s2", "invoices")])] });
    await world.rest();
    await agrees(world, id, "INCOMPLETE");
    expect(await summaryOf(world, id)).toMatchObject({ plans_successful: 1, plans_incomplete: 1 });
  });

  it("an execution is INCOMPLETE where a mail was dropped as the duplicate of another", async () => {
    const world = await startWorld();
    const first = await submit(world, { plans: [plan("p1", [mail("s1", "Offer")])] });
    await approve(world, first, "s1");
    await agrees(world, first, "SUCCEEDED");
    const second = await submit(world, { plans: [plan("p2", [mail("s2", "Offer")])] });
    await world.rest();
    await agrees(world, second, "INCOMPLETE");
  });

  it("an execution is SUCCEEDED where no more than a rehearsal was asked for", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [plan("p1", [update("s1", "c1", customer)])],
      config: { dry_run_only: true },
    });
    await world.rest();
    await agrees(world, id, "SUCCEEDED");
  });

  it("an execution is ROLLED_BACK where a person undid it, also where something of it cannot be undone and stands", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [plan("p1", [update("s1", "c1", customer)]), plan("p2", [create("s2", "new@example.org")])],
    });
    await approveAll(world, id);
    await agrees(world, id, "SUCCEEDED");
    expect(await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong" }, null)).toMatchObject({ ok: true });
    await world.rest();
    await agrees(world, id, "ROLLED_BACK");
  });
});

it("the health of an execution that failed counts it once: as failed, and not as active", async () => {
  const world = await startWorld();
  await world.fail({ tool_name: "ghl_update_contact", rung: "preview", kind: "reject" });
  const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", customer)])] });
  await world.rest();
  await agrees(world, id, "FAILED");
  const health = JSON.parse((await world.deps.artifactFiles.read(id, "system_health.json")) ?? "");
  expect(health).toMatchObject({ active_executions: 0, completed_executions: 0, failed_executions: 1 });
});

describe("the ceiling of a step that is over", () => {
  const ceilingsOf = async (world: TestWorld, id: string) => {
    const { steps } = must(await showExecution(world.deps)(id, { steps_limit: 10 }));
    return Object.fromEntries(
      steps.map(({ step_id, ceiling }) => [
        step_id,
        [ceiling?.mode, ...(ceiling?.reasons ?? []).map((r) => r.message)],
      ]),
    );
  };

  it("the ceiling of a step that is over is the one that it ended by, whatever was undone or switched off since", async () => {
    const world = await startWorld();
    const steps = [
      update("s1", "c1", customer),
      call("r", "goal_query", { query: "x" }, { after: ["s1"] }),
      mail("m", "Offer", { after: ["s1"] }),
      update("s2", "c2", customer, { after: ["m"] }),
    ];
    const id = await submit(world, { plans: [plan("p1", steps)] });
    await approve(world, id, "s1");
    await decide(world, id, "m", "reject");
    const ended = { s1: ["LIVE"], r: ["LIVE"], m: ["LIVE"] };
    const refused = ["DRY_RUN", "m (msgraph_send_email), which it depends on, got no further than DRY_RUN"];
    expect(await ceilingsOf(world, id)).toEqual({ ...ended, s2: refused });
    must(await rollBackExecution(world.deps)(id, { by: "omar", reason: "the wrong one" }, null));
    await world.rest();
    expect(await statusOf(world, id)).toBe("ROLLED_BACK");
    await switchLive(world.deps)({ enabled: false }, "olga");
    expect(await ceilingsOf(world, id)).toEqual({ ...ended, s2: refused });
  });
});
