import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { extend } from "../../../shared/execution/approval/extend.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import type { Deps } from "../../deps.ts";
import { readExecution } from "../../records/documents.ts";
import { recordExtension } from "../../records/outbox.ts";
import { standingOf, takeUp } from "../../records/run-life-cycle.ts";
import { conflicting, notFound } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

type Using = Pick<Deps, "approvals" | "executions" | "clock" | "auditLog" | "log" | "waker" | "workflow">;

const TURNS = 20;

/** Gives an open request more time, and tells the execution, whose wait would end at the old hour. */
export const extendApproval =
  (deps: Using) =>
  (
    approval_id: string,
    { seconds, reason = null }: { readonly seconds: number; readonly reason?: string | null | undefined },
    actor: string,
  ): Promise<Result<ApprovalRequest, Problem>> =>
    compareAndSet(`approval ${approval_id}`, TURNS, async () => {
      const request = await deps.approvals.get(approval_id);
      if (request === undefined) return refuse(notFound(`approval ${approval_id}`));
      const extended = extend(request, { by: actor, at: deps.clock.now().toISOString(), seconds, reason });
      if (!extended.ok) return refuse(conflicting(extended.refusal));
      const stored = await deps.approvals.update(extended.value);
      if (stored === "moved") return stored;
      await tell(deps, stored);
      return accept(stored);
    });

/**
 * One that runs has the event in its audit and its wait made longer. One that has concluded (a lock holds it) is taken
 * up again, and writes the event before it is sealed anew: written here, the event would stand behind the seal.
 */
const tell = async (deps: Using, request: ApprovalRequest): Promise<void> => {
  const { execution_id } = request;
  const execution = await readExecution(deps, execution_id);
  if (standingOf(execution) !== "RUNNING") {
    await takeUp(deps)(execution_id);
    return;
  }
  await recordExtension(deps, request);
  await deps.waker.wake([execution_id]);
};
