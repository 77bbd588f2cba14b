import type { Passing, PushBack } from "../../../shared/execution/call-outcome.ts";
import { digestOf } from "../../../shared/plan/digest.ts";
import { isJsonObject, type Json } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { HttpClient } from "../../../shared/ports/http.ts";

/** A header holds printable text in one line; other characters are refused by the client, or read otherwise at the far end. */
export const isHeaderText = (text: string): boolean => /^[\t\x20-\x7e]*$/.test(text);

export type ClientCredentials = {
  readonly token_url: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly scope?: string;
};

export type Asking = { readonly hosts: readonly string[]; readonly timeout_ms: number; readonly signal?: AbortSignal };

/** Why there is no token, in words, and the pause that the issuer asks for, as a service would. */
export type NoToken = { readonly why: string } & PushBack & Passing;

/** Access tokens by OAuth 2 client credentials (RFC 6749, 4.4), in memory only. */
export type Tokens = {
  /** @returns the token, or why there is none: then nothing was done with one */
  get(client: HttpClient, credentials: ClientCredentials, asking: Asking): Promise<Result<string, NoToken>>;
  /** Whether it may be what the next call is made with. */
  holds(token: string): boolean;
  /** A service says that it does not take this one any more, whatever its issuer had said: the next is asked for anew. */
  refused(token: string): void;
};

/** The token that a request is made with. */
export const bearerOf = ({ authorization = "" }: { readonly [name: string]: string }): string =>
  authorization.replace(/^Bearer /, "");

/** One that ends within a minute might end on the way. */
const MARGIN_MS = 60_000;

/** An issuer may leave out how long its token lasts (RFC 6749, 5.1): a service that takes it no more says so. */
const UNSAID_SECONDS = 300;

/** Some issuers write the number as text. */
const lifetimeOf = (said: Json | undefined): number => {
  const seconds = typeof said === "string" && /^\d{1,9}$/.test(said) ? Number(said) : said;
  return typeof seconds === "number" && seconds >= 0 ? seconds : UNSAID_SECONDS;
};

type Kept = { readonly token: string; readonly good_until: number };

/** `now`: milliseconds since 1970. */
export const keptTokens = (now: () => number): Tokens => {
  const kept = new Map<string, Kept>();
  return {
    get: async (client, credentials, asking) => {
      const id = digestOf("token-of", credentials);
      const known = kept.get(id);
      if (known !== undefined && known.good_until > now()) return accept(known.token);
      const asked_at = now();
      const answer = await askFor(client, credentials, asking);
      if (!answer.ok) return answer;
      kept.set(id, { token: answer.value.token, good_until: asked_at + answer.value.seconds * 1_000 - MARGIN_MS });
      return accept(answer.value.token);
    },
    holds: (token) => [...kept.values()].some((each) => each.token === token),
    refused: (token) => {
      for (const [id, each] of kept) if (each.token === token) kept.delete(id);
    },
  };
};

const askFor = async (
  client: HttpClient,
  { token_url, client_id, client_secret, scope }: ClientCredentials,
  { hosts, ...limits }: Asking,
): Promise<Result<{ token: string; seconds: number }, NoToken>> => {
  const form = {
    grant_type: "client_credentials",
    client_id,
    client_secret,
    ...(scope === undefined ? {} : { scope }),
  };
  const answer = await client.send(
    {
      method: "POST",
      url: token_url,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString(),
      hosts,
    },
    limits,
  );
  const { passing } = answer;
  const in_a_moment = passing === undefined ? {} : { passing };
  if (answer.kind !== "answered") {
    return refuse({ why: `no token was given by ${token_url}: ${answer.error}`, ...in_a_moment });
  }
  const { status, body, again_in_seconds: again } = answer;
  const { access_token: token, expires_in: seconds } = isJsonObject(body) ? body : {};
  if (status !== 200 || typeof token !== "string" || token === "") {
    const why = `no token was given by ${token_url}, which answered ${status}`;
    return refuse({ why, ...(again === undefined ? {} : { again_in_seconds: again }), ...in_a_moment });
  }
  if (!isHeaderText(token)) {
    return refuse({
      why: `the token that ${token_url} gave cannot be sent in a header: it is not printable ASCII in one line`,
    });
  }
  return accept({ token, seconds: lifetimeOf(seconds) });
};
