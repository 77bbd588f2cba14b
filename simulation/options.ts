import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { z } from "zod";

const whole = (least: number) => z.coerce.number().int().min(least);

const options = z.strictObject({
  schedules: whole(1).default(1_000),
  seed: whole(0).default(1),
  workers: whole(1).default(availableParallelism()),
  trace: z.boolean().default(false),
  exhaustive: z.boolean().default(false),
  help: z.boolean().default(false),
});
export type Options = z.infer<typeof options>;

export const USAGE = `npm run simulate -- [options]

  --schedules N   how many schedules, each from its own seed (default 1000)
  --seed S        seed of the first; schedule n of a run has seed S + n (default 1)
  --workers W     processes side by side (default: one per processor)
  --trace         print every await point; with --schedules 1 --seed S this replays a failure
  --exhaustive    instead of random schedules: a death before and after every await point of each reference plan

Ends with 0 when every invariant held in every schedule, with 1 when one did not, with 2 when the options are wrong.`;

/** @throws Error that says which option is wrong */
export const readOptions = (argv: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      schedules: { type: "string" },
      seed: { type: "string" },
      workers: { type: "string" },
      trace: { type: "boolean" },
      exhaustive: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  const read = options.safeParse(values);
  if (read.success) return read.data;
  throw new Error(read.error.issues.map((issue) => `--${issue.path.join(".")}: ${issue.message}`).join("\n"));
};
