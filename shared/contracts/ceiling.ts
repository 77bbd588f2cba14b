import { z } from "zod";

export const EXECUTION_MODES = ["MOCK", "DRY_RUN", "LIVE"] as const;
export const executionMode = z.enum(EXECUTION_MODES);
/** MOCK is simulated and touches nothing; DRY_RUN may read the real target, never writes; LIVE acts. */
export type ExecutionMode = z.infer<typeof executionMode>;

const RANK: Record<ExecutionMode, number> = { MOCK: 0, DRY_RUN: 1, LIVE: 2 };
export const isBelow = (mode: ExecutionMode, other: ExecutionMode): boolean => RANK[mode] < RANK[other];
export const lowerOf = (one: ExecutionMode, other: ExecutionMode): ExecutionMode => (isBelow(one, other) ? one : other);

export const CEILING_CAUSES = [
  "confidence",
  "risk",
  "contract",
  "configuration",
  "live_enabled",
  "lock",
  "validation",
  "conflict",
  "live_budget",
  "deadline",
  "dependency",
  "quarantine",
] as const;

/** One thing that keeps a step from going higher than `mode`, in words an operator can act on. */
export const ceilingReason = z.strictObject({
  cause: z.enum(CEILING_CAUSES),
  mode: executionMode,
  message: z.string(),
});
export type CeilingReason = z.infer<typeof ceilingReason>;

/** Its tool is not what was reviewed: nothing was asked of it, and what stands for its output is the mock's. */
export const isQuarantine = ({ cause }: CeilingReason): boolean => cause === "quarantine";

/** The highest mode that everything agrees on, and every reason that lowered it. */
export const ceiling = z.strictObject({ mode: executionMode, reasons: z.array(ceilingReason) });
export type Ceiling = z.infer<typeof ceiling>;

export const ceilingOf = (reasons: readonly CeilingReason[]): Ceiling => {
  let mode: ExecutionMode = "LIVE";
  for (const reason of reasons) mode = lowerOf(mode, reason.mode);
  return { mode, reasons: [...reasons] };
};
