import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import type { Share } from "./in-workers.ts";
import { playSeed } from "./schedule.ts";

const { schedules, seed, verifyOneIn, place, jobs } = z
  .object({
    schedules: z.number(),
    seed: z.number(),
    verifyOneIn: z.number(),
    place: z.number(),
    jobs: z.number(),
  })
  .parse(workerData);

const found: Share = { played: 0, turns: 0, failures: [] };
for (let each = seed + place; each < seed + schedules; each += jobs) {
  const { failure, turns } = await playSeed(each, { verify_one_in: verifyOneIn });
  found.played += 1;
  found.turns += turns;
  if (failure !== undefined) found.failures.push({ what: String(each), found: String(failure) });
}
parentPort?.postMessage(found);
