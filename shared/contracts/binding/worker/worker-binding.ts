import { z } from "zod";

/** Part of a scope, of a partition's key and of a deployment's names. */
export const workerGroup = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, "must be the name of a group of workers: a-z, 0-9 and -, 32 at most");

/** A call is taken, made and answered by a process of the team's, which shows a token of scope `work:<group>`. */
export const workerBinding = z.strictObject({
  kind: z.literal("worker"),
  group: workerGroup,
  /** Workers can say what a call would change; without, an approver reads that old values are unknown. */
  previews: z.boolean().default(false),
  /** Workers can undo a call. */
  undo: z.boolean().default(false),
  /** Workers can tell whether a call of a given key happened. */
  looks_up: z.boolean().default(false),
  /** How long a call waits for a worker to take it; half of the tool's timeout unless said. */
  start_seconds: z.number().positive().exactOptional(),
});
export type WorkerBinding = z.infer<typeof workerBinding>;
