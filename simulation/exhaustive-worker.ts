import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { pairsOfDeaths, playReference, singleDeaths } from "./exhaustive.ts";
import type { Death } from "./hazards/scripted-hazards.ts";
import type { Share } from "./in-workers.ts";
import { REFERENCES } from "./plans/references.ts";

const { place, jobs, pairs, reference } = z
  .object({ place: z.number(), jobs: z.number(), pairs: z.boolean(), reference: z.string().nullable() })
  .parse(workerData);

const found: Share = { played: 0, turns: 0, failures: [] };
const inWords = (deaths: readonly Death[]): string => deaths.map(({ at, fate }) => `${fate} ${at}`).join(", ");

for (const each of REFERENCES) {
  if (reference !== null && each.name !== reference) continue;
  const { calls } = await playReference(each);
  const deaths = pairs ? pairsOfDeaths(calls) : singleDeaths(calls);
  for (const [nth, combination] of deaths.entries()) {
    if (nth % jobs !== place) continue;
    const { failure, turns } = await playReference(each, combination);
    found.played += 1;
    found.turns += turns;
    if (failure !== undefined) {
      found.failures.push({ what: `${each.name}, ${inWords(combination)}`, found: String(failure) });
    }
  }
}
parentPort?.postMessage(found);
