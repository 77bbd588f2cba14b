import type { ApprovalRequest } from "../../../shared/execution/approval.ts";
import { extend } from "../../../shared/execution/extend.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { wake } from "../../execution/wake.ts";
import { conflicting, notFound } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

type Using = Pick<Deps, "approvals" | "clock" | "auditLog" | "waitTokens" | "workflow">;

const ATTEMPTS = 20;

/** Gives an open request more time, and tells the execution, whose wait would end at the old hour. */
export const extendApproval =
  (deps: Using) =>
  async (
    approval_id: string,
    { seconds, reason }: { readonly seconds: number; readonly reason?: string | undefined },
    actor: string,
  ): Promise<Result<ApprovalRequest, Problem>> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const request = await deps.approvals.get(approval_id);
      if (request === undefined) return refuse(notFound(`approval ${approval_id}`));
      const at = deps.clock.now().toISOString();
      const extended = extend(request, seconds, at);
      if (!extended.ok) return refuse(conflicting(extended.refusal));
      const stored = await deps.approvals.update(extended.value);
      if (stored === undefined) continue;
      const { execution_id, step_id, expires_at } = stored;
      await deps.auditLog.append(execution_id, "execution", {
        type: "approval_extended",
        at,
        actor,
        body: { approval_id, step_id, seconds, expires_at, reason: reason ?? null },
      });
      await wake(deps)(execution_id);
      return accept(stored);
    }
    throw new Error(`approval ${approval_id} was changed by others ${ATTEMPTS} times in a row`);
  };
