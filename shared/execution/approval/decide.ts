import { accept, type Result, refuse } from "../../plan/result.ts";
import { isSamePerson } from "../../plan/same-person.ts";
import type { ApprovalRequest, ApprovalStatus } from "./approval.ts";
import { type Circumstances, DECISIONS, type Decision, type DecisionRefusal, type DecisionWord } from "./decision.ts";
import { contentRefusal } from "./decision-content.ts";
import { firstRefusal } from "./decision-standing.ts";

export {
  type Circumstances,
  DECISIONS,
  type Decision,
  type DecisionRefusal,
  type DecisionWord,
  decisionWord,
  MAX_EDITS,
  REFUSALS,
} from "./decision.ts";

const RESULTS = {
  reject: "rejected",
  edit: "edited",
  happened: "happened",
  did_not_happen: "did_not_happen",
  undone: "undone",
  accepted: "accepted",
} as const satisfies Record<Exclude<DecisionWord, "approve">, ApprovalStatus>;

/**
 * The request after `caller` decided, or why it cannot be decided so. `now` is ISO 8601, UTC. A vote that is not the
 * last of `approvals_required` leaves it open. `version` is unchanged: the store's conditional write counts it.
 */
export const decide = (
  request: ApprovalRequest,
  decision: Decision,
  caller: string,
  now: string,
  circumstances: Circumstances,
): Result<ApprovalRequest, DecisionRefusal> => {
  const asked = { ...circumstances, request, word: decision.decision, caller, now };
  const refusal = firstRefusal(asked) ?? contentRefusal(request, decision, circumstances);
  if (refusal !== undefined) return refuse(refusal);
  const closed = { decided_at: now, decided_by: caller, comment: decision.comment };
  if (decision.decision !== "approve") {
    const edited_arguments = decision.decision === "edit" ? decision.arguments : null;
    return accept({ ...request, ...closed, status: RESULTS[decision.decision], edited_arguments });
  }
  const votes = [...request.votes, { by: caller, at: now, comment: decision.comment }];
  return votes.length < request.approvals_required
    ? accept({ ...request, votes })
    : accept({ ...request, ...closed, votes, status: "approved" });
};

/**
 * The very decision that closed the request, given again by the same person: their first reply was lost, and what
 * follows from a decision may not have followed yet. One with another comment says something else.
 */
export const isRepeated = (
  request: ApprovalRequest,
  { decision, digest, comment }: Decision,
  caller: string,
): boolean => {
  const result: ApprovalStatus = decision === "approve" ? "approved" : RESULTS[decision];
  const { status, decided_by } = request;
  const same = status === result && request.digest === digest && (comment === null || comment === request.comment);
  return same && decided_by !== null && isSamePerson(decided_by, caller);
};

/** The decisions that `caller` may make on a request, taken by itself, and why no more. */
export const mayDecide = (
  request: ApprovalRequest,
  caller: string,
  now: string,
  circumstances: Pick<Circumstances, "edits" | "locked" | "awaited" | "owners" | "called">,
): { may: DecisionWord[]; because: string | null } => {
  const may: DecisionWord[] = [];
  let why: string | null = null;
  for (const word of DECISIONS[request.kind]) {
    const contract = { tool_name: request.tool_name, input_schema: {}, resources: [] };
    const refusal = firstRefusal({ ...circumstances, contract, together: false, request, word, caller, now });
    if (refusal === undefined) may.push(word);
    else why ??= refusal.message;
  }
  return { may, because: why };
};
