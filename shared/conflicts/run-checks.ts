import type { ConflictCheck } from "./conflict-rule.ts";
import type { Conflict } from "./schedule.ts";
import { settleCeilings } from "./settle-ceilings.ts";
import type { WorkingSchedule } from "./working-schedule.ts";

/**
 * Rounds of detection until nothing is left. Resolutions only ever lower ceilings, abort, add waits and postpone, so
 * rounds end by themselves; two or three are usual. The bound is for rules that are yet to be written.
 */
const MAX_ROUNDS = 12;

/** The entries that a check reads, counted: equal counts, equal answer. */
const stateFor = ({ reads }: ConflictCheck, { changes }: WorkingSchedule): string =>
  reads.map((aspect) => changes[aspect]).join(" ");

/**
 * Runs the checks in their order, and again those whose ground has changed, until none finds anything. A conflict that
 * is still found in the last round is on record as failed: its resolution did not hold.
 */
export const runChecks = (working: WorkingSchedule, checks: readonly ConflictCheck[]): void => {
  const checkedAt = new Map<ConflictCheck, string>();
  let settledAt = -1;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    let found: Conflict[] = [];
    let checked = 0;
    for (const check of checks) {
      if (check.reads.includes("live") && settledAt !== working.changes.live) {
        settleCeilings(working);
        settledAt = working.changes.live;
      }
      const state = stateFor(check, working);
      if (checkedAt.get(check) === state) continue;
      checkedAt.set(check, state);
      checked += 1;
      found = found.concat(check.run(working));
      if (check.thorough) checkedAt.set(check, stateFor(check, working));
    }
    if (checked === 0) return;
    if (round === MAX_ROUNDS) for (const conflict of found) conflict.resolution_status = "failed";
  }
};
