import type { ApprovalView } from "../../functions/api/schemas.ts";

/**
 * Why one request is not decided together with others; null where it is. `now` is how the queue has it, undefined where
 * it is not open any more.
 */
export const hindrance = (
  shown: ApprovalView,
  now: ApprovalView | undefined,
  word: "approve" | "reject",
): string | null => {
  if (now === undefined) return "it is not open any more";
  if (now.digest !== shown.digest) return "it has changed since it was shown here; open it";
  if (!now.you_may.includes(word))
    return now.you_may_not_because ?? `a request of this kind is not answered with ${word}`;
  if (shown.risk_level === "HIGH" && !now.opened_by_you) return "a HIGH one is opened first";
  return null;
};
