import type { Clock } from "../shared/ports/runtime.ts";

/** A machine has two: the time of day, which people and services set; and one that only goes on, from any start. */
export type Hands = { readonly wall: () => number; readonly monotonic: () => number };

const THIS_MACHINE: Hands = { wall: () => Date.now(), monotonic: () => performance.now() };

/** Clocks are slewed by 500 parts in a million at most (adjtimex(2)), and read one after the other: that is no jump. */
const SLEWED = 0.001;
const READ_APART_MS = 1_000;

/**
 * The time of day of this process, which goes on where the machine's is set back: leases, slots, deadlines and questions
 * that were given an end before would else stand for as much longer. It runs ahead until the machine's clock has caught
 * up, or was set forward again. A jump forward is taken as it is: a machine that slept looks the same.
 * @param told what the clock went back by, in milliseconds
 */
export const steadyClock = (told: (milliseconds: number) => void, hands: Hands = THIS_MACHINE): Clock => {
  let wall = hands.wall();
  let monotonic = hands.monotonic();
  /** By so much this clock is ahead of the machine's. */
  let ahead = 0;
  /** A step back that is too small to be told from reading late holds it where it was. */
  let last = wall;
  return {
    now: () => {
      const [before, since] = [wall, hands.monotonic() - monotonic];
      wall = hands.wall();
      monotonic += since;
      const jumped = wall - before - since;
      if (Math.abs(jumped) > READ_APART_MS + since * SLEWED) {
        if (jumped < 0) told(Math.round(-jumped));
        ahead = Math.max(0, ahead - jumped);
      }
      last = Math.max(last, wall + ahead);
      return new Date(last);
    },
  };
};
