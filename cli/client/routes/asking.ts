import type { Json } from "../../../shared/plan/json.ts";
import type { Scope } from "../../../shared/scopes.ts";
import { hint } from "../../hints.ts";
import type { Request, Unanswered } from "../http.ts";

export const at = encodeURIComponent;
export const post = (scope: Scope, body: Json): Request => ({ method: "POST", scope, body });
export const keeps = { method: "POST", scope: "contracts:write" } as const satisfies Request;
export const put = (scope: Scope, body: Json): Request => ({ method: "PUT", scope, body });
/** The same, looked at and not kept. */
export const putChecked = (scope: Scope, body: Json): Request => ({ ...put(scope, body), query: { check: true } });

/** The words where the answer was lost, and where to look. */
export const maybe = (may_be: string, look: string): { readonly unanswered: Unanswered } => ({
  unanswered: { may_be, look },
});
export const asked = (what: string, id: string) => maybe(`it may have been told to ${what}`, hint.status(id));

/** Sent again where its answer was lost: the same under its key is the same, also from another command line. */
export const underKey = (key: string, may_be: string, look: string) => ({
  headers: { "idempotency-key": key },
  keyed: true,
  ...maybe(`${may_be}; the same command with --key ${key} is not a second one, and tells how it stands`, look),
});
