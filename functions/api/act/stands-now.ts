import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { waitsFor } from "../../../shared/execution/approval/approval-id.ts";
import { argumentChanges } from "../../../shared/execution/approval/argument-changes.ts";
import type { Decision, DecisionRefusal } from "../../../shared/execution/approval/decide.ts";
import { driftBetween } from "../../../shared/execution/approval/preview.ts";
import type { Deps } from "../../deps.ts";
import type { Problem } from "../schemas.ts";

type StandsNow = NonNullable<Problem["stands_now"]>;

/**
 * The question that is asked now in place of what was decided on, for a decision that came too late or with another
 * digest: the request that the step waits for, and how it differs from the one that was seen.
 * @returns undefined where the step waits for nobody, or for the very thing that was decided on
 */
export const standsNow = async (
  deps: Pick<Deps, "approvals" | "steps">,
  request: ApprovalRequest,
  { digest }: Pick<Decision, "digest">,
  refusal: DecisionRefusal,
): Promise<StandsNow | undefined> => {
  if (refusal.kind !== "digest_changed" && refusal.kind !== "closed") return undefined;
  const record = await deps.steps.get(request.execution_id, request.step_id);
  if (record === undefined || record.approval_id === null || !waitsFor(record, record.approval_id)) return undefined;
  const now = await deps.approvals.get(record.approval_id);
  if (now?.status !== "open" || now.digest === digest) return undefined;
  const seen = (await deps.approvals.ofExecution(request.execution_id)).find(
    (each) => each.step_id === request.step_id && each.digest === digest,
  );
  const { changes, more } = argumentChanges((seen ?? now).arguments, now.arguments);
  const drift = seen === undefined ? [] : driftBetween(seen.changes, now.changes);
  return {
    approval_id: now.approval_id,
    digest: now.digest,
    known: seen !== undefined,
    changes,
    more_changes: more,
    drift,
  };
};

/** The same as a sentence; the structure beside it has the values. */
export const standsNowInWords = ({ approval_id, digest, known, changes, more_changes, drift }: StandsNow): string => {
  const asked = `now ${approval_id} is asked, with digest ${digest}`;
  if (!known) return `${asked}; the digest that was sent is of no request of this step`;
  const places = [...changes.map(({ at }) => at), ...drift.map(({ record, field }) => `${field} of ${record}`)];
  const more = more_changes === 0 ? "" : ` and ${more_changes} more`;
  return places.length === 0
    ? `${asked}; its arguments and the fields it changes are the same`
    : `${asked}; what changed since: ${places.join(", ")}${more}`;
};
