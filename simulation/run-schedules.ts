import { inWorkers } from "./in-workers.ts";
import { Violation } from "./invariants/invariant.ts";
import { playSeed } from "./schedule.ts";

export type SimulateOptions = {
  readonly schedules: number;
  readonly seed: number;
  readonly jobs: number;
  /** The records of every n-th seed are held to `buddy verify`: it is most of what a schedule's check costs. */
  readonly verifyOneIn: number;
  readonly trace: boolean;
};

const REPORTED = 10;

/** Plays the schedules and says what was found. @returns how many failed */
export const simulate = async (options: SimulateOptions): Promise<number> => {
  if (options.trace) return traced(options);
  const { schedules, seed, jobs, verifyOneIn } = options;
  const started = performance.now();
  const found = await inWorkers(new URL("./schedules-worker.ts", import.meta.url), jobs, {
    schedules,
    seed,
    verifyOneIn,
  });
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${found.played} schedules from seed ${seed} in ${seconds.toFixed(1)} s with ${jobs} jobs (${(found.played / seconds).toFixed(0)} a second, ${(found.turns / found.played).toFixed(0)} await points each): ${found.failures.length} failed`,
  );
  for (const failure of found.failures.slice(0, REPORTED)) {
    console.log(`seed ${failure.what}: ${failure.found}`);
    console.log(`  npm run simulate -- --seed ${failure.what} --schedules 1 --trace`);
  }
  return found.failures.length;
};

/** One after the other, with everything that happened. */
const traced = async ({ schedules, seed, verifyOneIn }: SimulateOptions): Promise<number> => {
  let failed = 0;
  for (let each = seed; each < seed + schedules; each += 1) {
    const { failure, trace, turns, seconds } = await playSeed(each, { traced: true, verify_one_in: verifyOneIn });
    for (const line of trace) console.log(line);
    console.log(`seed ${each}: ${turns} await points, ${seconds} virtual seconds`);
    if (failure === undefined) continue;
    failed += 1;
    console.log(failure instanceof Violation ? failure.message : failure);
  }
  return failed;
};
