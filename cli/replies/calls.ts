import { z } from "zod";
import { json } from "../../shared/plan/json.ts";

/** How a call stands: done with an output, refused, or waiting. */
export const callReply = z.looseObject({
  outcome: z.enum(["done", "refused", "waiting"]),
  call_id: z.string(),
  message: z.string(),
  attached: z.boolean(),
  warnings: z.array(z.string()),
  mode: z.string().optional(),
  output: json.optional(),
  status: z.string().optional(),
  for: z.string().optional(),
  approval_id: z.string().nullable().optional(),
});
export type CallReply = z.infer<typeof callReply>;
