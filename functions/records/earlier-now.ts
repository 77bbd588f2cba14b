import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import { toldNow } from "../../shared/execution/approval/told-decision.ts";
import type { Deps } from "../deps.ts";

/**
 * Requests as people are shown them: what each tells of the same call elsewhere was kept when it was asked, and what was
 * open then is read again, all of it at once. Never stored: the record keeps what was known when it was asked.
 */
export const earlierNow = async (
  { approvals }: Pick<Deps, "approvals">,
  requests: readonly ApprovalRequest[],
): Promise<ApprovalRequest[]> => {
  const open = new Map(
    requests
      .flatMap(({ earlier_decisions = [] }) => earlier_decisions.filter(({ status }) => status === "open"))
      .map((earlier) => [earlier.approval_id, earlier]),
  );
  if (open.size === 0) return [...requests];
  const found = await approvals.these([...open.values()]);
  const now = new Map(found.map((request) => [request.approval_id, request]));
  return requests.map((request) =>
    request.earlier_decisions === undefined
      ? request
      : { ...request, earlier_decisions: toldNow(request, (approval_id) => now.get(approval_id)) },
  );
};

/** The same of one request. */
export const earlierNowOf = async (deps: Pick<Deps, "approvals">, request: ApprovalRequest): Promise<ApprovalRequest> =>
  (await earlierNow(deps, [request]))[0] ?? request;
