import { describe, expect, it } from "vitest";
import type { Key } from "../../functions/adapters/table/item.ts";
import { eventKey, stepKey } from "../../functions/adapters/table/keys/of-executions.ts";
import { aggregateMonth, aggregatePlaceKey, METRIC_VALUES } from "../../functions/adapters/table/keys/of-measures.ts";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { readMetric } from "../../functions/api/read/read-metric.ts";
import { currentCalibration } from "../../functions/health/calibration.ts";
import { currentHealth } from "../../functions/health/score.ts";
import { approve, must, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const one = (step_id: string, contact: string) => ({
  plans: [plan(`p_${step_id}`, [update(step_id, contact, { stage: "customer" }, { agent: `a_${step_id}` })])],
});

const damage = async ({ table }: TestWorld, key: Key): Promise<void> => {
  await table.put({ ...(await table.get(key)), ...key, body: "{" });
};

const ended = async (world: TestWorld, step_id: string, contact: string): Promise<string> => {
  const id = await submit(world, one(step_id, contact));
  await approve(world, id, step_id);
  await world.rest();
  return id;
};

/** Two executions that ended, and what one of them adds up to cannot be read any more. */
const sumDamaged = async () => {
  const world = await startWorld();
  const [lost, whole] = [await ended(world, "lost", "c1"), await ended(world, "whole", "c2")];
  const at = String((await world.table.get(aggregatePlaceKey(lost)))?.at);
  await damage(world, { pk: aggregateMonth(at), sk: `${at}#${lost}` });
  return { world, lost, whole };
};

describe("an execution that cannot be read", () => {
  it("an execution that cannot be read is named beside the health of the others, in words and by its id", async () => {
    const { world, lost } = await sumDamaged();
    const health = await currentHealth(world.deps);
    expect(health.unread_executions).toEqual([lost]);
    expect(health.health_assessment).toContain(`1 execution could not be read and count nowhere: ${lost}.`);
    expect(health.completed_executions).toBe(1);
  });

  it("an execution that cannot be read is named beside what agents and tools are known for", async () => {
    const { world, lost } = await sumDamaged();
    // The sums of a week are kept for minutes.
    await world.pass(600);
    expect((await currentCalibration(world.deps)).unread_executions).toEqual([lost]);
  });

  it("an execution that cannot be read is still named once its hour has been added up", async () => {
    const { world, lost } = await sumDamaged();
    await world.pass(3 * 3_600);
    await world.deps.aggregates.rollUp(world.deps.clock.now().toISOString());
    expect((await currentHealth(world.deps)).unread_executions).toEqual([lost]);
  });

  it("an execution that cannot be read is counted beside the points that lack it, in history and artifact", async () => {
    const { world, lost } = await sumDamaged();
    await world.pass(600);
    const next = await ended(world, "next", "c3");
    await world.pass(1);
    const history = must(await readMetric(world.deps)("approval_rate", {}));
    expect(history.points.map(({ unread }) => unread)).toEqual([undefined, undefined, 1]);
    const artifact = JSON.parse((await world.deps.artifactFiles.read(next, "system_health.json")) ?? "{}");
    expect(artifact.health_assessment).toContain(`count nowhere: ${lost}.`);
  });

  it("an execution that cannot be read is named where its events were damaged before its end, and nothing is added up", async () => {
    const world = await startWorld();
    const id = await submit(world, one("broken", "c1"));
    await damage(world, stepKey(id, "broken"));
    await damage(world, eventKey(id, "step:broken", 1));
    await abortExecution(world.deps)(id, { by: "olga", reason: "wrong customer" });
    await world.rest(3_600);
    expect((await currentHealth(world.deps)).unread_executions).toEqual([id]);
  });

  it("an execution that cannot be read is told of once where there is no evidence at all", async () => {
    const { world, whole } = await sumDamaged();
    const at = String((await world.table.get(aggregatePlaceKey(whole)))?.at);
    await damage(world, { pk: aggregateMonth(at), sk: `${at}#${whole}` });
    const { health_score, health_assessment } = await currentHealth(world.deps);
    expect(health_score).toBeNull();
    expect(health_assessment).toContain("No evidence yet");
    expect(health_assessment).toContain("2 executions could not be read");
  });
});

it("a value of a metric that cannot be read is named by its place beside the others", async () => {
  const world = await startWorld();
  const first = await ended(world, "one", "c1");
  await ended(world, "two", "c2");
  const item = (await world.table.query(METRIC_VALUES)).find(({ sk }) => sk.includes(first));
  if (item === undefined) throw new Error("nothing was measured");
  await damage(world, item);
  await world.pass(1);
  const history = must(await readMetric(world.deps)("system_health_score", {}));
  expect(history.points).toHaveLength(1);
  expect(history.unreadable).toEqual([`${item.pk} / ${item.sk}`]);
});
