import type { ApprovalOutcome } from "../execution/outcome/execution-outcome.ts";
import type { StepOutcome } from "../execution/outcome/step-outcome.ts";
import { addDecisions } from "./add-aggregates.ts";
import {
  type Aggregate,
  type DecisionCounts,
  MAX_APPROVERS,
  noDecisions,
  OTHER_APPROVERS,
} from "./aggregate-schema.ts";
import { outcomeIn } from "./aggregate-steps.ts";
import { compareText } from "./counts.ts";

/** Identities are kept for comparison, not for display: longer ones are cut, and one that no record can hold is not named. */
const nameOf = (person: string): string => (person === "__proto__" ? OTHER_APPROVERS : person.slice(0, 64));

const isRequest = (approval: ApprovalOutcome): boolean => approval.kind === "approve";

export const aggregateApprovals = (approvals: readonly ApprovalOutcome[]): Aggregate["approvals"] => {
  const requests = approvals.filter(isRequest);
  const count = (status: ApprovalOutcome["status"]): number =>
    requests.filter((request) => request.status === status).length;
  return {
    approved: count("approved"),
    rejected: count("rejected"),
    edited: count("edited"),
    expired: count("expired"),
    voided: count("voided"),
    open: count("open"),
  };
};

export type ToolDecisions = { decisions: DecisionCounts; approvers: Record<string, DecisionCounts> };

/**
 * Decisions by tool, and by person within it. Of several approvals of one step (it was asked anew) the last one counts:
 * only that one led to the call. A later roll back for the sake of another step is no mistake of the approver.
 */
export const aggregateDecisions = (
  approvals: readonly ApprovalOutcome[],
  steps: ReadonlyMap<string, StepOutcome>,
): Map<string, ToolDecisions> => {
  const tools = new Map<string, Map<string, DecisionCounts>>();
  const totals = new Map<string, DecisionCounts>();
  for (const approval of lastDecisions(approvals)) {
    const counted = decisionOf(approval, steps.get(approval.step_id));
    totals.set(approval.tool_name, addDecisions(totals.get(approval.tool_name) ?? noDecisions, counted));
    const people = tools.get(approval.tool_name) ?? new Map<string, DecisionCounts>();
    tools.set(approval.tool_name, people);
    for (const name of new Set(approval.decided_by.map(nameOf))) {
      people.set(name, addDecisions(people.get(name) ?? noDecisions, counted));
    }
  }
  const kept = keptPeople(tools);
  return new Map(
    [...totals].map(([tool, decisions]) => [
      tool,
      { decisions, approvers: fold(tools.get(tool) ?? new Map(), (name) => kept.has(pairKey(tool, name))) },
    ]),
  );
};

const lastDecisions = (approvals: readonly ApprovalOutcome[]): ApprovalOutcome[] => {
  const decided = approvals.filter(
    (approval) => isRequest(approval) && (approval.status === "approved" || approval.status === "rejected"),
  );
  const inTime = decided.toSorted(
    (one, other) => compareText(one.created_at, other.created_at) || compareText(one.approval_id, other.approval_id),
  );
  return [...new Map(inTime.map((approval) => [approval.step_id, approval])).values()];
};

const decisionOf = (approval: ApprovalOutcome, step: StepOutcome | undefined): DecisionCounts => {
  if (approval.status === "rejected") return { ...noDecisions, rejected: 1 };
  const outcome = step === undefined ? undefined : outcomeIn(step, "LIVE");
  if (outcome === "success") return { ...noDecisions, approved_succeeded: 1 };
  if (outcome === "failure") return { ...noDecisions, approved_failed: 1 };
  return { ...noDecisions, approved_without_outcome: 1 };
};

const pairKey = (tool: string, name: string): string => `${tool}\n${name}`;

/** The `MAX_APPROVERS` pairs of tool and person with the most decisions: an execution's aggregate has a bounded size. */
const keptPeople = (tools: ReadonlyMap<string, ReadonlyMap<string, DecisionCounts>>): Set<string> => {
  const pairs = [...tools].flatMap(([tool, people]) =>
    [...people].map(([name, counts]) => ({ key: pairKey(tool, name), total: totalOf(counts) })),
  );
  const busiest = pairs.sort((one, other) => other.total - one.total || compareText(one.key, other.key));
  return new Set(busiest.slice(0, MAX_APPROVERS).map(({ key }) => key));
};

const totalOf = (counts: DecisionCounts): number =>
  counts.approved_succeeded + counts.approved_failed + counts.approved_without_outcome + counts.rejected;

const fold = (
  people: ReadonlyMap<string, DecisionCounts>,
  keep: (name: string) => boolean,
): Record<string, DecisionCounts> => {
  const folded = new Map<string, DecisionCounts>();
  for (const [name, counts] of people) {
    const place = keep(name) ? name : OTHER_APPROVERS;
    folded.set(place, addDecisions(folded.get(place) ?? noDecisions, counts));
  }
  return Object.fromEntries([...folded].sort(([one], [other]) => compareText(one, other)));
};
