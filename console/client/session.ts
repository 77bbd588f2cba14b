import type { ConsoleConfig } from "../../functions/api/console/console-config.ts";

/** From when on a token is to be made anew, and from when on the API believes it no more. */
type Life = { readonly renew_at: number; readonly ends_at: number };

/**
 * The person and the token that shows it. It lives in this page's memory and nowhere else: a reload forgets it. `renew`
 * has the token made anew.
 */
export type Session = Life & {
  readonly name: string;
  readonly token: string;
  readonly renew: () => Promise<Session | SignedOut>;
};

/** Why there is no session, in words for the person, with what to do. */
export type SignedOut = { readonly why: string };

/** A token is made anew this long before it ends; one of a short life at its half. */
const SPARE_MS = 120_000;

/** A request is on its way for so long at most, in which its token must not end. */
const ON_ITS_WAY_MS = 5_000;

/** Of a token that was given just now, for so many seconds. */
export const lifeOf = (seconds: number): Life => {
  const [now, life] = [Date.now(), seconds * 1_000];
  return {
    renew_at: now + life - Math.min(SPARE_MS, life / 2),
    ends_at: now + life - Math.min(ON_ITS_WAY_MS, life / 4),
  };
};

/** The one who gives tokens answers within it. */
const TIMEOUT_MS = 10_000;

/** An answer of who gives tokens. A server in trouble is not a no: it is asked again. @throws where there is none */
export const answerInTime = async (address: string, init: RequestInit = {}): Promise<Response> => {
  const response = await fetch(address, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { status } = response;
  if (status >= 500 || status === 429 || status === 408) throw new Error(`${address} answered ${status}`);
  return response;
};

export type SignInWay = ConsoleConfig["sign_in"];

export const howToSignIn = async (): Promise<SignInWay> => {
  const config: ConsoleConfig = JSON.parse(await (await answerInTime("/console/config.json")).text());
  return config.sign_in;
};
