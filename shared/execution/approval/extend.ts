import { accept, type Result, refuse } from "../../plan/result.ts";
import type { ApprovalRequest, Extension } from "./approval.ts";
import { hasExpired } from "./expiry.ts";

/** The engine's wait for a person ends after a year, so nothing may stay open longer. */
export const LONGEST_OPEN_SECONDS = 31_536_000;

/**
 * The request with `seconds` more until it expires, or why it cannot be extended: it is closed, never expires, has
 * expired, or would be open for more than a year from the moment `at` (ISO 8601, UTC) at which it is extended.
 */
export const extend = (
  request: ApprovalRequest,
  { by, at: now, seconds, reason }: Omit<Extension, "expires_at">,
): Result<ApprovalRequest, string> => {
  if (request.status !== "open") return refuse(`it is ${request.status} already`);
  if (request.expires_at === null) return refuse("it never expires");
  const expires = Date.parse(request.expires_at);
  if (hasExpired(request, now)) return refuse(`it expired at ${request.expires_at}; nothing was done`);
  const extended = expires + seconds * 1000;
  if (extended > Date.parse(now) + LONGEST_OPEN_SECONDS * 1000) {
    return refuse(
      `it would be open for more than ${LONGEST_OPEN_SECONDS} seconds (a year) from now, which is the most`,
    );
  }
  const expires_at = new Date(extended).toISOString();
  const extension = { by, at: now, seconds, expires_at, reason };
  const { extensions, extensions_told = extensions.length } = request;
  return accept({ ...request, expires_at, extensions: [...extensions, extension], extensions_told });
};
