import { decideMany } from "../../functions/api/act/decide-many.ts";
import type { Deps } from "../../functions/deps.ts";
import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";

export const openRequests = async (
  { approvals }: Pick<Deps, "approvals">,
  execution_id: string,
): Promise<ApprovalRequest[]> => (await approvals.ofExecution(execution_id)).filter(({ status }) => status === "open");

/** One person approves them in one act. @throws Error where one is refused */
export const approveRequests = async (deps: Deps, requests: readonly ApprovalRequest[]): Promise<void> => {
  const decisions = requests.map(({ approval_id: id, digest }) => ({ id, digest, decision: "approve" as const }));
  const { results } = await decideMany(deps)({ decisions }, "approver");
  const refused = results.find(({ ok }) => !ok);
  if (refused !== undefined) throw new Error(JSON.stringify(refused));
};
