import { type LearningSignal, learningSignal, targetPhase } from "../../../shared/feedback/learning-signal.ts";
import type { Signals } from "../../../shared/ports/learning.ts";
import { notThere } from "./conditions.ts";
import { inBatches } from "./in-batches.ts";
import type { Item } from "./item.ts";
import { keyPart } from "./key-part.ts";
import { signalsFor, signalsOfExecution } from "./keys/of-measures.ts";
import { mergedPage } from "./merged.ts";
import { bodyOf, instant, readableOf, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const PUT_AT_A_TIME = 16;

const toSignal = (item: Item): LearningSignal => readBody(learningSignal, item);

/**
 * Signals by execution, and once more by the phase they are for, by time. The same finding has the same id: told again,
 * at another time, it stays what and where it was first.
 */
export const signals = (table: Table): Signals => ({
  put: async (execution_id, found) => {
    await inBatches(found, PUT_AT_A_TIME, async (signal) => {
      const key = { pk: signalsOfExecution(execution_id), sk: keyPart(signal.signal_id) };
      const told = await table.put({ ...key, ...bodyOf(signal) }, notThere);
      const stored = told === "written" ? undefined : await table.get(key);
      const first = stored === undefined ? signal : toSignal(stored);
      const sk = `${instant(first.timestamp)}#${key.sk}`;
      await table.put({ pk: signalsFor(first.target_phase), sk, ...bodyOf(first) });
    });
  },

  ofExecution: async (execution_id) => (await table.query(signalsOfExecution(execution_id))).map(toSignal),

  list: async ({ target_phase, limit, next }) => {
    const phases = target_phase === null ? targetPhase.options.map((option) => option.value) : [target_phase];
    const sources = phases.map(
      (phase) => (after: string | undefined, count: number) =>
        table.query(signalsFor(phase), { after, limit: count, descending: true }),
    );
    const page = await mergedPage(sources, { sortKey: "sk", descending: true, limit, next });
    return { ...readableOf(page.items, toSignal), next: page.next };
  },
});
