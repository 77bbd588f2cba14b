import type { Functions } from "../../shared/ports/functions.ts";
import { type ActingFunctions, functionsWhenNeeded, type ReadingFunctions } from "../tools/lambda/functions.ts";

/** `attempts`: how often the client itself asks, where Lambda or the network fails. */
const asking = (attempts: number): Functions =>
  functionsWhenNeeded(async () => (await import("../adapters/lambda/functions.ts")).functionsOfAws(attempts));

/** Functions of the team, for who reads: to ask again what changes nothing does no harm. */
export const readingFunctions = (): ReadingFunctions => ({ reads: asking(3), now: Date.now });

/** For who acts: whether a call that failed is made once more is decided where its outcome is known. */
export const actingFunctions = (): ActingFunctions => ({ ...readingFunctions(), acts: asking(1) });

/** `arn:aws:lambda:<region>:<account>:function:`, of the region and account of another ARN: roles let nobody call a function of another account or region. */
export const functionsBeside = (arn: string): string => {
  const [, partition, , region, account] = arn.split(":");
  return `arn:${partition}:lambda:${region}:${account}:function:`;
};
