import { plural } from "./words.ts";

type Agent = {
  readonly trials: number;
  readonly successes: number;
  readonly stated_confidence: number;
  readonly success_rate: number;
};

/** Fewer outcomes are never compared. */
const FEWEST = 5;
/** So many good outcomes, and no other, prove a tool reliable: the lower bound of its rate reaches 90 %. */
export const PROVEN_BY = 18;
/** A difference that nobody acts on. */
const CLOSE_POINTS = 5;

const percent = (rate: number): string => `${Math.round(rate * 100)} %`;

/** `stated 92 %, 45 of 50 came out (90 %): as it foretold`. */
export const calibrationInWords = ({ trials, successes, stated_confidence, success_rate }: Agent): string => {
  const said = `stated ${percent(stated_confidence)}, ${successes} of ${trials} came out (${percent(success_rate)})`;
  if (trials < FEWEST) return `${said}: too few to compare`;
  const points = Math.round((stated_confidence - success_rate) * 100);
  if (Math.abs(points) <= CLOSE_POINTS) return `${said}: as it foretold`;
  return `${said}: ${plural(Math.abs(points), "point")} too ${points > 0 ? "sure" : "modest"}`;
};

/** The evidence of a tool that is not proven yet, in words; undefined where that many are enough to say. */
export const evidenceInWords = ({ trials, successes }: Pick<Agent, "trials" | "successes">): string | undefined => {
  if (trials >= PROVEN_BY) return undefined;
  const needed = PROVEN_BY - trials;
  return successes === trials
    ? `${plural(trials, "good outcome")}, ${needed} more prove it`
    : `${successes} good of ${plural(trials, "outcome")}`;
};
