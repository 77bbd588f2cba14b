import type { ExecutionConfig } from "../../plan/config.ts";
import { instantAfter } from "../../plan/instant.ts";

type Asked = Pick<ExecutionConfig, "duplicate_window_hours">;
/** The deployment's, which no submission can lower. */
export type DuplicateWindowFloor = { readonly duplicate_window_floor_hours: number };

/**
 * For how many hours a call counts as made already. A submission may widen the deployment's floor, not lower it: who
 * proposes calls does not decide how often they may be made.
 */
export const duplicateWindowHours = (
  { duplicate_window_hours }: Asked,
  { duplicate_window_floor_hours }: DuplicateWindowFloor,
): number => Math.max(duplicate_window_hours, duplicate_window_floor_hours);

/** Since when a call counts as made already: ISO 8601. `now` likewise. */
export const duplicateWindowSince = (asked: Asked, floor: DuplicateWindowFloor, now: string): string =>
  instantAfter(Date.parse(now), -duplicateWindowHours(asked, floor) * 3_600_000);

/** Compared as moments, not as text: records may write one moment in more than one way. */
export const isWithinWindow = (at: string, since: string): boolean => Date.parse(at) >= Date.parse(since);
