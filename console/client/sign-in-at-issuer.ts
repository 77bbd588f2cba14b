import { type Drafts, draftsNow, draftsWere } from "./draft.ts";
import { answerInTime, lifeOf, type Session, type SignedOut, type SignInWay } from "./session.ts";

/** Authorization code with PKCE (RFC 7636) at the deployment's issuer. */
type Issuer = Extract<SignInWay, { kind: "code" }>;

/**
 * Kept in the tab while its person is at the issuer, and removed when they come back: what proves that the answer is to
 * this page's question, where they were, and what they had written. No token is ever kept.
 */
const KEPT = "buddy:sign-in";
type Asked = { readonly state: string; readonly verifier: string; readonly place: string; readonly drafts: Drafts };

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

const returnTo = (): string => `${location.origin}/console`;

/** Leaves the page for the issuer's. */
export const goToIssuer = async ({ authorize_url, client_id, scopes }: Issuer): Promise<void> => {
  const asked: Asked = {
    state: random(),
    verifier: random(),
    place: location.pathname + location.search,
    drafts: draftsNow(),
  };
  sessionStorage.setItem(KEPT, JSON.stringify(asked));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(asked.verifier));
  const address = new URL(authorize_url);
  const question = {
    response_type: "code",
    client_id,
    redirect_uri: returnTo(),
    scope: scopes.join(" "),
    state: asked.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(question)) address.searchParams.set(name, value);
  location.assign(address);
};

export type Returned = { readonly code: string | null; readonly error: string | null; readonly asked: Asked | null };

/** The issuer's answer, if it sent the person back; it leaves the address before anything else happens. */
export const takeReturn = (): Returned | null => {
  const query = new URLSearchParams(location.search);
  const [code, error, state] = [query.get("code"), query.get("error"), query.get("state")];
  if (state === null || (code === null && error === null)) return null;
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  const asked: Asked | null = kept === null ? null : JSON.parse(kept);
  const ours = asked?.state === state ? asked : null;
  history.replaceState(null, "", ours?.place ?? "/console");
  if (ours !== null) draftsWere(ours.drafts);
  return { code, error: query.get("error_description") ?? error, asked: ours };
};

/** Exchanges what the issuer sent the person back with. */
export const signInAtIssuer = async (issuer: Issuer, returned: Returned): Promise<Session | SignedOut> => {
  if (returned.asked === null) return { why: "that answer was to no question of this page: sign in again" };
  if (returned.code === null) return { why: `the issuer says: ${returned.error}` };
  return ask(issuer, {
    grant_type: "authorization_code",
    code: returned.code,
    redirect_uri: returnTo(),
    client_id: issuer.client_id,
    code_verifier: returned.asked.verifier,
  });
};

type Tokens = { readonly access_token?: string; readonly refresh_token?: string; readonly expires_in?: number };

const ask = async (issuer: Issuer, question: Record<string, string>): Promise<Session | SignedOut> => {
  const response = await answerInTime(issuer.token_url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(question).toString(),
  });
  const {
    access_token: token,
    refresh_token = question.refresh_token,
    expires_in = 300,
  }: Tokens = await response.json();
  if (!response.ok || token === undefined) return { why: "the issuer did not give a token: sign in again" };
  const renew = async (): Promise<Session | SignedOut> =>
    refresh_token === undefined
      ? { why: "the session is over: sign in again" }
      : ask(issuer, { grant_type: "refresh_token", refresh_token, client_id: issuer.client_id });
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
