import { announcedAs } from "../../../shared/execution/approval/announced-as.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import type { Deps } from "../../deps.ts";
import { announcement } from "../pass/announcement.ts";

export type RemindDeps = Pick<Deps, "approvals" | "bus" | "clock">;

/** Past half of its life, counted to the end as it stands now: an extended request has a longer one. */
const isDue = (request: ApprovalRequest, now: number): boolean => {
  if (request.status !== "open" || request.expires_at === null || request.reminded_at !== null) return false;
  const created = Date.parse(request.created_at);
  const expires = Date.parse(request.expires_at);
  return now >= created + (expires - created) / 2 && now < expires;
};

/**
 * Reminds people of requests that nobody has decided at half time, once each. Announced first and marked afterwards:
 * a crash in between repeats the reminder under the same id, rather than losing it.
 * @returns how many were reminded of, and the requests as they stand then
 */
export const remind = async (
  deps: RemindDeps,
  requests: readonly ApprovalRequest[],
): Promise<{ readonly reminded: number; readonly requests: ApprovalRequest[] }> => {
  const now = deps.clock.now();
  const due = requests.filter((request) => isDue(request, now.getTime()));
  const events = due.map((request) => ({
    type: "ApprovalReminder" as const,
    detail: { ...announcement(request), id: announcedAs.reminder(request) },
  }));
  await deps.bus.publish(events);
  // A faster person has decided it, or opened it: then the next sweep reminds again, under the same id.
  const marked = new Map<string, ApprovalRequest>();
  for (const request of due) {
    const updated = await deps.approvals.update({ ...request, reminded_at: now.toISOString() });
    if (updated !== "moved") marked.set(request.approval_id, updated);
  }
  return { reminded: due.length, requests: requests.map((each) => marked.get(each.approval_id) ?? each) };
};
