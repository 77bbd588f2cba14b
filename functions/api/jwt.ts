import { type CryptoKey, errors, type JWTPayload, jwtVerify } from "jose";
import type { Caller, Identify, Unidentified } from "./http/caller.ts";
import { scopesOf } from "./http/caller.ts";
import { giveOnce, timesGiven } from "./http/given-once.ts";

export type TokenPolicy = {
  /** Bytes of a shared secret for HS256, or a public key for EdDSA. The key alone says which of the two is taken. */
  readonly key: Uint8Array | CryptoKey;
  readonly issuer: string;
  readonly audience: string;
  readonly now: () => Date;
};

const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i;

/** Finds out who is asking by the JWT of the request: where no API Gateway stands in front. */
export const identifyByToken =
  (policy: TokenPolicy): Identify =>
  async (c) => {
    const header = c.req.header("authorization");
    if (header === undefined) return undefined;
    const token = BEARER.exec(header)?.[1];
    if (token !== undefined) return verify(policy, token);
    const times = timesGiven(header, (part) => BEARER.test(part));
    return { why: `the Authorization header ${times > 1 ? giveOnce(times) : "is not Bearer <JWT>"}` };
  };

/** The caller a token names, or why it is not believed. */
export const verify = async (policy: TokenPolicy, token: string): Promise<Caller | Unidentified> => {
  const { key, issuer, audience, now } = policy;
  const options = { issuer, audience, currentDate: now(), requiredClaims: ["sub", "exp"] };
  try {
    const { payload } =
      key instanceof Uint8Array
        ? await jwtVerify(token, key, { ...options, algorithms: ["HS256"] })
        : await jwtVerify(token, key, { ...options, algorithms: ["EdDSA"] });
    return callerOf(payload);
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { why: "the token has expired; get a new one" };
    if (error instanceof errors.JWTClaimValidationFailed)
      return { why: `the token's claim ${error.claim} does not fit` };
    if (error instanceof errors.JOSEError) return { why: "the token was not signed by who may sign for this system" };
    throw error;
  }
};

const callerOf = ({ sub = "", scope, scp }: JWTPayload): Caller | Unidentified =>
  sub === "" ? { why: "the token names nobody: its sub is empty" } : { name: sub, scopes: scopesOf(scope ?? scp) };
