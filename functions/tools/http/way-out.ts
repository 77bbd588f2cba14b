import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";
import type { HttpClient } from "../../../shared/ports/http.ts";
import type { Secrets } from "../../../shared/ports/secrets.ts";
import { type KnownSecrets, knownSecrets } from "../known-secrets.ts";
import { keptTokens, type Tokens } from "./tokens.ts";

/** The means that a function which reads is given to reach services with. */
export type ReadingWayOut = {
  readonly client: HttpClient;
  readonly read: Secrets;
  readonly known: KnownSecrets;
  readonly tokens: Tokens;
};

/** The means that a function which acts is given: the other family of secrets beside the first. */
export type WayOut = ReadingWayOut & { readonly write: Secrets };

/** `now`: milliseconds since 1970. */
export const readingWayOut = (client: HttpClient, read: Secrets, now: () => number): ReadingWayOut => ({
  client,
  read,
  known: knownSecrets(),
  tokens: keptTokens(now),
});

export const wayOut = (client: HttpClient, read: Secrets, write: Secrets, now: () => number): WayOut => ({
  ...readingWayOut(client, read, now),
  write,
});

const noSecrets = (family: SecretFamily): Secrets => ({ family, get: async () => undefined });
const noClient: HttpClient = {
  send: async () => ({ kind: "not_sent", error: "the tools of this server reach no service" }),
};

/** For where tools act on the sandbox only: whatever else one wants to send is not sent. */
export const noWayOut: WayOut = wayOut(noClient, noSecrets("read"), noSecrets("write"), () => 0);
