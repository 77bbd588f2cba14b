import { instantAfter } from "../../plan/instant.ts";
import { wasSetBack } from "../../plan/set-back.ts";

/**
 * The earliest moment at which a step may start LIVE, as the resolution of a conflict put it off: so many seconds after
 * its execution was submitted (ISO 8601). `now` where nothing did, or the clock was set back since.
 */
export const earliestStart = (
  { submitted_at }: { readonly submitted_at: string },
  { not_before_seconds }: { readonly not_before_seconds: number },
  now: string,
): string => {
  if (not_before_seconds === 0 || wasSetBack(now, submitted_at)) return now;
  return instantAfter(Date.parse(submitted_at), not_before_seconds * 1_000);
};
