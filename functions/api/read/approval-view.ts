import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { followingRequest, waitsFor } from "../../../shared/execution/approval/approval-id.ts";
import { mayDecide } from "../../../shared/execution/approval/decide.ts";
import { type Lock, lockApplies, lockInWords } from "../../../shared/execution/lock/lock.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import { type Called, NOBODY_NAMED } from "../../../shared/plan/called.ts";
import { isSamePerson } from "../../../shared/plan/same-person.ts";
import type { Caller } from "../http/caller.ts";
import type { ApprovalView } from "../schemas.ts";
import { untrusted } from "./summaries.ts";

/** Why the step of a request is locked: by its state, or by a lock that has not reached it yet; null while it is not. */
export const lockedBecause = (
  request: ApprovalRequest,
  record: StepRecord | undefined,
  locks: readonly Lock[],
  called: Called = NOBODY_NAMED,
): string | null => {
  const target = {
    execution_id: request.execution_id,
    tool_names: [request.tool_name],
    agent_ids: [request.proposed_by, request.acting_agent_id],
  };
  const lock = locks.find((held) => lockApplies(held, target));
  if (lock !== undefined) return lockInWords(lock, called);
  return record?.state === "LOCKED" && record.phase === "open" ? "unlocked and not resumed yet" : null;
};

const pictureView = ({ approval_id }: ApprovalRequest, digest: string): Required<ApprovalView>["picture"] => ({
  media_type: "image/jpeg",
  href: `/approvals/${encodeURIComponent(approval_id)}/picture`,
  digest,
});

const secondsBetween = (from: string, to: string): number =>
  Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / 1000));

const DECIDES = "approvals:decide";
const LACKS = `your token does not carry the scope ${DECIDES}, which a decision needs`;

/** A request as `caller` sees it at `now`: what it says that they may is what the API would take from their token. */
export const approvalViewOf = (
  request: ApprovalRequest,
  { name: caller, scopes }: Pick<Caller, "name" | "scopes">,
  now: string,
  circumstances: {
    readonly record: StepRecord | undefined;
    readonly locks: readonly Lock[];
    readonly owners: readonly string[];
    readonly called?: Called;
  },
): ApprovalView => {
  const { version: _version, same_call: _call, told: _told, extensions_told: _extensions, ...known } = request;
  const { goal, rationale, picture, ...shown } = known;
  const { record, owners, called = NOBODY_NAMED } = circumstances;
  const locked = lockedBecause(request, record, circumstances.locks, called);
  const edits = record?.edits ?? 0;
  const awaited = record !== undefined && waitsFor(record, request.approval_id);
  const { may, because } = mayDecide(request, caller, now, { edits, locked, awaited, owners, called });
  const decides = scopes.includes(DECIDES);
  return {
    ...shown,
    ...(picture === undefined ? {} : { picture: pictureView(request, picture.digest) }),
    goal: untrusted(goal),
    rationale: untrusted(rationale),
    remaining_seconds: request.expires_at === null ? null : secondsBetween(now, request.expires_at),
    preview_age_seconds: secondsBetween(request.preview_made_at, now),
    approvals_given: request.votes.length,
    you_may: decides ? may : [],
    you_may_not_because: decides || may.length === 0 ? because : LACKS,
    voted_by_you: request.votes.some(({ by }) => isSamePerson(by, caller)),
    followed_by: record === undefined ? null : followingRequest(record, request),
    opened_by_you: request.opened_by.some((opener) => isSamePerson(opener, caller)),
  };
};
