import jStat from "jstat";
import { z } from "zod";

export const bounds = z.strictObject({ lower: z.number().min(0).max(1), upper: z.number().min(0).max(1) });
export type Bounds = z.infer<typeof bounds>;

/** Half an observation on either side: the Jeffreys prior Beta(1/2, 1/2) of a proportion (Jeffreys 1946). */
const PRIOR = 0.5;
/** Probability left out on each side. */
const TAIL = 0.05;

/** Sample size from which an all-good sample proves a rate of 0.90: the lower bound of 18 of 18 is 0.9001, of 17 of 17 0.8947. */
export const ENOUGH_EVIDENCE = 18;

/** Fewer outcomes than this are never compared or called an anomaly. */
export const MIN_SAMPLE = 5;

/**
 * One-sided 5 % bounds of the rate behind `successes` of `trials`: quantiles of Beta(successes + 1/2, failures + 1/2)
 * (Brown, Cai and DasGupta 2001, Interval Estimation for a Binomial Proportion, section 4.3).
 * Without any trial they are the bounds of the prior, 0.006 and 0.994.
 * @throws RangeError unless 0 <= successes <= trials.
 */
export const rateBounds = (successes: number, trials: number): Bounds => {
  const [alpha, beta] = posterior(successes, trials);
  return { lower: jStat.beta.inv(TAIL, alpha, beta), upper: jStat.beta.inv(1 - TAIL, alpha, beta) };
};

/** Probability, after `successes` of `trials`, that the rate lies below `rate` (0..1). @throws RangeError as above. */
export const probabilityBelow = (rate: number, successes: number, trials: number): number =>
  clamp(jStat.beta.cdf(rate, ...posterior(successes, trials)));

export type Sample = { readonly successes: number; readonly trials: number };

/**
 * Probability that the rate behind `better` exceeds the one behind `worse`: normal approximation to the difference of
 * the two posteriors, with a Beta's mean a/(a+b) and variance ab/((a+b)^2 (a+b+1)).
 */
export const probabilityGreater = (better: Sample, worse: Sample): number => {
  const one = moments(better);
  const other = moments(worse);
  return clamp(1 - jStat.normal.cdf(0, one.mean - other.mean, Math.sqrt(one.variance + other.variance)));
};

const moments = ({ successes, trials }: Sample): { mean: number; variance: number } => {
  const [alpha, beta] = posterior(successes, trials);
  const total = alpha + beta;
  return { mean: alpha / total, variance: (alpha * beta) / (total * total * (total + 1)) };
};

const posterior = (successes: number, trials: number): [number, number] => {
  if (!(successes >= 0 && successes <= trials && Number.isFinite(trials))) {
    throw new RangeError(`${successes} of ${trials} is no proportion`);
  }
  return [successes + PRIOR, trials - successes + PRIOR];
};

const clamp = (probability: number): number => Math.min(1, Math.max(0, probability));
