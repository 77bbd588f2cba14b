import { createHash } from "node:crypto";
import { sighting } from "../../../shared/execution/record/work.ts";
import type { Work } from "../../../shared/ports/work.ts";
import { notThere } from "./conditions.ts";
import { forgottenWork, questionKey, sightingsOf } from "./keys/of-work.ts";
import { bodyOf, eachReadable, instant, readBody } from "./record.ts";
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
  questions: {
    gives: async (asked, call_id) => (await table.put({ ...questionKey(asked), call_id }, notThere)) === "written",
    end: async (asked, forget_at) => {
      // First, so that whatever comes of the rest is forgotten one day.
      const { worker, question } = asked;
      await table.put({
        ...{ pk: forgottenWork("work"), sk: `${instant(forget_at)}#question#${question}` },
        ...bodyOf({ worker, question }),
      });
      if ((await table.put(questionKey(asked), notThere)) === "written") return undefined;
      const given = (await table.get(questionKey(asked)))?.call_id;
      return given === undefined ? undefined : String(given);
    },
  },
  seen: {
    note: async (seen) => {
      await table.put({ pk: sightingsOf(seen.group), sk: sightingKey(seen.worker, seen.tools), ...bodyOf(seen) });
    },
    // A row that cannot be read says nothing of who asked; the others still do.
    ofGroup: async (group) =>
      eachReadable(await table.query(sightingsOf(group)), (item) => readBody(sighting, item)).items,
  },
});
