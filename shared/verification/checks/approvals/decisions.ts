import type { AuditEvent } from "../../../audit/audit-event.ts";
import type { ApprovalRequest, ApprovalStatus } from "../../../execution/approval/approval.ts";
import { digestOf } from "../../../plan/digest.ts";
import { type Case, placeOf } from "../../case.ts";
import type { Findings } from "../../finding.ts";

/** Which decision leads to which status; what is not here came by itself, or is still open. */
const DECIDED: Readonly<Partial<Record<ApprovalStatus, string>>> = {
  approved: "approve",
  rejected: "reject",
  edited: "edit",
  happened: "happened",
  did_not_happen: "did_not_happen",
  undone: "undone",
  accepted: "accepted",
};

type Said = { readonly by: string | null; readonly at: string | null; readonly comment: string | null };

/** Every vote and every decision has its event in the serial chain, and the other way round. */
export const checkDecisions = (
  verified: Case,
  request: ApprovalRequest,
  events: readonly AuditEvent[],
  findings: Findings,
): void => {
  for (const event of events) checkEvent(event, request, findings);
  const votes = events.filter(({ body }) => body.decision === "approve");
  for (const vote of request.votes) lacks(verified, request, votes, vote, "approve", findings);
  const known = votes.filter((event) => !hasNotSeen(verified, request, event));
  if (known.length > request.votes.length) {
    findings.tampered(`approval ${request.approval_id}`, "an event tells of a vote that it does not have", {
      expected: `${known.length} votes`,
      found: String(request.votes.length),
    });
  }
  checkClosing(verified, request, events, findings);
};

/** A request that is still open was read before what the event tells of. */
export const hasNotSeen = (
  { mayBeNewer }: Case,
  request: Pick<ApprovalRequest, "status"> | undefined,
  event: AuditEvent,
): boolean => (request === undefined || request.status === "open") && mayBeNewer(event);

const checkEvent = (event: AuditEvent, request: ApprovalRequest, findings: Findings): void => {
  const { digest, step_id, by } = event.body;
  if (digest === request.digest && step_id === request.step_id && by === event.actor) return;
  findings.tampered(placeOf(event), `it does not decide what ${request.approval_id} asked`, {
    expected: `${request.step_id} ${request.digest}`,
    found: `${String(step_id)} ${String(digest)}`,
  });
};

const tells = (event: AuditEvent, { by, at, comment }: Said): boolean =>
  event.actor === by && event.at === at && event.body.comment === comment;

const lacks = (
  verified: Case,
  request: ApprovalRequest,
  events: readonly AuditEvent[],
  said: Said,
  decision: string,
  findings: Findings,
): void => {
  if (events.some((event) => event.body.decision === decision && tells(event, said))) return;
  const wrong = verified.unsealed ? findings.incomplete : findings.tampered;
  wrong(`approval ${request.approval_id}`, `no event tells that ${said.by} said ${decision} at ${said.at}`, {
    expected: "approval_decided in the serial chain",
    found: "no such event",
  });
};

const checkClosing = (
  verified: Case,
  request: ApprovalRequest,
  events: readonly AuditEvent[],
  findings: Findings,
): void => {
  const where = `approval ${request.approval_id}`;
  const decision = DECIDED[request.status];
  const closing = events.filter(({ body }) => body.status !== "open");
  if (decision === undefined) {
    for (const event of closing) {
      if (hasNotSeen(verified, request, event)) continue;
      findings.tampered(where, `${placeOf(event)} decided it`, {
        expected: String(event.body.status),
        found: request.status,
      });
    }
    return;
  }
  const { decided_by, decided_at, comment } = request;
  lacks(verified, request, closing, { by: decided_by, at: decided_at, comment }, decision, findings);
  if (closing.some(({ body }) => body.status !== request.status)) {
    findings.tampered(where, "an event tells that it ended otherwise", {
      expected: closing.map(({ body }) => String(body.status)).join(", "),
      found: request.status,
    });
  }
  if (request.status === "approved" && request.votes.length < request.approvals_required) {
    findings.tampered(where, "it is approved with too few votes", {
      expected: String(request.approvals_required),
      found: String(request.votes.length),
    });
  }
  if (request.status === "edited") checkEdit(verified, request, findings);
};

/** The arguments that the step went on with are those the editor wrote. */
const checkEdit = ({ steps }: Case, request: ApprovalRequest, findings: Findings): void => {
  const edited = steps
    .get(request.step_id)
    ?.transitions.find(({ event, before }) => event.type === "edited" && before.approval_id === request.approval_id);
  const expected = edited?.after.edited_arguments?.digest;
  const found = digestOf("body", request.edited_arguments);
  if (expected === undefined || expected === found) return;
  findings.tampered(`approval ${request.approval_id}`, "its edited arguments are not those its step went on with", {
    expected,
    found,
  });
};
