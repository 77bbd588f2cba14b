import type { Deps } from "../../functions/deps.ts";
import type { SeedOptions } from "../../simulation/schedule.ts";
import type { Variant } from "../../simulation/world.ts";

/** The options that a schedule is drawn with. */
export type Circumstances = Pick<SeedOptions, "odds" | "draw" | "calls" | "prepare" | "lists" | "workers">;

/** The core with one thing broken on purpose, and the invariant that must notice. */
export type Broken = {
  readonly what: string;
  readonly caught_by: string;
  readonly variant: Variant;
  /** Where it takes a rare moment: circumstances in which that moment is less rare. */
  readonly circumstances?: Circumstances;
  /** Where it takes tens of schedules all the same: one that showed it. It is played first; it proves nothing by itself. */
  readonly rare_seed?: number;
};

/** Tasks are delivered twice or given up while they run, more often than any engine would. */
export const ATTEMPTS_MEET: Circumstances = { odds: { task: 0.5, delay: 0.05, service: 0, budget: 200 } };

/** Ports of which some do something else. */
export const deps = (change: (deps: Deps) => Partial<Deps>): Variant => ({
  deps: (whole) => ({ ...whole, ...change(whole) }),
});
