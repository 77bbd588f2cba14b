import type { ApprovalView, DecisionResults } from "../../functions/api/schemas.ts";
import { tellTheSame } from "../../shared/shown/earlier.ts";
import type { Queued } from "../client/queued.ts";

export type Result = DecisionResults["results"][number];
export type Word = "approve" | "reject";

/**
 * Why one request is not decided together with others; null where it is. `now` is how the queue has it, undefined where
 * it is not open any more.
 */
export const hindrance = (shown: ApprovalView, now: ApprovalView | undefined, word: Word): string | null => {
  if (now === undefined) return "it is not open any more";
  if (now.digest !== shown.digest || !tellTheSame(shown, now)) return "it has changed since it was shown here; open it";
  if (!now.you_may.includes(word))
    return now.you_may_not_because ?? `a request of this kind is not answered with ${word}`;
  if (shown.risk_level === "HIGH" && !now.opened_by_you) return "a HIGH one is opened first";
  return null;
};

/** Why one is not decided with the others by that word; null where it is. */
export const whyNotIn = (open: readonly Queued[] | undefined, results: ReadonlyMap<string, Result>) => {
  const now = new Map(open?.map((request) => [request.approval_id, request]));
  return (request: ApprovalView, word: Word): string | null =>
    results.get(request.approval_id)?.ok === true ? "done" : hindrance(request, now.get(request.approval_id), word);
};
