import { type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { calledNow } from "../../records/called-now.ts";
import type { Caller } from "../http/caller.ts";
import { problemOf } from "../http/problems.ts";
import type { ApprovalView, Problem } from "../schemas.ts";
import { openApproval } from "./open-approval.ts";

type Using = Pick<
  Deps,
  "approvalLinks" | "approvals" | "callerNames" | "steps" | "locks" | "agents" | "clock" | "contracts" | "work"
>;

const LEADS_NOWHERE = problemOf(
  "not-found",
  "this link leads nowhere, or does not any more; what waits is listed by GET /approvals, or `buddy approvals`",
);

/** Opens the request that a link leads to, as its id would. A link that expired is one that never was. */
export const followLink =
  (deps: Using) =>
  async (link: string, caller: Pick<Caller, "name" | "scopes">): Promise<Result<ApprovalView, Problem>> => {
    const found = await deps.approvalLinks.get(link);
    if (found === undefined || found.expires_at <= deps.clock.now().toISOString()) return refuse(LEADS_NOWHERE);
    return openApproval(deps)(found.approval_id, caller, await calledNow(deps));
  };
