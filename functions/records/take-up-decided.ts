import pMap from "p-map";
import type { ApprovalKind } from "../../shared/execution/approval/approval.ts";
import { WAITS_IN } from "../../shared/execution/approval/approval-id.ts";
import type { PendingDecision } from "../../shared/ports/approvals.ts";
import type { Deps } from "../deps.ts";
import { takeUp } from "./run-life-cycle.ts";

export type TakeUpDecidedDeps = Pick<
  Deps,
  "clock" | "log" | "approvals" | "pendingDecisions" | "steps" | "executions" | "waker" | "workflow"
>;

/**
 * A request whose decision may find its execution concluded, with nobody to tell: what it asks about is not over with
 * the execution. A decision on one is marked before it is stored.
 */
export const outlivesExecution = (kind: ApprovalKind): boolean => WAITS_IN[kind] !== "open";

/** A mark without a decision is one whose decider died, or is about to decide; no function runs for longer. */
const DECIDERS_LIVE_SECONDS = 3_600;

/**
 * Takes executions up again whose decision was stored and never applied: it fell between the conclusion and its end,
 * or the decider died before telling. Marks of decisions that were applied are removed; the rest is looked at again.
 * @returns how many executions were taken up
 */
export const takeUpDecided = async (deps: TakeUpDecidedDeps): Promise<number> => {
  const unapplied = new Set<string>();
  const look = async (pending: PendingDecision): Promise<void> => {
    const execution_id = await unappliedIn(deps, pending);
    if (execution_id === undefined || unapplied.has(execution_id)) return;
    unapplied.add(execution_id);
    await takeUp(deps)(execution_id);
  };
  // One that cannot be looked at keeps no other from its turn.
  await pMap(await deps.pendingDecisions.all(), look, { concurrency: 1, stopOnError: false });
  return unapplied.size;
};

/** @returns the execution, where a decision waits to be applied */
const unappliedIn = async (
  deps: TakeUpDecidedDeps,
  { approval_id, since }: PendingDecision,
): Promise<string | undefined> => {
  const request = await deps.approvals.get(approval_id);
  if (request?.status === "open") {
    const oldest = deps.clock.now().getTime() - DECIDERS_LIVE_SECONDS * 1000;
    if (Date.parse(since) < oldest) await deps.pendingDecisions.remove(approval_id);
    return undefined;
  }
  const record = request === undefined ? undefined : await deps.steps.get(request.execution_id, request.step_id);
  const waits =
    record?.approval_id === approval_id &&
    request &&
    outlivesExecution(request.kind) &&
    record.phase === WAITS_IN[request.kind];
  if (waits) return request?.execution_id;
  await deps.pendingDecisions.remove(approval_id);
  return undefined;
};
