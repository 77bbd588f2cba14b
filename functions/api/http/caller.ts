import type { Context } from "hono";
import { z } from "zod";
import { workerGroup } from "../../../shared/contracts/binding/worker/worker-binding.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { SCOPES, type Scope, WORK_SCOPE } from "../../../shared/scopes.ts";
import type { Problem } from "../schemas.ts";
import { problemOf } from "./problems.ts";

export const scope = z.enum(SCOPES);

/**
 * The scopes a route asks for: any one of these is enough to come in. Whose call a worker's is about, its use case
 * looks at.
 */
type Asked = Scope | typeof WORK_SCOPE;
export type Required = readonly [Asked, ...Asked[]];

/** The caller: the token's subject, by which four eyes tells people apart, and what the token allows. */
export type Caller = { readonly name: string; readonly scopes: readonly string[] };

/** `why` a token was not believed, in words for its bearer. */
export type Unidentified = { readonly why: string };

/** Finds out who is asking; undefined when the request carries no token at all. */
export type Identify = (c: Context) => Promise<Caller | Unidentified | undefined> | Caller | Unidentified | undefined;

/** A token's `scope` claim: one text with blanks between (RFC 8693), or a list. */
export const scopesOf = (claim: unknown): string[] => {
  if (typeof claim === "string") return claim.split(" ").filter((each) => each !== "");
  return Array.isArray(claim) ? claim.filter((each) => typeof each === "string") : [];
};

/** The groups of workers that a token is for. */
export const workerGroupsOf = (scopes: readonly string[]): string[] =>
  scopes.flatMap((each) => {
    const group = workerGroup.safeParse(each.startsWith("work:") ? each.slice("work:".length) : "");
    return group.success ? [group.data] : [];
  });

const carries = (scopes: readonly string[], asked: Asked): boolean =>
  asked === WORK_SCOPE ? workerGroupsOf(scopes).length > 0 : scopes.includes(asked);

/** The caller, or what is missing: a token, a believable one, or the scope. */
export const authorise = (
  identified: Caller | Unidentified | undefined,
  required: Required,
): Result<Caller, Problem> => {
  const [required_scope] = required;
  if (identified === undefined) {
    return refuse(problemOf("unauthenticated", "send a token: Authorization: Bearer <JWT>", { required_scope }));
  }
  if ("why" in identified) return refuse(problemOf("unauthenticated", identified.why, { required_scope }));
  if (required.some((each) => carries(identified.scopes, each))) return accept(identified);
  const has = identified.scopes.length === 0 ? "none" : identified.scopes.join(", ");
  const detail = `this needs the scope ${required.join(" or ")}; the token of ${identified.name} carries ${has}`;
  return refuse(problemOf("forbidden", detail, { required_scope }));
};
