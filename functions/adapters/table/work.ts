import { createHash } from "node:crypto";
import { sighting } from "../../../shared/execution/record/work.ts";
import type { Work } from "../../../shared/ports/work.ts";
import { sightingsOf } from "./keys/of-work.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";
import { workCalls } from "./work-calls.ts";

/** One row for each worker and list of tools: a question costs one write, however many tools it names. */
const sightingKey = (worker: string, tools: readonly string[]): string =>
  createHash("sha256")
    .update(JSON.stringify([worker, tools.toSorted()]))
    .digest("hex");

/** Calls on their way to workers, and who asked for them. */
export const work = (table: Table): Work => ({
  reads: workCalls(table, "work_read"),
  acts: workCalls(table, "work"),
  seen: {
    note: async (seen) => {
      await table.put({ pk: sightingsOf(seen.group), sk: sightingKey(seen.worker, seen.tools), ...bodyOf(seen) });
    },
    // A row that cannot be read says nothing of who asked; the others still do.
    ofGroup: async (group) =>
      eachReadable(await table.query(sightingsOf(group)), (item) => readBody(sighting, item)).items,
  },
});
