import { expect } from "vitest";
import { approve } from "./people.ts";
import type { TestWorld, Unheard } from "./world.ts";

/**
 * Approves a call whose counterpart acts and never answers, and lets its time pass; from then on the counterpart answers
 * as ever. `effects`: what it has counted.
 */
export const approveUnanswered = async (
  world: TestWorld,
  {
    id,
    step,
    unheard,
    effects,
    seconds,
  }: {
    readonly id: string;
    readonly step: string;
    readonly unheard: Unheard;
    readonly effects: () => number;
    /** Of the tool's time. */
    readonly seconds: number;
  },
): Promise<void> => {
  const before = effects();
  unheard.now = true;
  await approve(world, id, step);
  await expect.poll(effects, { timeout: 20_000 }).toBe(before + 1);
  unheard.now = false;
  // The second more is for its last word.
  await world.pass(seconds + 2);
};
