import type { ExecutionConfig } from "../plan/config.ts";

/**
 * For how many hours a call counts as made already. A submission may widen the deployment's floor, not lower it: who
 * proposes calls does not decide how often they may be made.
 */
export const duplicateWindowHours = (
  { duplicate_window_hours }: Pick<ExecutionConfig, "duplicate_window_hours">,
  { duplicate_window_floor_hours }: { readonly duplicate_window_floor_hours: number },
): number => Math.max(duplicate_window_hours, duplicate_window_floor_hours);
