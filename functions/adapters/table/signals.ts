import { learningSignal, targetPhase } from "../../../shared/feedback/learning-signal.ts";
import type { Signals } from "../../../shared/ports/learning.ts";
import { inBatches } from "./in-batches.ts";
import { keyPart, signalPlaceKey, signalsFor } from "./keys.ts";
import { mergedPage } from "./merged.ts";
import { placeOf } from "./place.ts";
import { bodyOf, instant, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const PUT_AT_A_TIME = 16;

/** Signals by the phase they are for. The same finding has the same id, and stands where it was put first. */
export const signals = (table: Table): Signals => ({
  put: async (found) => {
    await inBatches(found, PUT_AT_A_TIME, async (signal) => {
      const at = await placeOf(table, signalPlaceKey(signal.signal_id), instant(signal.timestamp));
      const sk = `${at}#${keyPart(signal.signal_id)}`;
      await table.put({ pk: signalsFor(signal.target_phase), sk, ...bodyOf(signal) });
    });
  },
  list: async ({ target_phase, limit, next }) => {
    const phases = target_phase === null ? targetPhase.options.map((option) => option.value) : [target_phase];
    const sources = phases.map(
      (phase) => (after: string | undefined, count: number) =>
        table.query(signalsFor(phase), { after, limit: count, descending: true }),
    );
    const page = await mergedPage(sources, { sortKey: "sk", descending: true, limit, next });
    return { items: page.items.map((item) => readBody(learningSignal, item)), next: page.next };
  },
});
