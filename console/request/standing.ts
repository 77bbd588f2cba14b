import type { ApprovalView } from "../../functions/api/schemas.ts";

/** How the request that is on screen stands to what the server says now. */
export type Standing =
  | { readonly kind: "as-shown" }
  /** A decision would be about something else than is on screen. */
  | { readonly kind: "changed" }
  | { readonly kind: "decided"; readonly words: string };

const decidedWords = ({ status, decided_by, comment }: ApprovalView): string => {
  const by = decided_by === null ? "" : ` by ${decided_by}`;
  return `It is ${status.replaceAll("_", " ")}${by}${comment === null ? "" : `: “${comment}”`}.`;
};

/** `shown` is what the person read, `now` what came since. */
export const standingOf = (shown: ApprovalView, now: ApprovalView): Standing => {
  if (now.status !== "open") return { kind: "decided", words: decidedWords(now) };
  return now.digest === shown.digest && now.approval_id === shown.approval_id
    ? { kind: "as-shown" }
    : { kind: "changed" };
};
