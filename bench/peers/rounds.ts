import { medianOf, timed } from "../figure.ts";

/** Ten plans at once, of ten steps each, and each step waits for a person. */
export const PLANS = 10;
export const STEPS = 10;
const ROUNDS = 5;

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

/**
 * One round brings all plans of that name to their end. The first is not measured: it compiles.
 * @returns steps a second, the median of the rounds
 */
export const stepsPerSecond = async (round: (name: string) => Promise<void>): Promise<number> => {
  await round("warm");
  const times: number[] = [];
  for (const number of numbers(ROUNDS)) times.push(await timed(() => round(`round-${number}`)));
  return (PLANS * STEPS) / (medianOf(times) / 1_000);
};
