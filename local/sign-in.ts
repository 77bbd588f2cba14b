import { randomBytes } from "node:crypto";
import type { Context, Hono } from "hono";
import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { readJsonBody } from "../functions/api/http/body.ts";
import { refuseWith, sendProblem } from "../functions/api/http/send.ts";
import { SCOPES } from "../shared/scopes.ts";
import { LOCAL_AUDIENCE, LOCAL_ISSUER, localKey, TOKEN_SECONDS } from "./tokens.ts";

/**
 * How the person at this machine's terminal comes into its console: by a link with a code that works once. The code
 * stands behind the `#`, which no browser sends; the page exchanges it for a token, keeps that in its memory, and has it
 * made anew while it is open, for half a day at most.
 */
export const SIGN_IN_PATH = "/local/sign-in";

/** Long enough to find the link in the terminal and open it. */
const CODE_SECONDS = 600;

/** A working day: after it the page asks for another link. */
const SESSION_SECONDS = 43_200;

/** Between two programs of this machine. */
const ASKING_SECONDS = 60;
const ASKING_AUDIENCE = "buddy-sign-in";

const named = z.object({ sub: z.string().min(1) });
const inSession = named.extend({ session_until: z.number() });
const codeBody = z.strictObject({ code: z.string().max(128) });

/** Given to the page: the token, whose it is, and for how long. */
export type SignedIn = { readonly token: string; readonly name: string; readonly seconds: number };

type Door = {
  readonly key: Uint8Array;
  /** Host and port that the server listens on. */
  readonly address: () => string;
  readonly now: () => Date;
};

/** Codes that were given and not used, each with its person. Gone with the server. */
type Codes = Map<string, { readonly name: string; readonly until: number }>;

/** A server's links, and who comes by them. @returns a function that makes the path of a link for a person */
export const answerSignIns = (app: Hono, door: Door): ((name: string) => string) => {
  const codes: Codes = new Map();
  const link = (name: string): string => {
    const now = door.now().getTime();
    for (const [code, { until }] of codes) if (until <= now) codes.delete(code);
    const code = randomBytes(16).toString("base64url");
    codes.set(code, { name, until: now + CODE_SECONDS * 1_000 });
    return `/console#code=${code}`;
  };
  app.use(`${SIGN_IN_PATH}/*`, async (c, next) => (isElsewhere(c, door) ? refuseElsewhere(c) : next()));
  app.post(`${SIGN_IN_PATH}/links`, async (c) => {
    const asked = await claimsOf(c, door, ASKING_AUDIENCE, named);
    return asked === undefined
      ? refuseUnknown(c, "only a program that holds this machine's key may ask for a link")
      : c.json({ path: link(asked.sub) });
  });
  app.post(`${SIGN_IN_PATH}/code`, async (c) => {
    const body = await readJsonBody(c.req.raw, 1_024);
    if (!body.ok) return sendProblem(c, body.refusal);
    const { data } = codeBody.safeParse(body.value.value);
    const given = data === undefined ? undefined : codes.get(data.code);
    if (data !== undefined) codes.delete(data.code);
    const now = door.now();
    if (given === undefined || given.until <= now.getTime())
      return refuseUnknown(c, "this link was used, or is too old");
    return c.json(await signedIn(door, given.name, seconds(now) + SESSION_SECONDS));
  });
  app.post(`${SIGN_IN_PATH}/renew`, async (c) => {
    const held = await claimsOf(c, door, LOCAL_AUDIENCE, inSession);
    return held === undefined || held.session_until <= seconds(door.now())
      ? refuseUnknown(c, "this session is over")
      : c.json(await signedIn(door, held.sub, held.session_until));
  });
  return link;
};

/** The token by which a program that holds the key asks the server for a person's link. @throws KeyReadableByOthers */
export const askingToken = async (dataDir: string, name: string, now: Date): Promise<string> =>
  signed(await localKey(dataDir), ASKING_AUDIENCE, name, seconds(now), ASKING_SECONDS);

const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000);

const signedIn = async ({ key, now }: Door, name: string, session_until: number): Promise<SignedIn> => {
  const issued = seconds(now());
  const lasts = Math.min(TOKEN_SECONDS, session_until - issued);
  const claims = { scope: SCOPES.join(" "), session_until };
  return { token: await signed(key, LOCAL_AUDIENCE, name, issued, lasts, claims), name, seconds: lasts };
};

const signed = (
  key: Uint8Array,
  audience: string,
  name: string,
  issued: number,
  lasts: number,
  claims = {},
): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(LOCAL_ISSUER)
    .setAudience(audience)
    .setSubject(name)
    .setIssuedAt(issued)
    .setExpirationTime(issued + lasts)
    .sign(key);

const BEARER = /^Bearer +(\S+)$/i;

/** The claims of the request's token, where it was signed with this machine's key for `audience`. */
const claimsOf = async <Claims>(
  c: Context,
  { key, now }: Door,
  audience: string,
  claims: z.ZodType<Claims>,
): Promise<Claims | undefined> => {
  const token = BEARER.exec(c.req.header("authorization") ?? "")?.[1];
  if (token === undefined) return undefined;
  try {
    const options = {
      issuer: LOCAL_ISSUER,
      audience,
      currentDate: now(),
      algorithms: ["HS256"],
      requiredClaims: ["exp"],
    };
    return claims.safeParse((await jwtVerify(token, key, options)).payload).data;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
};

/** A page of somebody else's, under a name that leads to this machine: its browser says under which. */
const isElsewhere = (c: Context, { address }: Door): boolean => {
  const origin = c.req.header("origin");
  return c.req.header("host") !== address() || (origin !== undefined && origin !== `http://${address()}`);
};

const refuseElsewhere = (c: Context): Response =>
  refuseWith(c, "forbidden", "one signs in at the address that the terminal printed, and at no other");

const refuseUnknown = (c: Context, why: string): Response =>
  refuseWith(c, "unauthenticated", `${why}: \`buddy console\` prints a new one`);
