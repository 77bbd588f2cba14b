import type { ApprovalRequest } from "../execution/approval/approval.ts";
import { canonicalJson, digestOf, digestOfCanonical } from "../plan/digest.ts";
import { json } from "../plan/json.ts";

/**
 * Digest of everything that the requests of an execution say, in whatever order they are given: what a manifest seals of
 * them, since no event tells of their goals, reasons or drift. Of one that is still open, who has opened it, whom it was put
 * to and whether a reminder went out are left out: these go on while a lock holds the execution.
 */
export const requestsDigest = (requests: readonly ApprovalRequest[]): string =>
  digestOf("sealed-requests", requests.map(digestOfOne).sort());

const digestOfOne = (request: ApprovalRequest): string => {
  const {
    opened_by: _opened,
    asked: _asked,
    told: _told,
    reminded_at: _reminded,
    version: _version,
    ...lasting
  } = request;
  const sealed = request.status === "open" ? lasting : request;
  return digestOfCanonical("sealed-request", canonicalJson(json.parse(sealed)));
};
