import { canonicalJson } from "../../../audit/digest.ts";
import type { ScheduledStep } from "../../../conflicts/schedule.ts";
import type { ApprovalRequest } from "../../../execution/approval.ts";
import type { LedgerRow } from "../../../execution/ledger-row.ts";
import { previewDigest } from "../../../execution/preview.ts";
import { type Case, placeOf, previewAt } from "../../case.ts";
import type { Findings } from "../../finding.ts";
import type { Replayed } from "../../replay.ts";

/** Every entry into LIVE, and every call in the ledger, of a step that needs people. */
export const checkLiveCalls = (
  verified: Case,
  requests: ReadonlyMap<string, ApprovalRequest>,
  findings: Findings,
): void => {
  for (const { step_id, transitions } of verified.steps.values()) {
    const step = verified.scheduled.get(step_id);
    const row = verified.record.ledger.find((each) => each.step_id === step_id && each.side === "forward");
    const entries = transitions.filter(({ event }) => event.type === "approved" || event.type === "live_allowed");
    if (step?.approval_needed === true) {
      for (const entry of entries) checkEntry(verified, step, entry, [...requests.values()], findings);
    }
    if (row !== undefined) checkCall(verified, step, row, entries.at(-1), findings);
  }
};

/** LIVE is entered with the digest of the present preview, and enough people approved that digest. */
const checkEntry = (
  verified: Case,
  step: ScheduledStep,
  { event, after }: Replayed,
  requests: readonly ApprovalRequest[],
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
    ({ kind, status, step_id, digest }) =>
      kind === "approve" && status === "approved" && step_id === step.step_id && digest === after.approved_digest,
  );
  const required = leastRequired(verified, step.step_id);
  if (approved.some(({ votes }) => new Set(votes.map(({ by }) => by)).size >= required)) return;
  findings.tampered(where, "it goes LIVE without as many approvals as its contract asks for", {
    expected: `${required} for ${after.approved_digest}`,
    found: approved.length === 0 ? "no such approval" : `${Math.max(...approved.map(({ votes }) => votes.length))}`,
  });
};

/** By the schedule in force when it was asked, which is one of those the events name. */
const leastRequired = ({ schedules }: Case, step_id: string): number => {
  const steps = schedules.flatMap((schedule) => schedule.steps.filter((step) => step.step_id === step_id));
  return Math.max(1, Math.min(...steps.filter((step) => step.approval_needed).map((step) => step.approvals_required)));
};

/** What was sent is what was approved: by digest, and by the arguments under that digest. */
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
