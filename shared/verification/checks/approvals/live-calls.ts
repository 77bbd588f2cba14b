import type { ScheduledStep } from "../../../conflicts/schedule.ts";
import type { ApprovalRequest } from "../../../execution/approval/approval.ts";
import { previewDigest } from "../../../execution/approval/preview.ts";
import { isUnsettled, type LedgerRow } from "../../../execution/record/ledger-row.ts";
import { canonicalJson } from "../../../plan/digest.ts";
import { type Case, placeOf, previewAt } from "../../case.ts";
import type { Findings } from "../../finding.ts";
import type { Replayed } from "../../replay.ts";
import { hasNotSeen } from "./decisions.ts";

/** Every entry into LIVE, and every call in the ledger, of a step that needs people. */
export const checkLiveCalls = (
  verified: Case,
  requests: ReadonlyMap<string, ApprovalRequest>,
  findings: Findings,
): void => {
  const rows = new Map(
    verified.record.ledger.filter(({ side }) => side === "forward").map((row) => [row.step_id, row] as const),
  );
  const requestsOf = Map.groupBy(requests.values(), ({ step_id }) => step_id);
  const required = leastRequired(verified);
  for (const { step_id, transitions } of verified.steps.values()) {
    const step = verified.scheduled.get(step_id);
    const row = rows.get(step_id);
    const entries = transitions.filter(({ event }) => event.type === "approved" || event.type === "live_allowed");
    if (step?.approval_needed === true) {
      const asked = requestsOf.get(step_id) ?? [];
      for (const entry of entries) {
        if (hasNotSeen(verified, requests.get(entry.after.approval_id ?? ""), entry.event)) continue;
        checkEntry(entry, asked, required.get(step_id) ?? 1, findings);
      }
    }
    if (row !== undefined) checkCall(verified, step, row, entries.at(-1), findings);
  }
};

/** LIVE is entered with the digest of the present preview, and enough people approved that digest. */
const checkEntry = (
  { event, after }: Replayed,
  requests: readonly ApprovalRequest[],
  required: number,
  findings: Findings,
): void => {
  const where = placeOf(event);
  if (after.approved_digest === null || after.approved_digest !== after.preview_digest) {
    findings.tampered(where, "it goes LIVE without an approval of what it is about to do", {
      expected: String(after.preview_digest),
      found: String(after.approved_digest),
    });
    return;
  }
  const approved = requests.filter(
    ({ kind, status, digest }) => kind === "approve" && status === "approved" && digest === after.approved_digest,
  );
  if (approved.some(({ votes }) => new Set(votes.map(({ by }) => by)).size >= required)) return;
  findings.tampered(where, "it goes LIVE without as many approvals as its contract asks for", {
    expected: `${required} for ${after.approved_digest}`,
    found: approved.length === 0 ? "no such approval" : `${Math.max(...approved.map(({ votes }) => votes.length))}`,
  });
};

/** Approvals that each step needs at least: by the schedule in force when it was asked, one of those the events name. */
const leastRequired = ({ schedules }: Case): ReadonlyMap<string, number> => {
  const least = new Map<string, number>();
  for (const step of schedules.flatMap((schedule) => schedule.steps.filter(({ approval_needed }) => approval_needed))) {
    const required = Math.max(1, step.approvals_required);
    least.set(step.step_id, Math.min(required, least.get(step.step_id) ?? required));
  }
  return least;
};

/** The sent call is the approved one: by digest, and by the arguments under that digest. */
const checkCall = (
  verified: Case,
  step: ScheduledStep | undefined,
  row: LedgerRow,
  entry: Replayed | undefined,
  findings: Findings,
): void => {
  const where = `ledger ${row.step_id}/forward`;
  if (entry === undefined) {
    findings.tampered(where, "its step never went LIVE");
    return;
  }
  // One that was taken back before anything was sent, and begun again since.
  if (isUnsettled(row) && verified.mayBeNewer(entry.event)) return;
  const approved = entry.after.approved_digest;
  if (row.approved_digest !== approved) {
    findings.tampered(where, "it was sent on another approval than its step had", {
      expected: String(approved),
      found: String(row.approved_digest),
    });
  }
  const sealed = entry.after.preview === null ? undefined : previewAt(verified, entry.after.preview.digest);
  if (sealed === undefined) return;
  const unfed = step !== undefined && step.argument_sources.length === 0;
  // Without an approval, what a `$from` fed may be newer than the preview.
  if ((approved === null || approved !== previewDigest(sealed)) && !unfed) return;
  if (canonicalJson(row.arguments) === canonicalJson(sealed.arguments)) return;
  findings.tampered(where, "the arguments that were sent are not those that were previewed", {
    expected: canonicalJson(sealed.arguments),
    found: canonicalJson(row.arguments),
  });
};
