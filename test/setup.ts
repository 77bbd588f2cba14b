import fc from "fast-check";
import { afterAll, vi } from "vitest";

/**
 * Properties are tried on the same examples every time, so that a run says something about the change and nothing about
 * luck. `FC_SEED=random npm test` looks for new counterexamples, `FC_SEED=<number>` at those of one seed.
 */
const DEFAULT_SEED = 20_260_302;

const wanted = process.env.FC_SEED;
if (wanted !== "random") fc.configureGlobal({ seed: wanted === undefined ? DEFAULT_SEED : Number(wanted) });

/** The next file of the process finds clock, variables and functions as they are. */
afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});
