import type { ConsoleConfig } from "../../functions/api/console/console-config.ts";

/**
 * The person and the token that shows it. It lives in this page's memory and nowhere else: a reload forgets it. `renew`
 * has the token made anew.
 */
export type Session = {
  readonly name: string;
  readonly token: string;
  readonly ends_at: number;
  readonly renew: () => Promise<Session | SignedOut>;
};

/** Why there is no session, in words for the person, with what to do. */
export type SignedOut = { readonly why: string };

/** A token is made anew this long before it ends. */
const SPARE_MS = 120_000;

/** Whether it is time for a new token. */
export const isEnding = (session: Session): boolean => Date.now() > session.ends_at - SPARE_MS;

export type SignInWay = ConsoleConfig["sign_in"];

export const howToSignIn = async (): Promise<SignInWay> => {
  const config: ConsoleConfig = JSON.parse(await (await fetch("/console/config.json")).text());
  return config.sign_in;
};
