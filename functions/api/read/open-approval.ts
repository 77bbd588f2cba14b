import { type Called, NOBODY_NAMED } from "../../../shared/plan/called.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { isSamePerson } from "../../../shared/plan/same-person.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import type { Deps } from "../../deps.ts";
import { earlierNowOf } from "../../records/earlier-now.ts";
import { ownersNow } from "../../records/owners-now.ts";
import type { Caller } from "../http/caller.ts";
import { notFound } from "../http/problems.ts";
import type { ApprovalView, Problem } from "../schemas.ts";
import { approvalViewOf } from "./approval-view.ts";
import { workerNote } from "./worker-note.ts";

type Using = Pick<Deps, "approvals" | "steps" | "locks" | "agents" | "clock" | "contracts" | "work">;

const TURNS = 20;

/**
 * One request in full. That a caller who decides opened it is recorded on it while it is open: it lets the caller decide a
 * HIGH one together with others, and the request stays with whom it was put to. Nothing else comes of opening it.
 */
export const openApproval =
  (deps: Using) =>
  (
    approval_id: string,
    who: Pick<Caller, "name" | "scopes">,
    called: Called = NOBODY_NAMED,
  ): Promise<Result<ApprovalView, Problem>> =>
    compareAndSet(`approval ${approval_id}`, TURNS, async () => {
      const { name: caller, scopes } = who;
      const request = await deps.approvals.get(approval_id);
      if (request === undefined) return refuse(notFound(`approval ${approval_id}`));
      const decides = request.status === "open" && scopes.includes("approvals:decide");
      const record = decides && !request.opened_by.some((opener) => isSamePerson(opener, caller));
      const stored = record
        ? await deps.approvals.update({ ...request, opened_by: [...request.opened_by, caller] })
        : request;
      if (stored === "moved") return stored;
      const now = deps.clock.now();
      const [shown, step, locks, owners, worker_note] = await Promise.all([
        earlierNowOf(deps, stored),
        deps.steps.get(request.execution_id, request.step_id),
        deps.locks.all(),
        ownersNow(deps, request),
        workerNote(deps, request, now),
      ]);
      const view = approvalViewOf(shown, who, now.toISOString(), { record: step, locks, owners, called });
      return accept({ ...view, ...(worker_note === undefined ? {} : { worker_note }) });
    });
