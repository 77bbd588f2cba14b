import { z } from "zod";
import { type Identify, scopesOf } from "./caller.ts";

/** The claims that an HTTP API hands its function after its JWT authorizer believed the token. */
const authorised = z.object({
  event: z.object({
    requestContext: z.object({
      authorizer: z.object({
        jwt: z.object({
          claims: z.object({ sub: z.string().min(1), scope: z.string().optional(), scp: z.string().optional() }),
        }),
      }),
    }),
  }),
});

/** The authorizer writes a list of scopes as `[one two]`. */
const withoutBrackets = (text: string): string => text.replaceAll(/^\[|\]$/g, "");

/**
 * The caller by the claims of a token that API Gateway has verified; nobody where a route came without authorizer.
 * `scopePrefix` is what the issuer writes before this API's scopes (`buddy/` in Cognito); scopes without it are another
 * API's and count for nothing here.
 */
export const identifyByClaims =
  (scopePrefix: string): Identify =>
  (c) => {
    const parsed = authorised.safeParse(c.env);
    if (!parsed.success) return undefined;
    const { sub, scope, scp } = parsed.data.event.requestContext.authorizer.jwt.claims;
    const granted = scopesOf(withoutBrackets(scope ?? scp ?? "")).filter((each) => each.startsWith(scopePrefix));
    return { name: sub, scopes: granted.map((each) => each.slice(scopePrefix.length)) };
  };
