import type { ApprovalKind, ApprovalRequest } from "../../../execution/approval/approval.ts";
import { nextRequest } from "../../../execution/approval/approval-id.ts";
import { previewDigest } from "../../../execution/approval/preview.ts";
import type { StepEventName } from "../../../execution/record/states.ts";
import { canonicalJson } from "../../../plan/digest.ts";
import { type Case, previewAt } from "../../case.ts";
import type { Findings } from "../../finding.ts";
import type { Replayed } from "../../replay.ts";

/** Which events announce a request, by its kind: none may be missing, or honest requests of it look forged. */
const ANNOUNCED_BY = {
  approve: ["approval_requested"],
  reconcile: ["live_unknown"],
  reconcile_undo: ["compensation_unknown"],
  undo_failed: ["compensation_failed"],
  undo: ["undo_asked", "undo_withheld"],
} as const satisfies Record<ApprovalKind, readonly StepEventName[]>;

const ANNOUNCES: ReadonlyMap<string, string> = new Map(
  Object.entries(ANNOUNCED_BY).flatMap(([kind, events]) => events.map((event) => [event, kind])),
);

/** The question is the one that the chain tells of, and the person saw the text that the digest seals. */
export const checkRequest = (verified: Case, request: ApprovalRequest, findings: Findings): void => {
  const where = `approval ${request.approval_id}`;
  const compare = (what: string, expected: string, found: string): void => {
    if (expected !== found) findings.tampered(where, `its ${what} is another`, { expected, found });
  };
  compare("execution", verified.execution_id, request.execution_id);
  const transitions = verified.steps.get(request.step_id)?.transitions ?? [];
  const asked = transitions.find(
    ({ event, after, before }) => announced(event.type, before, after) === request.approval_id,
  );
  if (asked === undefined) {
    if (request.status === "open") findings.note(where, "it was opened and never asked by its step");
    else if (request.decided_by !== null) findings.tampered(where, "it was decided, and its step never asked it");
    return;
  }
  compare("kind", ANNOUNCES.get(asked.event.type) ?? "none", request.kind);
  compare("id", nextRequest(asked.before, request.kind).approval_id, request.approval_id);
  const step = verified.scheduled.get(request.step_id);
  if (step !== undefined) {
    compare("tool", step.tool_name, request.tool_name);
    compare("risk level", step.risk_level, request.risk_level);
    compare("plan", step.plan_id, request.plan_id);
  }
  if (request.kind === "approve" && wasOpen(request)) checkSealed(verified, request, asked, findings);
};

/**
 * One whose step went on before it was opened was put there as voided, with what stood by then: nobody was shown it,
 * and nothing follows from it.
 */
const wasOpen = ({ status, created_at, decided_at }: ApprovalRequest): boolean =>
  status !== "voided" || created_at !== decided_at;

const announced = (type: string, before: Replayed["before"], after: Replayed["after"]): string | null =>
  ANNOUNCES.has(type) && after.approval_id !== before.approval_id ? after.approval_id : null;

/** Arguments, changes and summary as the approver saw them, against the document that the digest is of. */
const checkSealed = (verified: Case, request: ApprovalRequest, asked: Replayed, findings: Findings): void => {
  const where = `approval ${request.approval_id}`;
  const { preview, preview_digest } = asked.before;
  if (preview_digest !== request.digest) {
    findings.tampered(where, "it asks about another preview than its step had", {
      expected: String(preview_digest),
      found: request.digest,
    });
  }
  const sealed = preview === null ? undefined : previewAt(verified, preview.digest);
  // That the document is missing is found where documents are looked at.
  if (sealed === undefined || previewDigest(sealed) !== request.digest) return;
  const seen = {
    tool_name: request.tool_name,
    acting_agent_id: request.acting_agent_id,
    arguments: request.arguments,
    summary: request.summary,
    changes: request.changes,
  };
  const { tool_name, acting_agent_id, arguments: args, preview: shown } = sealed;
  const expected = { tool_name, acting_agent_id, arguments: args, summary: shown.summary, changes: shown.changes };
  if (canonicalJson(seen) === canonicalJson(expected)) return;
  findings.tampered(where, "it shows something else than its digest seals", {
    expected: canonicalJson(expected),
    found: canonicalJson(seen),
  });
};
