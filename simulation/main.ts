import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { exhaust } from "./run-exhaustive.ts";
import { simulate } from "./run-schedules.ts";

const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError("must be a whole number");
  return number;
};

const positive = (text: string): number => {
  const number = whole(text);
  if (number === 0) throw new InvalidArgumentError("must be at least 1");
  return number;
};

const options = new Command("simulate")
  .description("Plays the execution core under faults, in virtual time, and holds it to its promises")
  .option("--schedules <n>", "how many random schedules", whole, 1_000)
  .option("--seed <n>", "the seed of the first; each has the next", whole, 1)
  .option("--jobs <n>", "how many at once", whole, availableParallelism())
  .option("--verify-one-in <n>", "verify the records of every n-th seed only", positive, 1)
  .option("--trace", "print every await point of each schedule (one job)", false)
  .option("--exhaustive", "instead: a death at every await point of every reference", false)
  .option("--pairs", "with --exhaustive: two deaths wherever something is acted on the world, too", false)
  .option("--reference <name>", "with --exhaustive: this reference only")
  .parse()
  .opts<{
    schedules: number;
    seed: number;
    jobs: number;
    verifyOneIn: number;
    trace: boolean;
    exhaustive: boolean;
    pairs: boolean;
    reference?: string;
  }>();

// Nobody reads any more (`... --trace | head`): not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const failures = options.exhaustive ? await exhaust(options) : await simulate(options);
process.exitCode = failures === 0 ? 0 : 1;
