import { lockSystem, unlockSystem } from "../../functions/api/act/lock-system.ts";
import { atMost, type Figure, figureOf, mebibytes, medianOf, peakMebibytes, timed } from "../figure.ts";
import { untilPublished } from "./ending.ts";
import { memoryStack } from "./memory-stack.ts";
import { withStack } from "./on-disk.ts";
import { mustHaveSucceeded, submit } from "./submit.ts";

const STEPS = 200;

/** Requests to the table for one LIVE write of one resource that nobody else wants, by wrapping the table. */
export const writesPerLiveStep = async (): Promise<Figure[]> => {
  const inLive: { writes: number; reads: number }[] = [];
  // One wave at a time, one step: what is counted while Live runs is Live's.
  const { deps, table } = await memoryStack({
    wrap: (tasks, counted) => ({
      ...tasks,
      Live: async (input) => {
        const before = counted.total();
        const answer = await tasks.Live?.(input);
        const after = counted.total();
        inLive.push({ writes: after.writes - before.writes, reads: after.reads - before.reads });
        return answer;
      },
    }),
  });
  const id = await submit(deps, { tool: "bench_write", steps: 1, name: "one" });
  await untilPublished(deps, [id]);
  await mustHaveSucceeded(deps, id);
  const [live] = inLive;
  if (live === undefined || inLive.length !== 1) throw new Error(`Live ran ${inLive.length} times`);

  // What goes with a step over its whole life, beside what an execution costs once.
  const life = async (steps: number, name: string): Promise<number> => {
    table.reset();
    const execution = await submit(deps, { tool: "bench_write", steps, name });
    await untilPublished(deps, [execution]);
    return table.total().writes;
  };
  const perStep = ((await life(STEPS + 10, "more")) - (await life(10, "few"))) / STEPS;
  return [
    atMost(figureOf("database writes of one LIVE call, one resource", live.writes, "writes"), 13),
    figureOf("database reads of one LIVE call, one resource", live.reads, "reads"),
    figureOf("database writes per LIVE step over its whole life", perStep, "writes"),
  ];
};

/** What the safety around LIVE costs without a database: the use cases and the engine, tables in memory. */
export const liveInMemory = async (): Promise<Figure[]> => {
  const { deps } = await memoryStack();
  const run = async (name: string): Promise<void> => {
    const id = await submit(deps, { tool: "bench_write", steps: STEPS, name });
    await untilPublished(deps, [id]);
    await mustHaveSucceeded(deps, id);
  };
  await run("warm");
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) times.push(await timed(() => run(`round-${round}`)));
  return [figureOf("tables in memory: LIVE steps", STEPS / (medianOf(times) / 1_000), "per second")];
};

const IN_FLIGHT = 1_000;

/** From the request to the answer that lists who can still run, with 1,000 calls in flight, database on disk. */
export const lockLatency = (): Promise<Figure[]> =>
  withStack(async ({ deps }) => {
    const at = deps.clock.now().toISOString();
    for (let number = 0; number < IN_FLIGHT; number += 1) {
      await deps.inFlightCalls.put({
        execution_id: `e${number}`,
        step_id: "s1",
        side: "forward",
        tool_name: "bench_write",
        agent_id: "bench",
        started_at: at,
        may_run_until: new Date(Date.parse(at) + 3_600_000).toISOString(),
      });
    }
    const scope = { kind: "everything" } as const;
    const times: number[] = [];
    for (let round = 0; round < 11; round += 1) {
      times.push(
        await timed(async () => {
          const reply = await lockSystem(deps)({ scope, mode: "stop_forward", reason: "bench" }, "alice");
          if (reply.can_still_run.length !== IN_FLIGHT) throw new Error(`${reply.can_still_run.length} calls listed`);
        }),
      );
      await unlockSystem(deps)({ scope, reason: "bench" }, "bob");
    }
    return [figureOf("lock with 1,000 calls in flight, until its answer", medianOf(times), "ms")];
  });

const WAITING = 5_000;
const AT_ONCE = 20;

/** Executions that wait for an approval on one machine, records on disk: what the process holds while nothing happens. */
export const waiting = (): Promise<Figure[]> =>
  withStack(async ({ deps, workflow }) => {
    globalThis.gc?.();
    const before = process.memoryUsage();
    const milliseconds = await timed(async () => {
      for (let begun = 0; begun < WAITING; begun += AT_ONCE) {
        await Promise.all(
          Array.from({ length: AT_ONCE }, (_, place) =>
            submit(deps, { tool: "bench_approved_write", steps: 1, name: `waiting-${begun + place}` }),
          ),
        );
        await workflow.idle();
      }
    });
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    return [
      atMost(figureOf("local stack: 5,000 executions waiting for approval, resident", mebibytes(rss), "MiB"), 300),
      figureOf("heap per waiting execution", (heapUsed - before.heapUsed) / WAITING / 1024, "KiB"),
      figureOf("peak memory on the way there", peakMebibytes(), "MiB"),
      figureOf("local stack: executions brought to their approval", WAITING / (milliseconds / 1_000), "per second"),
    ];
  });
