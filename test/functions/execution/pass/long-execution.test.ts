import { expect, it } from "vitest";
import { nextWave } from "../../../../functions/execution/pass/next-wave.ts";
import { eventsOf, statusOf } from "../../../harness/outcome.ts";
import { submit } from "../../../harness/people.ts";
import { plan, recall } from "../../../harness/plans.ts";
import { startWorld, type TaskCall, type WorldOptions } from "../../../harness/world.ts";

/** More than one wave on every rung. */
const STEPS = 210;
const reads = {
  plans: [
    plan(
      "p1",
      Array.from({ length: STEPS }, (_, n) => recall(`r${n}`, "invoices", { agent: `a${n}` })),
    ),
  ],
};

/** Runs them to their end. @returns all that is left of it, and what was asked of the engine's functions */
const run = async (wrap: NonNullable<WorldOptions["wrap"]>) => {
  const calls: TaskCall[] = [];
  const policy = { wait_for_resources_seconds: 3_600 };
  const world = await startWorld({ wrap, policy, watch: (call) => calls.push(call) });
  const id = await submit(world, reads);
  await world.rest();
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
  const execution = await world.deps.executions.get(id);
  return {
    runs: execution?.history,
    records: await world.deps.steps.all(id),
    events: (await eventsOf(world, id)).filter(({ chain }) => chain.startsWith("step:")),
    log: await world.deps.artifactFiles.read(id, "tool_execution_log.jsonl"),
    completed: world.bus.published.filter(({ type }) => type === "OrchestrationCompleted"),
    times: (state: string): number => calls.filter((call) => call.state === state).length,
  };
};

/** Next wave as if histories were filled otherwise than they are. */
const filled =
  (events: (used: number) => number): NonNullable<WorldOptions["wrap"]> =>
  (tasks, deps) => {
    const stored = deps.executions.passAnswers;
    const passAnswers: typeof stored = async (...asked) => {
      const { own, before } = await stored(...asked);
      return { own, before: before && { ...before, events_used: events(Number(before.events_used)) } };
    };
    return { ...tasks, "Next wave": nextWave({ ...deps, executions: { ...deps.executions, passAnswers } }) };
  };

it("an execution that goes on in fresh workflow runs leaves what it would have left in one, and ends once", async () => {
  // Three workflow runs at least.
  const long = await run(filled((used) => used + 7_000));
  expect(long.runs).toBeGreaterThanOrEqual(3);
  expect(long.times("Continue in a fresh history")).toBe(Number(long.runs) - 1);
  expect(long.times("Conclude")).toBe(1);
  expect(long.times("Artifacts")).toBe(1);
  expect(long.completed).toHaveLength(1);

  // The same in one workflow run, as if none were ever full.
  const one = await run(filled(() => 0));
  expect(one.runs).toBe(1);
  expect(long.records).toHaveLength(STEPS);
  expect(long.records).toEqual(one.records);
  expect(long.events).toEqual(one.events);
  expect(long.log).toEqual(one.log);
});
