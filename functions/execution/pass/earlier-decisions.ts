import { sameCallDigest } from "../../../shared/conflicts/call-digest.ts";
import type { ScheduledStep } from "../../../shared/conflicts/schedule.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { toldOf, toldOfAnnounced } from "../../../shared/execution/approval/told-decision.ts";
import { duplicateWindowSince, isWithinWindow } from "../../../shared/execution/order/duplicate-window.ts";
import type { ExecutionView } from "../../../shared/execution/view/view.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { Deps } from "../../deps.ts";

export type EarlierDecisionsDeps = Pick<Deps, "approvals" | "clock" | "policy">;

/** Of the newest requests about the call so many are looked at, and of those so many are told. */
const LOOKED_AT = 50;
const TOLD = 5;

/** Longer than a pass may take: by then a request that was announced is open, or another pass announces it anew. */
const ABOUT_TO_BE_OPENED_MS = 15 * 60_000;

type Asked = { readonly step: ScheduledStep; readonly approval_id: string; readonly args: JsonObject };

/**
 * The lines with which a request about a call tells of those that were asked about the same one, and of the step's own
 * edits. The request is announced first: of two calls that are asked about at the same moment, at least one tells of the other.
 */
export const earlierDecisions = async (
  deps: EarlierDecisionsDeps,
  view: Pick<ExecutionView, "execution" | "contracts" | "approvals" | "now">,
  { step, approval_id, args }: Asked,
): Promise<Pick<ApprovalRequest, "same_call" | "earlier_decisions">> => {
  const contract = view.contracts.get(step.tool_name);
  if (contract === undefined) return {};
  const same_call = sameCallDigest(contract, args);
  const own = [...view.approvals.values()].filter(
    ({ step_id, status }) => step_id === step.step_id && status === "edited",
  );
  const since = duplicateWindowSince(view.execution.config, deps.policy, deps.clock.now().toISOString());
  const { execution_id } = view.execution;
  await deps.approvals.announce({ approval_id, execution_id, step_id: step.step_id, created_at: view.now, same_call });
  const { requests, announced } = await deps.approvals.ofCall(same_call, LOOKED_AT, approval_id);
  const others = requests.filter((request) => {
    const elsewhere = request.execution_id !== execution_id;
    // In one execution, what comes first is made first: the schedule says so, and so does the request.
    if (request.status === "open") return elsewhere;
    return (
      (elsewhere || request.step_id !== step.step_id) && isWithinWindow(request.decided_at ?? request.created_at, since)
    );
  });
  // A yes that may be about to run matters; a no, and a question to somebody else, must not be pushed out by many of them.
  const { true: approved = [], false: against = [] } = Object.groupBy(
    others,
    ({ status }) => `${status === "approved"}` as const,
  );
  const about = announced.filter(
    ({ execution_id: other, created_at }) =>
      other !== execution_id && Date.parse(view.now) - Date.parse(created_at) < ABOUT_TO_BE_OPENED_MS,
  );
  const told = [
    ...own.sort((one, other) => one.created_at.localeCompare(other.created_at)).flatMap(toldOf),
    ...about.map(toldOfAnnounced),
    ...[...against, ...approved].flatMap(toldOf),
  ];
  return { same_call, earlier_decisions: told.slice(0, own.length + TOLD) };
};
