import { announcedAs } from "../../../shared/execution/approval/announced-as.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { requestLink } from "../../../shared/execution/approval/request-link.ts";
import type { GivenLink } from "../../../shared/ports/approvals.ts";
import { decidersOf } from "../../../shared/shown/closed.ts";
import type { Deps } from "../../deps.ts";
import { announcement } from "./announcement.ts";

export type AnnounceDeps = Pick<Deps, "bus" | "clock" | "ids">;

/** Longer than most requests live, so that an extended one keeps its link; a request that never expires is also in the queue. */
const LINK_DAYS = 30;

/**
 * A link for the message that tells of a request. It leads whoever may read requests to this one, and nobody anywhere
 * else: opening it decides nothing. Announced twice, a request has two links.
 */
export const newLink = ({ clock, ids }: Pick<Deps, "clock" | "ids">, approval_id: string): GivenLink => ({
  link: requestLink(approval_id, ids.secret()),
  expires_at: new Date(clock.now().getTime() + LINK_DAYS * 86_400_000).toISOString(),
});

/** Tells that people have to decide, each request with its link. */
export const announceRequests = async (
  { bus }: Pick<Deps, "bus">,
  requests: readonly { readonly request: ApprovalRequest; readonly link: GivenLink }[],
): Promise<void> => {
  const events = requests.map(({ request, link: { link } }) => ({
    type: "ApprovalRequested" as const,
    detail: { ...announcement(request), link },
  }));
  if (events.length > 0) await bus.publish(events);
};

/**
 * Tells that requests wait for nobody any more: before their steps follow, so that the pass that takes up the work of
 * one that died tells it again rather than never.
 */
export const announceClosed = async (
  { bus }: Pick<Deps, "bus">,
  requests: readonly ApprovalRequest[],
): Promise<void> => {
  const events = requests.flatMap((request) => {
    const { status, decided_at } = request;
    if (status === "open") return [];
    const id = announcedAs.closed(request);
    const detail = { ...announcement(request), id, status, by: decidersOf(request), decided_at };
    return [{ type: "ApprovalClosed" as const, detail }];
  });
  if (events.length > 0) await bus.publish(events);
};
