import { describe, expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { statusOf, summaryOf } from "../harness/outcome.ts";
import { approve, approveAll, decide, submit } from "../harness/people.ts";
import { create, mail, plan, recall, update } from "../harness/plans.ts";
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
