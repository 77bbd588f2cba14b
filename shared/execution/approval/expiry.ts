import type { ApprovalRequest } from "./approval.ts";

/** The moment it expires belongs to the expiry. `now` is ISO 8601. */
export const hasExpired = ({ expires_at }: Pick<ApprovalRequest, "expires_at">, now: string): boolean =>
  expires_at !== null && Date.parse(now) >= Date.parse(expires_at);

/**
 * People may still be asked it. One whose step a lock held past its expiry is closed only when that is resumed, and
 * nobody can decide it before either.
 */
export const isStillOpen = (request: Pick<ApprovalRequest, "status" | "expires_at">, now: string): boolean =>
  request.status === "open" && !hasExpired(request, now);
