import type { ScheduledStep } from "../../conflicts/schedule.ts";

export type InRankOrder<Value> = {
  readonly of: (step_id: string) => Value;
  /** Its record has moved: what was worked out for it and for what stands behind it no longer counts. */
  readonly moved: (step_id: string) => void;
};

/**
 * Something that follows for each step from its record and from what follows for those ahead of it. Worked out in rank
 * order, as far as it is asked for, and again only from where a record has moved: a pass that moves many steps, and asks
 * about each, does linear work.
 *
 * @param work is given what was found for steps of lower rank
 */
export const inRankOrder = <Value>(
  steps: readonly Pick<ScheduledStep, "step_id">[],
  rankOf: (step_id: string) => number,
  work: (step_id: string, found: (step_id: string) => Value | undefined) => Value,
): InRankOrder<Value> => {
  const values: Value[] = [];
  const found = (step_id: string): Value | undefined => values[rankOf(step_id)];
  return {
    of: (step_id) => {
      const rank = rankOf(step_id);
      for (const step of steps.slice(values.length, rank + 1)) values.push(work(step.step_id, found));
      const value = values[rank];
      if (value === undefined) throw new RangeError(`nothing was found for step ${step_id}`);
      return value;
    },
    moved: (step_id) => {
      values.length = Math.min(values.length, rankOf(step_id));
    },
  };
};
