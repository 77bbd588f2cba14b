import type { ApprovalView } from "../../functions/api/schemas.ts";
import { type Called, nameWithId } from "../../shared/plan/called.ts";
import { saidOf } from "../../shared/plan/said-of.ts";
import { tellTheSame } from "../../shared/shown/earlier.ts";

/** How the request that is on screen stands to what the server says now. */
export type Standing =
  | { readonly kind: "as-shown" }
  /** A decision would be about something else than is on screen, or the same call was decided elsewhere. */
  | { readonly kind: "changed" }
  | { readonly kind: "decided"; readonly words: string };

const decidedWords = ({ status, decided_by, comment }: ApprovalView, called: Called): string => {
  const said = saidOf(status);
  const by = decided_by === null ? "" : `${said === undefined ? " by" : ", says"} ${nameWithId(called, decided_by)}`;
  return `${said === undefined ? `It is ${status}` : `I${said.slice(1)}`}${by}${comment === null ? "" : `: “${comment}”`}.`;
};

/** `shown` is what the person read, `now` what came since. */
export const standingOf = (shown: ApprovalView, now: ApprovalView, called: Called): Standing => {
  if (now.status !== "open") return { kind: "decided", words: decidedWords(now, called) };
  return now.digest === shown.digest && now.approval_id === shown.approval_id && tellTheSame(shown, now)
    ? { kind: "as-shown" }
    : { kind: "changed" };
};
