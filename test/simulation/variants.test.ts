import { describe, expect, it } from "vitest";
import { INVARIANTS } from "../../simulation/invariants/index.ts";
import { Violation } from "../../simulation/invariants/invariant.ts";
import { playSeed } from "../../simulation/schedule.ts";
import { BROKEN } from "./variants.ts";

/** Each is caught long before; a bound, so that one that no longer is fails instead of running for ever. */
const MOST_SCHEDULES = 2_000;

/** Some take a few hundred schedules, and a busy machine a minute for those. */
const PATIENCE_MS = 400_000;

describe("the simulation", () => {
  it.each(BROKEN)(
    "notices $what by $caught_by",
    async ({ caught_by, variant, circumstances }) => {
      const invariants = INVARIANTS.filter(({ name }) => name === caught_by);
      for (let seed = 1; seed <= MOST_SCHEDULES; seed += 1) {
        const { failure } = await playSeed(seed, { ...circumstances, variant, invariants });
        if (failure instanceof Violation && failure.invariant === caught_by) return;
      }
      expect.fail(`${caught_by} held in ${MOST_SCHEDULES} schedules`);
    },
    PATIENCE_MS,
  );

  it("has a broken variant for every invariant", () => {
    expect(new Set(BROKEN.map(({ caught_by }) => caught_by))).toEqual(new Set(INVARIANTS.map(({ name }) => name)));
  });
});
