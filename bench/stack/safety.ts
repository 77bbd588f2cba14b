import pMap from "p-map";
import { lockSystem, unlockSystem } from "../../functions/api/act/lock-system.ts";
import type { Deps } from "../../functions/deps.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import { giveBackMemory } from "../../local/give-back-memory.ts";
import type { Stack } from "../../local/stack.ts";
import { atMost, besides, type Figure, figureOf, mebibytes, medianOf, peakMebibytes, timed } from "../figure.ts";
import { barePorts } from "./bare-ports.ts";
import { untilPublished } from "./ending.ts";
import { memoryStack } from "./memory-stack.ts";
import { withStack } from "./on-disk.ts";
import { mustHaveEnded, submit } from "./submit.ts";

const STEPS = 200;

type Requests = { readonly writes: number; readonly reads: number };

/** Requests to the table while Live makes one call that writes one resource nobody else wants, by wrapping the table. */
const requestsOfLive = async (replaced: Partial<Deps>): Promise<Requests> => {
  const inLive: Requests[] = [];
  // One wave at a time, one step: what is counted while Live runs is Live's.
  const { deps } = await memoryStack({
    replaced,
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
  await mustHaveEnded(deps, id);
  const [live] = inLive;
  if (live === undefined || inLive.length !== 1) throw new Error(`Live ran ${inLive.length} times`);
  return live;
};

/** Beside each: the same without what makes LIVE safe. */
export const writesPerLiveStep = async (): Promise<Figure[]> => {
  const [safe, bare] = [await requestsOfLive({}), await requestsOfLive(barePorts())];
  const { deps, table } = await memoryStack();
  // The cost of a step over its whole life, beside what an execution costs once.
  const life = async (steps: number, name: string): Promise<number> => {
    table.reset();
    const execution = await submit(deps, { tool: "bench_write", steps, name });
    await untilPublished(deps, [execution]);
    return table.total().writes;
  };
  const perStep = ((await life(STEPS + 10, "more")) - (await life(10, "few"))) / STEPS;
  return [
    besides(atMost(figureOf("database writes of one LIVE call, one resource", safe.writes, "writes"), 13), bare.writes),
    besides(figureOf("database reads of one LIVE call, one resource", safe.reads, "reads"), bare.reads),
    figureOf("database writes per LIVE step over its whole life", perStep, "writes"),
  ];
};

/**
 * The cost of the safety around LIVE without a database: the use cases and the engine, tables in memory. Beside it, in
 * turn and in the same process, the same without it.
 */
export const liveInMemory = async (): Promise<Figure[]> => {
  const runner = async (replaced: Partial<Deps>) => {
    const { deps } = await memoryStack({ replaced });
    return async (name: string): Promise<void> => {
      const id = await submit(deps, { tool: "bench_write", steps: STEPS, name });
      await untilPublished(deps, [id]);
      await mustHaveEnded(deps, id);
    };
  };
  const [safe, bare] = [await runner({}), await runner(barePorts())];
  for (const run of [safe, bare]) await run("warm");
  const times = { safe: [] as number[], bare: [] as number[] };
  for (let round = 0; round < 5; round += 1) {
    times.safe.push(await timed(() => safe(`round-${round}`)));
    times.bare.push(await timed(() => bare(`round-${round}`)));
  }
  const perSecond = (each: readonly number[]): number => STEPS / (medianOf(each) / 1_000);
  const figure = figureOf("tables in memory: LIVE steps", perSecond(times.safe), "per second");
  return [besides(figure, perSecond(times.bare))];
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

const WAITING_AT_LOCK = 1_500;
const RUNNING_AT_LOCK = 500;
const MOST_SWEEPS = 10;

/**
 * From the request to its answer on a busy machine: 1,500 executions wait for an approval, 500 have just been submitted
 * and are under way in the same process. None of them may fail for being told.
 */
export const lockOfMany = (): Promise<Figure[]> =>
  withStack(async ({ deps, workflow }) => {
    const waited = await bringToWaiting({ deps, workflow }, WAITING_AT_LOCK);
    const running = await Promise.all(
      Array.from({ length: RUNNING_AT_LOCK }, (_, place) =>
        submit(deps, { tool: "bench_write", steps: 1, name: `running-${place}` }),
      ),
    );
    const scope = { kind: "everything" } as const;
    const milliseconds = await timed(() => lockSystem(deps)({ scope, mode: "stop_forward", reason: "bench" }, "alice"));
    await workflow.idle();
    const ids = [...waited, ...running];
    const ends = () =>
      pMap(ids, async (id) => (await deps.executions.get(id))?.concluded ?? "open", { concurrency: AT_ONCE });
    // The schedule of once a minute, without the minutes.
    let sweeps = 0;
    let ended = await ends();
    while (ended.includes("open") && sweeps < MOST_SWEEPS) {
      sweeps += 1;
      await sweep(deps)();
      await workflow.idle();
      ended = await ends();
    }
    const failed = ended.filter((as) => as === "FAILED").length;
    const open = ended.filter((as) => as === "open").length;
    const all = `of ${ids.length}`;
    return [
      atMost(figureOf("lock with 1,500 waiting and 500 running, until its answer", milliseconds, "ms"), 2_000),
      atMost(figureOf("executions that failed for it", failed, all), 0),
      figureOf("sweeps, one a minute, until each was told", sweeps, "sweeps"),
      atMost(figureOf("executions of them still open after those sweeps", open, all), 0),
      figureOf("peak memory of it all", peakMebibytes(), "MiB"),
    ];
  });

const WAITING = 5_000;
const AT_ONCE = 20;

/** Executions that wait for an approval, submitted a few at a time. @returns their ids */
const bringToWaiting = async (
  { deps, workflow }: Pick<Stack, "deps" | "workflow">,
  count: number,
): Promise<string[]> => {
  const ids: string[] = [];
  for (let begun = 0; begun < count; begun += AT_ONCE) {
    const submitted = await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count - begun) }, (_, place) =>
        submit(deps, { tool: "bench_approved_write", steps: 1, name: `waiting-${begun + place}` }),
      ),
    );
    ids.push(...submitted);
    await workflow.idle();
  }
  return ids;
};

/**
 * Executions that wait for an approval on one machine, records on disk: what the process holds while nothing happens,
 * which is when the server gives back what it does not need.
 */
export const waiting = (): Promise<Figure[]> =>
  withStack(async ({ deps, workflow, forget }) => {
    globalThis.gc?.();
    const before = process.memoryUsage();
    const milliseconds = await timed(() => bringToWaiting({ deps, workflow }, WAITING));
    const busy = process.memoryUsage().rss;
    const pause = await timed(async () => {
      forget();
      giveBackMemory();
    });
    const { heapUsed, rss } = process.memoryUsage();
    return [
      atMost(figureOf("local stack: 5,000 executions waiting for approval, resident", mebibytes(rss), "MiB"), 200),
      figureOf("heap per waiting execution", (heapUsed - before.heapUsed) / WAITING / 1024, "KiB"),
      figureOf("what it held before it came to rest", mebibytes(busy), "MiB"),
      figureOf("how long giving back the rest stopped it", pause, "ms"),
      figureOf("peak memory on the way there", peakMebibytes(), "MiB"),
      figureOf("local stack: executions brought to their approval", WAITING / (milliseconds / 1_000), "per second"),
    ];
  });
