import type { ConsoleConfig } from "../../functions/api/console/console-config.ts";

/** The person and the token that shows it. It lives in this page's memory and nowhere else: a reload forgets it. */
export type Session = { readonly name: string; readonly token: string; readonly ends_at: number };

/** Why there is no session, in words for the person, with what to do. */
export type SignedOut = { readonly why: string };

/** A token is made anew this long before it ends. */
const SPARE_MS = 120_000;

const sessionFrom = async (response: Response): Promise<Session | SignedOut> => {
  const answer: { token: string; name: string; seconds: number } & { detail?: string } = await response.json();
  if (!response.ok) return { why: answer.detail ?? `the server answered ${response.status}` };
  return { name: answer.name, token: answer.token, ends_at: Date.now() + answer.seconds * 1_000 };
};

/** The code behind the `#` of the link that was opened; it is out of the address before anything else happens. */
export const takeCode = (): string | null => {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (location.hash !== "") history.replaceState(history.state, "", location.pathname + location.search);
  return code;
};

export const howToSignIn = async (): Promise<ConsoleConfig["sign_in"]> => {
  const config: ConsoleConfig = await (await fetch("/console/config.json")).json();
  return config.sign_in;
};

/** Exchanges the code of a link, once. */
export const signInByLink = async (code: string): Promise<Session | SignedOut> =>
  sessionFrom(
    await fetch("/local/sign-in/code", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
    }),
  );

/** Whether it is time for a new token. */
export const isEnding = (session: Session): boolean => Date.now() > session.ends_at - SPARE_MS;

export const renewed = async ({ token }: Session): Promise<Session | SignedOut> =>
  sessionFrom(await fetch("/local/sign-in/renew", { method: "POST", headers: { authorization: `Bearer ${token}` } }));
