import type { Api } from "../client/api.ts";
import { ApiProblem } from "../client/problem.ts";
import type { Decision } from "../client/routes/approvals.ts";
import type { Approval } from "../replies/approvals.ts";

/** The server's reason for refusing a vote to whoever has given one. */
const VOTED_ALREADY = "voted_already";

/**
 * Of a decision that the caller was free to make when the request was read: whether it was refused as a vote that the
 * caller has given. Its answer was lost then, and it was sent again.
 */
export const isOwnVote = (problem: Readonly<Record<string, unknown>> | undefined): boolean =>
  problem?.reason === VOTED_ALREADY;

/** Decides a request as it was opened. @throws ApiProblem where the server refuses it, CliError where it does not answer */
export const giveDecision = async (
  api: Pick<Api, "decide">,
  { approval_id, digest, you_may }: Approval,
  decision: Omit<Decision, "digest">,
): Promise<void> => {
  try {
    await api.decide(approval_id, { ...decision, digest });
  } catch (error) {
    const was = error instanceof ApiProblem && you_may.includes(decision.decision) && isOwnVote(error.problem);
    if (!was) throw error;
  }
};
