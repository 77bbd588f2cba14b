import { Metrics as Emf } from "@aws-lambda-powertools/metrics";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { jsonLines } from "../../functions/adapters/log/json-lines.ts";
import { loggingMetrics } from "../../functions/adapters/metrics/logging.ts";
import { powertoolsMetrics } from "../../functions/adapters/metrics/powertools.ts";
import { lockSystem } from "../../functions/api/act/lock-system.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { awsMetrics } from "../../functions/aws/metrics.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import { METRIC_NAMES } from "../../shared/health/metrics.ts";
import { COUNTS, GAUGES, TELEMETRY_NAMES } from "../../shared/health/telemetry.ts";
import { approve, decide, must, submit } from "../harness/people.ts";
import { create, mail, plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const customer = (step: string, contact: string) => update(step, contact, { stage: "customer" });

describe("metrics, as the use cases measure them", () => {
  let world: TestWorld;
  beforeEach(async () => {
    world = await startWorld();
  });
  const measured = () => Object.assign({}, ...world.metrics.published);
  const gauges = async () => {
    await sweep(world.deps)();
    return world.metrics.published.at(-1);
  };

  it("metrics say every minute how things stand, also when nothing happens", async () => {
    expect(await gauges()).toEqual(Object.fromEntries(GAUGES.map((name) => [name, 0])));
  });

  it("metrics count what waits for people, for how long, and what is about to expire", async () => {
    await submit(world, { plans: [plan("p1", [customer("s1", "c1"), customer("s2", "c2")])] });
    await world.pass(1_800);
    const config = { approval_timeout_seconds: 14_401 };
    await submit(world, { plans: [plan("p2", [customer("s1", "c3")])], config });
    expect(await gauges()).toMatchObject({
      approvals_waiting: 3,
      approvals_oldest_seconds: 1_800,
      approvals_expiring: 0,
    });
    await world.pass(1);
    expect(await gauges()).toMatchObject({
      approvals_waiting: 3,
      approvals_oldest_seconds: 1_801,
      approvals_expiring: 1,
    });
  });

  it("metrics count no request that expired under a lock, since nobody can decide it", async () => {
    await submit(world, { plans: [plan("p1", [customer("s1", "c1")])], config: { approval_timeout_seconds: 60 } });
    expect(await gauges()).toMatchObject({ approvals_waiting: 1, approvals_expiring: 1 });
    await lockSystem(world.deps)({ scope: { kind: "everything" }, mode: "stop_forward", reason: "odd" }, "olga");
    await world.settle();
    await world.pass(60);
    const nothing = { approvals_waiting: 0, approvals_oldest_seconds: 0, approvals_expiring: 0 };
    expect(await gauges()).toMatchObject({ ...nothing, lock_held: 1 });
  });

  it("metrics measure every page of what waits", async () => {
    const steps = Array.from({ length: 130 }, (_, at) => create(`s${at}`, `p${at}@example.com`));
    const config = { max_live_escalations: 200 };
    await submit(world, { plans: [plan("p1", steps)], config });
    expect(await gauges()).toMatchObject({ approvals_waiting: 130 });
  });

  it("metrics count outcomes that nobody knows until a person has found out", async () => {
    const id = await submit(world, { plans: [plan("p1", [create("s1", "new@e.example")])] });
    await world.fail({ tool_name: "ghl_create_contact", rung: "call", kind: "time_out_before" });
    await world.fail({ tool_name: "ghl_create_contact", rung: "look_up", kind: "time_out_before" });
    await approve(world, id, "s1");
    await world.rest(3_600);
    expect(await gauges()).toMatchObject({ outcomes_indeterminate: 1, compensations_failed: 0 });
  });

  it("metrics count compensations that failed, and the execution that failed with them", async () => {
    const id = await submit(world, { plans: [plan("p1", [customer("s1", "c1"), customer("s2", "c2")])] });
    await world.fail({ tool_name: "ghl_update_contact", rung: "compensate", kind: "reject" });
    await approve(world, id, "s1");
    await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "reject" });
    await approve(world, id, "s2");
    await world.rest(3_600);
    expect(await gauges()).toMatchObject({ compensations_failed: 1 });
    expect(measured()).toMatchObject({ executions_concluded: 1 });
  });

  it("metrics count roll backs that wait for a person's word, until it is given", async () => {
    const steps = [customer("s1", "c1"), mail("s2", "you are a customer", { after: ["s1"] })];
    const id = await submit(world, { plans: [plan("p1", steps)] });
    await approve(world, id, "s1");
    await approve(world, id, "s2");
    await world.rest();
    must(await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong stage" }, null));
    await world.rest(3_600);
    expect(await gauges()).toMatchObject({ approvals_waiting: 1, undos_asked: 1, compensations_failed: 0 });
    await decide(world, id, "s1", "reject");
    expect(await gauges()).toMatchObject({ approvals_waiting: 0, undos_asked: 0 });
  });

  it("metrics measure whether a lock is held", async () => {
    await lockSystem(world.deps)(
      { scope: { kind: "tool", tool_name: "x" }, mode: "stop_forward", reason: "odd" },
      "ann",
    );
    expect(await gauges()).toMatchObject({ lock_held: 1 });
  });

  it("metrics are the eight of health after every execution, those that have a value", async () => {
    const id = await submit(world, { plans: [plan("p1", [customer("s1", "c1")])] });
    await approve(world, id, "s1");
    await world.rest();
    const named = Object.keys(measured());
    expect(METRIC_NAMES.filter((name) => !named.includes(name))).toEqual([]);
    expect(measured()).toMatchObject({ tool_success_rate: 1, approval_rate: 1, executions_failed: 0 });
    await submit(await replaced(), { plans: [plan("p1", [{ ...customer("s1", "c1"), confidence: 0.1 }])] });
    expect(Object.keys(measured())).not.toContain("tool_success_rate");
  });
  const replaced = async (): Promise<TestWorld> => {
    world = await startWorld();
    return world;
  };

  it("metrics count an execution that failed once, however often it is concluded", async () => {
    await world.fail({ tool_name: "ghl_update_contact", rung: "preview", kind: "reject" });
    const id = await submit(world, { plans: [plan("p1", [customer("s1", "c1")])] });
    await world.rest();
    await world.tasks.tasks.Conclude?.({ execution_id: id, history: 1, decision: "DONE" });
    const failed = world.metrics.published.flatMap(({ executions_failed }) => executions_failed ?? []);
    expect(failed).toEqual([1]);
  });

  it("metrics count an execution that left something undone as incomplete, and not as failed", async () => {
    await submit(world, { plans: [plan("p1", [{ ...customer("s1", "c1"), confidence: 0.1 }])] });
    await world.rest();
    expect(measured()).toMatchObject({ executions_concluded: 1, executions_failed: 0, executions_incomplete: 1 });
  });
});

