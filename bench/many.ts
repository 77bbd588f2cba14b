import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { atMost, besides, type Figure, figureOf } from "./figure.ts";

/** The figures of `npm run many` that are kept here. */
const figures = z.object({
  submitted: z.number(),
  ended: z.number(),
  seconds: z.number(),
  peak_rss_mib: z.number(),
  publishes_per_execution: z.number(),
  health_values_per_execution: z.number(),
  items_read_per_execution: z.number(),
  restart_seconds: z.number().nullable(),
});

/**
 * `npm run many` with these options, as a process of its own.
 * @throws Error when it prints no figures; what it calls wrong shows in them
 */
const many = async (...options: readonly string[]): Promise<z.infer<typeof figures>> => {
  const main = fileURLToPath(new URL("../test/many/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const printed: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  await once(child, "close");
  const text = printed.join("");
  const begins = text.lastIndexOf("\n{\n");
  if (begins === -1) throw new Error(`many ${options.join(" ")} printed no figures: ${text.slice(-500)}`);
  return figures.parse(JSON.parse(text.slice(begins)));
};

const exactly = (figure: Figure, wanted: number): Figure => ({
  ...figure,
  goal: `exactly ${wanted}`,
  met: figure.figure === wanted,
});

/** How many executions one machine carries at once, over HTTP, on a database in a folder. */
export const manyExecutions = async (): Promise<Figure[]> => {
  const ones = await many("--executions", "1000");
  const tens = await many("--executions", "200", "--steps", "10");
  const again = await many("--executions", "1000", "--restart-after", "1000");
  const beside50 = await many("--executions", "100", "--waiting", "50");
  const beside400 = await many("--executions", "100", "--waiting", "400");
  const reads = (of: typeof ones): number => of.items_read_per_execution;
  return [
    exactly(figureOf("1,000 executions of one step, 8 submitted at a time: ended", ones.ended, "of 1000"), 1_000),
    figureOf("  until the last has ended", ones.seconds, "s"),
    figureOf("  peak memory of the server", ones.peak_rss_mib, "MiB"),
    exactly(figureOf("  publishes of each", ones.publishes_per_execution, "per execution"), 1),
    exactly(figureOf("  health values of each", ones.health_values_per_execution, "per execution"), 1),
    exactly(figureOf("200 executions of ten steps: ended", tens.ended, "of 200"), 200),
    figureOf("  until the last has ended", tens.seconds, "s"),
    figureOf("  peak memory of the server", tens.peak_rss_mib, "MiB"),
    figureOf("1,000 submitted, killed: the server listens again after", again.restart_seconds ?? Number.NaN, "s"),
    exactly(figureOf("  ended after the restart", again.ended, "of 1000"), 1_000),
    besides(
      atMost(
        figureOf("items read per ended execution with 400 waiting", reads(beside400), "items"),
        1.2 * reads(beside50),
      ),
      reads(beside50),
    ),
  ];
};
