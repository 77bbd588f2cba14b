import type { CallerName } from "../plan/caller-name.ts";

/** Names of callers: one for each, the last that was given. */
export interface CallerNames {
  /** Those that can be read, by caller. */
  all(): Promise<CallerName[]>;
  put(named: CallerName): Promise<void>;
  /** @returns whether there was one */
  remove(caller: string): Promise<boolean>;
}
