import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { atMost, besides, type Figure, figureOf } from "./figure.ts";

const figures = z.object({
  empty_ms: z.number(),
  full_ms: z.number(),
  requests: z.number(),
  longest_task_ms: z.object({ by_clock: z.number(), of_processor: z.number() }),
  idle_per_second: z.record(z.string(), z.number()),
});

/** However a browser hangs, the measurement ends. */
const ENDED_WITHIN_MS = 600_000;

/** `test/console/measure.ts` in a process of its own, which is killed when its time is over. @throws Error then */
const measured = async (): Promise<z.infer<typeof figures>> => {
  const main = fileURLToPath(new URL("../test/console/measure.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main], {
    timeout: ENDED_WITHIN_MS,
    killSignal: "SIGKILL",
  });
  return figures.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
};

const MOST_KIBIBYTES = 90;
const MOST_TIMES_EMPTY = 1.5;
const MOST_TASK_MS = 50;
const MOST_PER_SECOND = 0.1;

/** The console in a real browser: what is loaded, how long it takes with a full queue, and what it asks while nobody acts. */
export const benchConsole = async (): Promise<Figure[]> => {
  const { bundleConsole } = await import("../bundling/console.ts");
  const files = await bundleConsole();
  const bytes = files.reduce((sum, { content }) => sum + gzipSync(content, { level: 9 }).length, 0);
  const { empty_ms, full_ms, requests, longest_task_ms, idle_per_second } = await measured();
  const full = besides(
    figureOf(`console: navigation to a usable inbox with ${requests} requests`, full_ms, "ms"),
    empty_ms,
  );
  return [
    atMost(figureOf("console: all code and style, compressed", bytes / 1_024, "KiB"), MOST_KIBIBYTES),
    { ...full, goal: `at most ${MOST_TIMES_EMPTY} times an empty one`, met: full_ms <= MOST_TIMES_EMPTY * empty_ms },
    // By the clock it is as long as other programs make it.
    figureOf("console: longest task while 10,000 steps are scrolled, by the clock", longest_task_ms.by_clock, "ms"),
    atMost(
      figureOf("console: the same, of a processor", longest_task_ms.of_processor, "ms of a processor"),
      MOST_TASK_MS,
    ),
    ...Object.entries(idle_per_second).map(([page, rate]) =>
      atMost(figureOf(`console: requests a second of an idle ${page}`, rate, "/s"), MOST_PER_SECOND),
    ),
  ];
};
