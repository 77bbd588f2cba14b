import pMap from "p-map";
import { announcedAs } from "../../../shared/execution/announced-as.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval.ts";
import { decidersOf } from "../../../shared/shown/closed.ts";
import type { Deps } from "../../deps.ts";
import { announcement } from "./announcement.ts";

export type AnnounceDeps = Pick<Deps, "approvalLinks" | "bus" | "clock" | "ids">;

/** Longer than most requests live, so that an extended one keeps its link; a request that never expires is also in the queue. */
const LINK_DAYS = 30;
const CONCURRENT_WRITES = 16;

/**
 * Tells that people have to decide, each request with a link of its own. The link leads whoever may read requests to
 * this one, and nobody anywhere else: opening it decides nothing. Announced twice, a request has two links.
 */
export const announceRequests = async (deps: AnnounceDeps, requests: readonly ApprovalRequest[]): Promise<void> => {
  if (requests.length === 0) return;
  const expires_at = new Date(deps.clock.now().getTime() + LINK_DAYS * 86_400_000).toISOString();
  const linked = async (request: ApprovalRequest) => {
    const link = deps.ids.secret();
    await deps.approvalLinks.put(link, { approval_id: request.approval_id, expires_at });
    return { type: "ApprovalRequested" as const, detail: { ...announcement(request), link } };
  };
  await deps.bus.publish(await pMap(requests, linked, { concurrency: CONCURRENT_WRITES }));
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
