import { setTimeout } from "node:timers/promises";
import { medianOf, timed } from "../figure.ts";

/** Until a server's code is compiled as it is in one that has run for a minute. */
const WARM = 200;
/** A call alone finds the server at rest: what follows the answer to the one before (artifacts, sums) is done by then. */
const REST_MS = 40;
const ALONE = 100;
const AT_ONCE = 50;
const ROUNDS = 4;

/** Milliseconds. */
export type Times = { readonly median: number; readonly p99: number };

const timesOf = (taken: readonly number[]): Times => {
  const sorted = taken.toSorted((one, other) => one - other);
  return { median: medianOf(sorted), p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN };
};

export type Beside = { readonly alone: Times; readonly at_once: Times };

type Way = { readonly call: () => Promise<unknown>; readonly alone: number[]; readonly at_once: number[] };

/**
 * How long each of several ways to the same answer takes: one call at a time with a rest before it, the ways in turn, so
 * that a busy moment of the machine falls on all; then fifty at once of each.
 * @returns in the order of the ways
 */
export const timesBeside = async (calls: readonly (() => Promise<unknown>)[]): Promise<readonly Beside[]> => {
  const ways = calls.map((call): Way => ({ call, alone: [], at_once: [] }));
  for (let round = 0; round < WARM; round += 1) for (const { call } of ways) await call();
  for (let round = 0; round < ALONE; round += 1) {
    for (const { call, alone } of ways) {
      await setTimeout(REST_MS);
      alone.push(await timed(call));
    }
  }
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { call, at_once } of ways) {
      const together = await Promise.all(Array.from({ length: AT_ONCE }, () => timed(call)));
      // The first round opens the connections.
      if (round > 0) at_once.push(...together);
    }
  }
  return ways.map(({ alone, at_once }) => ({ alone: timesOf(alone), at_once: timesOf(at_once) }));
};
