import { z } from "zod";

/**
 * How long the chain of every step of an execution was at one moment, by step id in code-unit order, run by run: how
 * many steps in a row, and the number of their last event (0 for one that never moved). Ten thousand steps that went
 * the same way take one pair.
 */
export const stepLengths = z.array(z.tuple([z.number().int().positive(), z.number().int().min(0)]));
export type StepLengths = z.infer<typeof stepLengths>;

type Length = { readonly step_id: string; readonly seq: number };

export const toStepLengths = (steps: readonly Length[]): StepLengths => {
  const runs: StepLengths = [];
  for (const { seq } of [...steps].sort(byStepId)) {
    const last = runs.at(-1);
    if (last?.[1] === seq) last[0] += 1;
    else runs.push([1, seq]);
  }
  return runs;
};

/** @returns undefined when they are not of that many steps */
export const fromStepLengths = (runs: StepLengths, step_ids: readonly string[]): Length[] | undefined => {
  const seqs = runs.flatMap(([times, seq]) => Array.from({ length: Math.min(times, step_ids.length + 1) }, () => seq));
  if (seqs.length !== step_ids.length) return undefined;
  return step_ids
    .map((step_id) => ({ step_id }))
    .sort(byStepId)
    .map(({ step_id }, place) => ({ step_id, seq: seqs[place] ?? 0 }));
};

const byStepId = (one: { readonly step_id: string }, other: { readonly step_id: string }): number =>
  one.step_id < other.step_id ? -1 : 1;
