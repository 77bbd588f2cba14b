import { pointerTo } from "../../plan/json-pointer.ts";
import type { Violation } from "../../plan/violation.ts";
import type { Auth } from "./auth.ts";

/** Headers that say how a message is sent. */
const OF_THE_MESSAGE = [
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "te",
  "trailer",
  "expect",
  "accept-encoding",
  "proxy-connection",
];

/** Headers that show who asks: `auth` writes them, from a secret that is named. */
const OF_WHO_ASKS = ["authorization", "proxy-authorization", "cookie"];

const OURS: ReadonlySet<string> = new Set([...OF_THE_MESSAGE, ...OF_WHO_ASKS]);

/** A secret may be the whole of these two. */
const MAY_BE_A_SECRET: ReadonlySet<string> = new Set(["authorization", "cookie"]);

/** The headers of a request, in the parts of a binding that write them. */
type Written = {
  readonly headers: { readonly [name: string]: unknown };
  readonly auth?: Auth;
  readonly idempotency_header?: string;
};

type Fault = Omit<Violation, "rule">;

const notToSet = (path: string, name: string): Fault => ({
  path,
  message: `${name} is not for a contract to set${OF_WHO_ASKS.includes(name.toLowerCase()) ? "; use auth" : ""}`,
});

/** The header that `auth` writes. */
const authHeader = (auth: Auth | undefined): string | undefined => {
  if (auth === undefined) return undefined;
  return auth.as === "header" ? auth.header.toLowerCase() : "authorization";
};

/**
 * Headers that a request cannot have, with their places: those that say how it is sent or who asks, and those that two of
 * its parts would write. `theirs`: names that the protocol of the other side writes itself.
 */
export const headerFaults = (
  at: string,
  { headers, auth, idempotency_header: key }: Written,
  theirs: readonly string[] = [],
): Fault[] => {
  const isTaken = (name: string): boolean => OURS.has(name) || theirs.includes(name);
  const names = Object.keys(headers);
  const lower = names.map((name) => name.toLowerCase());
  const shown = authHeader(auth);
  const own = names
    .filter((name) => isTaken(name.toLowerCase()))
    .map((name) => notToSet(pointerTo(`${at}/headers`, name), name));
  const named = auth?.as === "header" ? auth.header : undefined;
  const ofAuth =
    named !== undefined && !MAY_BE_A_SECRET.has(named.toLowerCase()) && isPart(isTaken, named)
      ? [{ path: `${at}/auth/header`, message: `${named} is no header for a credential` }]
      : [];
  const ofKey =
    key !== undefined && isPart(isTaken, key)
      ? [{ path: `${at}/idempotency_header`, message: `${key} is no header for a key` }]
      : [];
  const twice = [
    ...lower.filter((name) => name === key?.toLowerCase() || name === shown),
    ...lower.filter((name, index) => lower.indexOf(name) !== index),
    ...(key !== undefined && key.toLowerCase() === shown && !OURS.has(shown) ? [shown] : []),
  ].filter((name) => !isTaken(name));
  return [
    ...own,
    ...ofAuth,
    ...ofKey,
    ...twice.map((name) => ({ path: `${at}/headers`, message: `header ${name} would be sent twice` })),
  ];
};

/** The type of a body is said by what is in it. */
const isPart = (isTaken: (name: string) => boolean, name: string): boolean =>
  isTaken(name.toLowerCase()) || name.toLowerCase() === "content-type";
