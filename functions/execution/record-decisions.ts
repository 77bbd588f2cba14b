import type { ApprovalRequest } from "../../shared/execution/approval.ts";
import type { Deps } from "../deps.ts";

export type RecordedDecision = {
  readonly decision: string;
  readonly digest: string;
  readonly comment: string | null;
  readonly by: string;
  readonly at: string;
};

/** One person's decision, in the execution's serial chain. */
export const recordDecision = async (
  deps: Pick<Deps, "auditLog">,
  request: ApprovalRequest,
  { decision, digest, comment, by, at }: RecordedDecision,
): Promise<void> => {
  const { approval_id, step_id, status, votes, approvals_required } = request;
  await deps.auditLog.append(request.execution_id, "execution", {
    type: "approval_decided",
    at,
    actor: by,
    body: { approval_id, step_id, decision, digest, by, comment, status, votes: votes.length, approvals_required },
  });
};

/**
 * Writes the events of decisions that have none. The request's record is what counts, and a crash can come between it
 * and its event; whoever acts on the decision sees to it that the audit has it, or an honest record would look forged.
 */
export const recordMissing = async (
  deps: Pick<Deps, "auditLog">,
  execution_id: string,
  requests: readonly ApprovalRequest[],
): Promise<void> => {
  if (requests.length === 0) return;
  const chain = await deps.auditLog.chain(execution_id, "execution");
  const known = new Set(
    chain.flatMap(({ type, body }) => (type === "approval_decided" ? [`${body.approval_id}/${body.by}`] : [])),
  );
  for (const request of requests) {
    for (const decision of decisionsOf(request)) {
      if (!known.has(`${request.approval_id}/${decision.by}`)) await recordDecision(deps, request, decision);
    }
  }
};

const WORDS: Partial<Record<ApprovalRequest["status"], string>> = {
  rejected: "reject",
  edited: "edit",
  happened: "happened",
  did_not_happen: "did_not_happen",
  undone: "undone",
  accepted: "accepted",
};

const decisionsOf = (request: ApprovalRequest): RecordedDecision[] => {
  const { digest, votes, status, decided_by, decided_at, comment } = request;
  const approvals = votes.map((vote) => ({
    decision: "approve",
    digest,
    comment: vote.comment,
    by: vote.by,
    at: vote.at,
  }));
  const decision = WORDS[status];
  if (decision === undefined || decided_by === null || decided_at === null) return approvals;
  return [...approvals, { decision, digest, comment, by: decided_by, at: decided_at }];
};
