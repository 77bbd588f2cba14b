import type { CallerName } from "../plan/caller-name.ts";

/**
 * Names of callers: one for each, the last that was given. Whether a name may be given follows from all of them, so
 * they change one after the other: whoever changes one says how many changes it knew of.
 */
export interface CallerNames {
  /** Those that can be read, by caller. */
  all(): Promise<CallerName[]>;
  /** The same with every change that was accepted so far, of which there were so many. */
  seen(): Promise<{ readonly names: CallerName[]; readonly changes: number }>;
  /** @returns false where there were more changes than `seen`: nothing was put */
  put(named: CallerName, seen: number): Promise<boolean>;
  /** @returns false where there were more changes than `seen`: nothing was removed */
  remove(caller: string, seen: number): Promise<boolean>;
}
