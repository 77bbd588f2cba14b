import { cutText } from "../../plan/cut-text.ts";
import type { AnnouncedRequest, ApprovalRequest, EarlierDecision } from "./approval.ts";
import { argumentChanges } from "./argument-changes.ts";

/** Five of them, each with ten changes of 2 x 200 characters, are 25 KB of the 400 that a request may have. */
const MOST_COMMENT = 1_000;

/** The line with which a request about the same call is told of; none for one that expired or was taken back. */
export const toldOf = (request: ApprovalRequest): EarlierDecision[] => {
  const { approval_id, execution_id, step_id, status, created_at, decided_at, decided_by } = request;
  if (status !== "open" && status !== "rejected" && status !== "edited" && status !== "approved") return [];
  const { changes, more } = argumentChanges(request.arguments, request.edited_arguments ?? request.arguments);
  return [
    {
      ...{ approval_id, execution_id, step_id, status, created_at, decided_at, decided_by },
      comment: request.comment === null ? null : cutText(request.comment, MOST_COMMENT),
      changes,
      more_changes: more,
    },
  ];
};

/** The line with which a request tells of one that is about to be opened. */
export const toldOfAnnounced = ({
  approval_id,
  execution_id,
  step_id,
  created_at,
}: AnnouncedRequest): EarlierDecision => ({
  ...{ approval_id, execution_id, step_id, status: "open", created_at },
  ...{ decided_at: null, decided_by: null, comment: null, changes: [], more_changes: 0 },
});

/**
 * The earlier decisions of a request, as they stand by now: those that were open when it was asked are told as they
 * ended. A request that was decided keeps those that ended after it: nobody who decided it was told of that.
 */
export const toldNow = (
  { earlier_decisions = [], decided_at }: Pick<ApprovalRequest, "earlier_decisions" | "decided_at">,
  asItStands: (approval_id: string) => ApprovalRequest | undefined,
): EarlierDecision[] =>
  earlier_decisions.flatMap((earlier) => {
    const now = earlier.status === "open" ? asItStands(earlier.approval_id) : undefined;
    if (now === undefined || now.status === "open") return [earlier];
    const endedLater = decided_at !== null && (now.decided_at === null || now.decided_at > decided_at);
    return endedLater ? [earlier] : toldOf(now);
  });
