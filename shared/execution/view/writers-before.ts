import type { ScheduledStep } from "../../conflicts/schedule.ts";

/** Steps of lower rank that may write what a step touches, nearest first. */
export type WritersBefore = (step: ScheduledStep) => Iterable<ScheduledStep>;

/**
 * Looks them up by the keys they write, so that a step which shares nothing costs next to nothing in a schedule of
 * thousands. Where a key is not resolved yet, on either side, whatever writes is handed out: whether they overlap is
 * for `sharesWrittenResource` to say.
 */
export const writersBefore = (steps: readonly ScheduledStep[], rankOf: (step_id: string) => number): WritersBefore => {
  const all: ScheduledStep[] = [];
  const unresolved: ScheduledStep[] = [];
  const byKey = new Map<string, ScheduledStep[]>();
  for (const step of steps) {
    if (!step.writes) continue;
    all.push(step);
    const written = step.resources.filter(({ access }) => access === "write");
    if (written.some((resource) => resource.unresolved)) unresolved.push(step);
    for (const { key } of written) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [step]);
      else known.push(step);
    }
  }

  /** Of steps in rank order, those of lower rank, backwards. */
  function* before(writers: readonly ScheduledStep[], rank: number): Iterable<ScheduledStep> {
    let [low, high] = [0, writers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const writer = writers[middle];
      if (writer !== undefined && rankOf(writer.step_id) < rank) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0; at -= 1) {
      const writer = writers[at];
      if (writer !== undefined) yield writer;
    }
  }

  return function* ({ step_id, resources }) {
    const rank = rankOf(step_id);
    if (resources.some((touched) => touched.unresolved)) {
      yield* before(all, rank);
      return;
    }
    for (const { key } of resources) yield* before(byKey.get(key) ?? [], rank);
    if (resources.length > 0) yield* before(unresolved, rank);
  };
};
