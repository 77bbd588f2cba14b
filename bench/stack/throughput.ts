import { type Figure, figureOf, medianOf, peakMebibytes, timed } from "../figure.ts";
import { untilPublished } from "./ending.ts";
import { withStack } from "./on-disk.ts";
import { mustHaveEnded, submit } from "./submit.ts";

const EXECUTIONS = 10;
const STEPS = 5;
const ROUNDS = 3;
const LARGE = 1_000;

/** Small executions, 10 at once, from submission to published artifacts. */
export const throughput = (): Promise<Figure[]> =>
  withStack(async ({ deps }) => {
    const round = async (name: string): Promise<void> => {
      const shapes = Array.from({ length: EXECUTIONS }, (_, number) => `${name}-${number}`);
      const ids = await Promise.all(
        shapes.map((each) => submit(deps, { tool: "bench_write", steps: STEPS, name: each })),
      );
      await untilPublished(deps, ids);
      for (const id of ids) await mustHaveEnded(deps, id);
    };
    await round("warm");
    const times: number[] = [];
    for (let number = 0; number < ROUNDS; number += 1) times.push(await timed(() => round(`round-${number}`)));
    const seconds = medianOf(times) / 1_000;
    return [
      figureOf("local stack: executions of 5 LIVE writes, 10 at once", EXECUTIONS / seconds, "per second"),
      figureOf("local stack: LIVE steps", (EXECUTIONS * STEPS) / seconds, "per second"),
    ];
  });

/** One execution of 1,000 LIVE writes; the peak is the whole process's, engine and database included. */
export const large = (): Promise<Figure[]> =>
  withStack(async ({ deps }) => {
    const before = peakMebibytes();
    const milliseconds = await timed(async () => {
      const id = await submit(deps, { tool: "bench_write", steps: LARGE, name: "large" });
      await untilPublished(deps, [id]);
      await mustHaveEnded(deps, id);
    });
    return [
      figureOf("local stack: one execution of 1,000 LIVE writes", milliseconds / 1_000, "s"),
      figureOf("local stack: peak memory of that process", peakMebibytes(), "MiB"),
      figureOf("local stack: peak memory before it began", before, "MiB"),
    ];
  });