const document = z.object({
  _aws: z.object({
    Timestamp: z.number().int().positive(),
    CloudWatchMetrics: z.tuple([
      z.strictObject({
        Namespace: z.literal("Buddy"),
        Dimensions: z.tuple([z.tuple([z.literal("service")])]),
        Metrics: z.array(z.strictObject({ Name: z.enum(TELEMETRY_NAMES), Unit: z.string() })),
      }),
    ]),
  }),
  service: z.string(),
});

describe("metrics, as a function emits them", () => {
  const lines: string[] = [];
  beforeEach(() => {
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => lines.push(String(chunk)) > 0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    lines.length = 0;
  });
  const emitted = () => lines.map((line) => ({ ...document.parse(JSON.parse(line)), values: JSON.parse(line) }));

  it("metrics are one document each time, with the stage as their only dimension and the right units", () => {
    const { metrics } = awsMetrics({ STAGE: "test" });
    metrics.publish({ approvals_waiting: 3, approvals_oldest_seconds: 60.5, execution_latency_ms: 12, lock_held: 1 });
    metrics.publish({ approval_rate: 0.5 });
    const [first, second] = emitted();
    expect(first?.values).toMatchObject({
      service: "buddy-test",
      approvals_waiting: 3,
      approvals_oldest_seconds: 60.5,
    });
    expect(first?._aws.CloudWatchMetrics[0].Metrics).toEqual([
      { Name: "execution_latency_ms", Unit: "Milliseconds" },
      { Name: "approvals_waiting", Unit: "Count" },
      { Name: "approvals_oldest_seconds", Unit: "Seconds" },
      { Name: "lock_held", Unit: "None" },
    ]);
    expect(second?._aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: "approval_rate", Unit: "None" }]);
    expect(second?.values).not.toHaveProperty("approvals_waiting");
  });

  it("metrics are no document where there is nothing to say", () => {
    powertoolsMetrics(new Emf({ namespace: "Buddy", serviceName: "buddy-test" })).publish({});
    expect(lines).toEqual([]);
  });

  it("metrics are a line of the log on one machine", () => {
    const log = jsonLines({ least: "info", write: (line) => lines.push(line) });
    loggingMetrics(log).publish({ lock_held: 1 });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "INFO", message: "metrics", lock_held: 1 });
  });

  it("a function emits each metric under a name of its own", () => {
    expect(TELEMETRY_NAMES.length).toBe(METRIC_NAMES.length + GAUGES.length + COUNTS.length);
    expect(new Set(TELEMETRY_NAMES).size).toBe(TELEMETRY_NAMES.length);
  });
});
