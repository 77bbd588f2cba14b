import pMap from "p-map";
import type { ApprovalRequest } from "../../../shared/execution/approval.ts";
import type { Deps } from "../../deps.ts";
import { readExecution } from "../../execution/documents.ts";
import { reopen, standingOf } from "../../execution/reopen.ts";
import type { DecisionResults, DecisionsBody } from "../schemas.ts";
import { type DecideDeps, decideApproval } from "./decide-approval.ts";

/** 500 decisions of six to eight requests of some 5 ms each are done in three seconds of the 29 there are. */
const DECIDED_AT_A_TIME = 8;

type Using = DecideDeps & Pick<Deps, "waker" | "workflow">;
type TellDeps = Pick<Deps, "executions" | "waker" | "workflow">;
type DecisionResult = DecisionResults["results"][number];

/** Many decisions in one act, each by itself: one that is refused keeps no other back. Each execution is told once. */
export const decideMany =
  (deps: Using) =>
  async ({ decisions }: DecisionsBody, caller: string): Promise<DecisionResults> => {
    const closed = new Set<string>();
    const voted = new Set<string>();
    const decideOne = async (item: DecisionsBody["decisions"][number]): Promise<DecisionResult> => {
      const { id, decision, digest, comment = null } = item;
      const decided = await decideApproval(deps)(id, { decision, digest, comment, arguments: null }, caller, true);
      if (!decided.ok) return { ok: false, id, problem: decided.refusal };
      (decided.value.status === "open" ? voted : closed).add(decided.value.execution_id);
      return { ok: true, id, status: decided.value.status, approvals_given: decided.value.votes.length };
    };
    const results = await pMap(decisions, decideOne, { concurrency: DECIDED_AT_A_TIME });
    for (const execution_id of closed) await reopen(deps)(execution_id);
    for (const execution_id of voted) if (!closed.has(execution_id)) await sealAnew(deps, execution_id);
    return { results };
  };

/** Tells the execution of a request that was closed, so that what was decided happens. */
export const tellExecution = async (
  deps: TellDeps,
  { status, execution_id }: Pick<ApprovalRequest, "status" | "execution_id">,
): Promise<void> => {
  await (status === "open" ? sealAnew(deps, execution_id) : reopen(deps)(execution_id));
};

/** A vote changes nothing yet; but one that came after an execution was sealed (a lock holds it) must be sealed too. */
const sealAnew = async (deps: TellDeps, execution_id: string): Promise<void> => {
  if (standingOf(await readExecution(deps, execution_id)) !== "RUNNING") await reopen(deps)(execution_id);
};
