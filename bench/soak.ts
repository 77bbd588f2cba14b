/**
 * Executions of one LIVE write each on the stack of one machine, one after another in tens, database on disk, and what the
 * process holds at rest after every thousandth: `npm run soak -- --executions 20000 [--limit-seconds 3600]`. Fails where
 * the heap has grown with those that have ended, or one of them did not end as it should. Stops by itself when its time is over.
 */
import { parseArgs } from "node:util";
import { giveBackMemory } from "../local/give-back-memory.ts";
import { mebibytes, peakMebibytes } from "./figure.ts";
import { keepResults, withCircumstances } from "./results.ts";
import { growthOf, type Rest, soakFigures } from "./soak/growth.ts";
import { untilPublished } from "./stack/ending.ts";
import { withStack } from "./stack/on-disk.ts";
import { mustHaveEnded, submit } from "./stack/submit.ts";

const AT_ONCE = 10;
const LOOKS = 20;
/** Of the heap, for one that has ended. */
const MOST_BYTES = 1_024;

const { values } = parseArgs({
  options: {
    executions: { type: "string", default: "20000" },
    "limit-seconds": { type: "string", default: "3600" },
    keep: { type: "boolean", default: false },
  },
});
const [wanted, limit] = [Number(values.executions), Number(values["limit-seconds"])];
if (!Number.isInteger(wanted) || wanted < 2 * LOOKS * AT_ONCE)
  throw new Error(`--executions takes a whole number from ${2 * LOOKS * AT_ONCE} on`);
if (globalThis.gc === undefined) throw new Error("start it with --expose-gc, as `npm run soak` does");

const soak = (): Promise<Rest[]> =>
  withStack(async ({ deps, workflow, forget }) => {
    const began = performance.now();
    const every = Math.ceil(wanted / LOOKS / AT_ONCE) * AT_ONCE;
    const rests: Rest[] = [];
    for (let ended = 0; ended < wanted && performance.now() - began < limit * 1_000; ) {
      const names = Array.from({ length: AT_ONCE }, (_, place) => `soak-${ended + place}`);
      const ids = await Promise.all(names.map((name) => submit(deps, { tool: "bench_write", steps: 1, name })));
      await untilPublished(deps, ids);
      for (const id of ids) await mustHaveEnded(deps, id);
      ended += AT_ONCE;
      if (ended % every !== 0 && ended < wanted) continue;
      await workflow.idle();
      forget();
      giveBackMemory();
      const { heapUsed, rss } = process.memoryUsage();
      const peak_mib = peakMebibytes();
      const rest = { ended, heap: heapUsed, resident: rss, peak_mib, seconds: (performance.now() - began) / 1_000 };
      rests.push(rest);
      const [heap, resident] = [mebibytes(rest.heap).toFixed(1), mebibytes(rest.resident).toFixed(0)];
      console.log(
        `${ended} ended after ${rest.seconds.toFixed(0)} s: heap ${heap} MiB, resident ${resident} MiB, peak ${peak_mib.toFixed(0)} MiB`,
      );
    }
    return rests;
  });

let rests: Rest[] = [];
const measured = await withCircumstances(async () => {
  rests = await soak();
  return soakFigures(rests, { wanted, most_bytes: MOST_BYTES });
});
for (const { name, figure, unit, goal, met } of measured.figures)
  console.log(`${name}: ${figure} ${unit}${goal === undefined ? "" : `, ${goal}: ${met === true ? "met" : "MISSED"}`}`);
if (values.keep) await keepResults({ soak: measured });
process.exit((growthOf(rests) ?? Number.POSITIVE_INFINITY) > MOST_BYTES ? 1 : 0);
