import { answerInTime, lifeOf, type Session, type SignedOut, type SignInWay } from "./session.ts";

/** Authorization code with PKCE (RFC 7636) at the deployment's issuer. */
export type Issuer = Extract<SignInWay, { kind: "code" }>;

type Tokens = { readonly access_token?: string; readonly refresh_token?: string; readonly expires_in?: number };

/** The session by what the issuer answers to a question at its token endpoint; it renews itself there. */
export const tokensFrom = async (issuer: Issuer, question: Record<string, string>): Promise<Session | SignedOut> => {
  const response = await answerInTime(issuer.token_url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(question).toString(),
  });
  const {
    access_token: token,
    refresh_token = question.refresh_token,
    expires_in = 300,
  }: Tokens = JSON.parse(await response.text());
  if (!response.ok || token === undefined) return { why: "the issuer did not give a token: sign in again" };
  const renew = async (): Promise<Session | SignedOut> =>
    refresh_token === undefined
      ? { why: "the session is over: sign in again" }
      : tokensFrom(issuer, { grant_type: "refresh_token", refresh_token, client_id: issuer.client_id });
  // One that cannot be renewed is used until the API does not believe it any more, however short its life.
  const seconds = refresh_token === undefined ? Number.POSITIVE_INFINITY : expires_in;
  return { name: nameIn(token), token, ...lifeOf(seconds), renew };
};

/** Only to be shown: the API finds out by itself whose token it is. */
const nameIn = (token: string): string => {
  try {
    const [, payload = ""] = token.split(".");
    const claims: { username?: string; sub?: string } = JSON.parse(
      atob(payload.replaceAll("-", "+").replaceAll("_", "/")),
    );
    return claims.username ?? claims.sub ?? "signed in";
  } catch {
    return "signed in";
  }
};
