import type { Absence } from "../execution/approval/away.ts";

/** People who are away: one absence for each, the last that was said. */
export interface Absences {
  /** Those that can be read, past ones too, by name. */
  all(): Promise<Absence[]>;
  put(absence: Absence): Promise<void>;
  /** @returns whether there was one */
  remove(person: string): Promise<boolean>;
}
