import type { ApprovalView } from "../../functions/api/schemas.ts";

/** An open request, and when its time left was what it says. */
export type Queued = ApprovalView & { readonly read_at: number };

/** A request as text, without what time alone changes. */
const withoutAges = (request: ApprovalView & { readonly read_at?: number }): string =>
  JSON.stringify({ ...request, remaining_seconds: 0, preview_age_seconds: 0, read_at: 0 });

/**
 * The queue as it was read at a moment; one that got more time between two pages stands on both. A request of which nothing is new stays the value that it was, and so does the
 * whole queue: what shows them need not be made again.
 */
export const queuedAnew = (
  before: readonly Queued[],
  found: readonly ApprovalView[],
  read_at: number,
): readonly Queued[] => {
  const known = new Map(before.map((request) => [request.approval_id, request]));
  const newest = new Map(found.map((request) => [request.approval_id, request]));
  const now = [...newest.values()].map((request): Queued => {
    const was = known.get(request.approval_id);
    return was !== undefined && withoutAges(was) === withoutAges(request) ? was : { ...request, read_at };
  });
  const same = now.length === before.length && now.every((request, place) => request === before[place]);
  return same ? before : now;
};
