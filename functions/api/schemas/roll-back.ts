import { z } from "zod";
import { reason, wholeNumber } from "./common.ts";

export const rollbackBody = z.strictObject({
  /** Layers of what stands, from the end; without it, everything that can be undone. */
  depth: z.number().int().positive().max(10_000).nullish(),
  reason,
});

export const rollbackQuery = z.strictObject({ depth: wholeNumber(1, 10_000).optional() });
/** The calls that stand now, the last first, each with what a roll back would do about it. */
export const rollbackPreview = z.strictObject({
  execution_id: z.string(),
  steps: z.array(
    z.strictObject({
      step_id: z.string(),
      plan_id: z.string(),
      tool_name: z.string(),
      /** From the end, counted in what stands. */
      layer: z.number().int(),
      /** `ask`: a person is asked before it is undone. */
      would: z.enum(["undo", "ask", "stay"]),
      why: z.string(),
    }),
  ),
  /** How many more there are than the first `MAX_ROLLBACK_SHOWN`. */
  more_steps: z.number().int(),
});
export type RollbackPreview = z.infer<typeof rollbackPreview>;
export const MAX_ROLLBACK_SHOWN = 500;
