import { type Drafts, draftsNow, draftsWere } from "./draft.ts";
import { type Issuer, tokensFrom } from "./issuer-tokens.ts";
import type { Session, SignedOut } from "./session.ts";

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
  return tokensFrom(issuer, {
    grant_type: "authorization_code",
    code: returned.code,
    redirect_uri: returnTo(),
    client_id: issuer.client_id,
    code_verifier: returned.asked.verifier,
  });
};
