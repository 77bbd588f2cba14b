import type { ApprovalRequest, ApprovalStatus } from "../../../execution/approval/approval.ts";
import { type Case, placeOf } from "../../case.ts";
import type { Findings } from "../../finding.ts";
import type { Replayed } from "../../replay.ts";
import { hasNotSeen } from "./decisions.ts";

type Needs = { readonly kind: ApprovalRequest["kind"]; readonly status: readonly ApprovalStatus[] };

/** The request that a transition rests on: a request of that kind that ended so. */
const RESTS_ON: Readonly<Record<string, Needs>> = {
  approved: { kind: "approve", status: ["approved"] },
  rejected: { kind: "approve", status: ["rejected"] },
  edited: { kind: "approve", status: ["edited"] },
  expired: { kind: "approve", status: ["expired"] },
  reconciled_happened: { kind: "reconcile", status: ["happened"] },
  reconciled_not_happened: { kind: "reconcile", status: ["did_not_happen"] },
  undo_happened: { kind: "reconcile_undo", status: ["happened"] },
  undo_not_happened: { kind: "reconcile_undo", status: ["did_not_happen"] },
  undo_answered: { kind: "undo", status: ["approved", "rejected"] },
  undone_by_hand: { kind: "undo", status: ["undone"] },
  undo_settled: { kind: "undo_failed", status: ["undone", "accepted"] },
};

/** Every transition that a person's word caused has that word in a request; an `approved` seals what was asked. */
export const checkTransitions = (
  verified: Case,
  requests: ReadonlyMap<string, ApprovalRequest>,
  findings: Findings,
): void => {
  for (const { transitions } of verified.steps.values()) {
    for (const told of transitions) {
      const needs = RESTS_ON[told.event.type];
      const request = requests.get(told.before.approval_id ?? "");
      if (needs !== undefined && !hasNotSeen(verified, request, told.event)) checkWord(told, needs, request, findings);
    }
  }
};

const checkWord = (
  { event, before, after }: Replayed,
  needs: Needs,
  request: ApprovalRequest | undefined,
  findings: Findings,
): void => {
  const where = placeOf(event);
  if (request === undefined || request.kind !== needs.kind || !needs.status.includes(request.status)) {
    findings.tampered(where, "no decision stands behind it", {
      expected: `${needs.kind}, ${needs.status.join(" or ")}`,
      found: request === undefined ? "no such request" : `${request.kind}, ${request.status}`,
    });
    return;
  }
  if (request.decided_by !== null && request.decided_by !== event.actor) {
    findings.tampered(where, "it names another person than the decision", {
      expected: request.decided_by,
      found: event.actor,
    });
  }
  if (event.type !== "approved") return;
  const people = request.votes.map(({ by }) => by).join(", ");
  const sealed = {
    expected: `${request.digest} by ${people}`,
    found: `${after.approved_digest} by ${after.approved_by.join(", ")}`,
  };
  if (sealed.expected !== sealed.found || before.preview_digest !== request.digest) {
    findings.tampered(where, "it does not seal what was approved, by whom", sealed);
  }
};
