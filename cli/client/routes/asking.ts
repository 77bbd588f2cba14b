import type { Json } from "../../../shared/plan/json.ts";
import type { Scope } from "../../../shared/scopes.ts";
import { EXIT } from "../../exit-codes.ts";
import { hint } from "../../hints.ts";
import type { Request, Unanswered } from "../http.ts";
import { CliError } from "../problem.ts";

/** Every client takes the way up out of an address before it asks, and a part without a name with it. */
const NO_PART = /^\.{0,2}$/;

/** A name as a part of an address. @throws CliError (usage) for one that would make it the address of something else */
export const at = (name: string): string => {
  if (!NO_PART.test(name)) return encodeURIComponent(name);
  throw new CliError(`${JSON.stringify(name)} is no name of anything`, EXIT.usage, {
    remedy: "name what is meant, or leave it out where that is possible",
  });
};
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
