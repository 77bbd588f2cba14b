import { expect, it } from "vitest";
import { health } from "../../../functions/health/score.ts";
import { systemHealth } from "../../../shared/health/report.ts";
import { submit } from "../../harness/people.ts";
import { mail, plan, recall } from "../../harness/plans.ts";
import { startWorld, type TestWorld } from "../../harness/world.ts";

const reads = (plan_id: string) => ({ plans: [plan(plan_id, [recall(`${plan_id}_s1`, "invoice")])] });

const measured = async (world: TestWorld): Promise<number[]> => {
  const { items: points } = await world.deps.metricHistory.read("system_health_score", "2000-01-01", "2100-01-01");
  return points.flatMap(({ value }) => (value === null ? [] : [value]));
};

const publishedHealth = async (world: TestWorld, id: string) =>
  systemHealth.parse(JSON.parse((await world.deps.artifactFiles.read(id, "system_health.json")) ?? ""));

it("an execution is measured once, however often that is asked for", async () => {
  const world = await startWorld();
  const id = await submit(world, reads("p1"));
  await world.rest();
  const [score] = await measured(world);
  await world.pass(5);
  expect(await health(world.deps)({ execution_id: id })).toEqual({ health_score: score });
  expect(await measured(world)).toHaveLength(1);
  expect((await publishedHealth(world, id)).health_score).toBe(score);
});

it("system_health.json counts the execution that has ended as ended only, and those that go on as active", async () => {
  const world = await startWorld();
  const first = await submit(world, reads("p1"));
  await world.rest();
  expect(await publishedHealth(world, first)).toMatchObject({ active_executions: 0, completed_executions: 1 });
  await submit(world, { plans: [plan("p2", [mail("p2_s1", "Hello")])] });
  const third = await submit(world, reads("p3"));
  await world.rest();
  expect(await publishedHealth(world, third)).toMatchObject({ active_executions: 1, completed_executions: 2 });
});
