import pMap from "p-map";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { type Called, NOBODY_NAMED } from "../../../shared/plan/called.ts";
import type { Deps } from "../../deps.ts";
import { readExecution } from "../../records/documents.ts";
import { standingOf, takeUp } from "../../records/run-life-cycle.ts";
import { problemOf } from "../http/problems.ts";
import type { DecisionResults, DecisionsBody } from "../schemas.ts";
import { type DecideDeps, decideApproval } from "./decide-approval.ts";

/** 500 decisions of seven to nine requests of some 5 ms each are done in three seconds of the 29 there are. */
const DECIDED_AT_A_TIME = 8;

/** 500 executions, each read, written and woken in some 100 ms, are told in seven seconds. */
const TOLD_AT_A_TIME = 8;

/** Since the act began: none is decided after the first, none told after the second; the answer comes within 29 s. */
const DECIDED_WITHIN_MS = 15_000;
const TOLD_WITHIN_MS = 24_000;

type Using = DecideDeps & Pick<Deps, "waker" | "workflow">;
type TellDeps = Pick<Deps, "executions" | "waker" | "workflow">;
type DecisionResult = DecisionResults["results"][number];

/**
 * Many decisions in one act, each by itself: one that is refused keeps no other back, and what there was no time for says
 * so. Each execution is told once; one that there was no time to tell is told by the sweeper, within a minute.
 */
export const decideMany =
  (deps: Using) =>
  async ({ decisions }: DecisionsBody, caller: string, called: Called = NOBODY_NAMED): Promise<DecisionResults> => {
    const begun = deps.clock.now().getTime();
    const isWithin = (milliseconds: number): boolean => deps.clock.now().getTime() - begun < milliseconds;
    const closed = new Set<string>();
    const voted = new Set<string>();
    const decideOne = async (item: DecisionsBody["decisions"][number]): Promise<DecisionResult> => {
      const { id, decision, digest, comment = null } = item;
      if (!isWithin(DECIDED_WITHIN_MS)) return { ok: false, id, problem: problemOf("not-reached", NOT_REACHED) };
      const given = { decision, digest, comment, arguments: null };
      const decided = await decideApproval(deps)(id, given, caller, true, called);
      if (!decided.ok) return { ok: false, id, problem: decided.refusal };
      (decided.value.status === "open" ? voted : closed).add(decided.value.execution_id);
      return { ok: true, id, status: decided.value.status, approvals_given: decided.value.votes.length };
    };
    const results = await pMap(decisions, decideOne, { concurrency: DECIDED_AT_A_TIME });
    const tell = async (execution_id: string): Promise<void> => {
      if (!isWithin(TOLD_WITHIN_MS)) return;
      if (closed.has(execution_id)) await takeUp(deps)(execution_id);
      else await sealAnew(deps, execution_id);
    };
    await pMap(new Set([...closed, ...voted]), tell, { concurrency: TOLD_AT_A_TIME });
    return { results };
  };

const NOT_REACHED = "it was not decided: send it again";

/** Tells the execution of a request that was closed, so that what was decided happens. */
export const tellExecution = async (
  deps: TellDeps,
  { status, execution_id }: Pick<ApprovalRequest, "status" | "execution_id">,
): Promise<void> => {
  await (status === "open" ? sealAnew(deps, execution_id) : takeUp(deps)(execution_id));
};

/** A vote changes nothing yet; but one that came after an execution was sealed (a lock holds it) must be sealed too. */
const sealAnew = async (deps: TellDeps, execution_id: string): Promise<void> => {
  if (standingOf(await readExecution(deps, execution_id)) !== "RUNNING") await takeUp(deps)(execution_id);
};
