import { z } from "zod";
import type { Json } from "../../../shared/plan/json.ts";
import type { Deps } from "../../deps.ts";
import { answer, type WaveItem } from "../../records/workflow-input.ts";
import { type ReadOutcomeDeps, readOutcome } from "../attempt/read-outcome.ts";

const carriedOut = z.object({ answer });

/**
 * Settles what functions of the wave before said nothing about: anything but a typed answer is none. A call that acts is
 * asked of the ledger; steps that were rehearsed together are rehearsed one by one, so that none fails for another.
 * @returns the steps to rehearse alone now
 */
export const settleAnswers = async (
  deps: ReadOutcomeDeps & Pick<Deps, "steps">,
  wave: readonly WaveItem[],
  answers: readonly Json[],
): Promise<ReadonlySet<string>> => {
  const alone = new Set<string>();
  for (const [place, item] of wave.entries()) {
    const told = carriedOut.safeParse(answers[place]);
    if (!("steps" in item)) {
      if (!told.success) await settleUnlessMoved(deps, item);
    } else if (!told.success || told.data.answer.alone) {
      for (const { step_id } of item.steps) alone.add(step_id);
    }
  }
  return alone;
};

/** Where its record has moved since it was handed out, the function did its part, or this pass was here before. */
const settleUnlessMoved = async (
  deps: ReadOutcomeDeps,
  item: Exclude<WaveItem, { readonly steps: unknown }>,
): Promise<void> => {
  const record = await deps.steps.get(item.execution_id, item.step_id);
  if ((record?.seq ?? 0) === item.seq) await readOutcome(deps)(item);
};
