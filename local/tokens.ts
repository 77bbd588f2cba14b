import { randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { SignJWT } from "jose";
import { makeFolder } from "../functions/adapters/files/make-folder.ts";
import { ifThere, makeOnce, readIfThere } from "../functions/adapters/files/write-atomically.ts";
import type { Identify } from "../functions/api/http/caller.ts";
import { identifyByToken } from "../functions/api/jwt.ts";
import { Surprise } from "../shared/plan/surprise.ts";
import type { AGENT_SCOPE, AgentScope, Scope, WorkScope } from "../shared/scopes.ts";

export const LOCAL_ISSUER = "buddy-local";
export const LOCAL_AUDIENCE = "buddy";

/** Ten minutes: whoever finds one in a log or a history comes too late, and a command that runs longer makes another. */
export const TOKEN_SECONDS = 600;

/** A reader of the key can be anybody, approvers included: it is its owner's alone. */
export class KeyReadableByOthers extends Surprise {
  override readonly name = "KeyReadableByOthers";
  constructor(path: string) {
    super(`${path} can be read by others; chmod 600 it, or remove it to get a new one`);
  }
}

const keyPath = (dataDir: string): string => join(dataDir, "token.key");

/** The key's file holds no key; `remedy` says what to do about this one. */
export class KeyDamaged extends Surprise {
  override readonly name = "KeyDamaged";
  constructor(path: string, remedy: string, cause?: unknown) {
    super(`${path} does not hold a key: ${remedy}`, { cause });
  }
}

/** Of a key that nothing was signed with which has to be verified later. */
export const NEW_ONE = "put it back from a backup, or remove it to get a new one";

/**
 * The secret that signs this machine's tokens; made on first use. @throws KeyReadableByOthers, KeyDamaged
 */
export const localKey = async (dataDir: string): Promise<Uint8Array> => {
  await makeFolder(dataDir, 0o700);
  const path = keyPath(dataDir);
  if ((await ifThere(stat(path))) === undefined) await makeOnce(path, `${randomBytes(32).toString("base64url")}\n`);
  return readKey(path);
};

const readKey = async (path: string): Promise<Uint8Array> => {
  // Windows keeps no such bits; there the folder's access list protects it.
  const { mode } = await stat(path);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) throw new KeyReadableByOthers(path);
  return keyOf(path, await readFile(path, "utf8"));
};

const keyOf = (path: string, text: string): Uint8Array => {
  const key = Buffer.from(text.trim(), "base64url");
  if (key.length < 32) throw new KeyDamaged(path, NEW_ONE);
  return new Uint8Array(key);
};

/**
 * Refuses a file in `copy` that holds no key, in words of `dataDir`: a start makes the one that is not there.
 * @throws KeyDamaged
 */
export const mustHoldToken = async (copy: string, dataDir: string): Promise<void> => {
  const text = await readIfThere(keyPath(copy));
  if (text !== undefined) keyOf(keyPath(dataDir), text);
};

export type TokenRequest = {
  readonly name: string;
  readonly scopes: readonly (Scope | WorkScope | AgentScope | typeof AGENT_SCOPE)[];
  readonly now: Date;
  readonly seconds?: number;
};

/** A token by which this machine's API takes its bearer for `name`. @throws KeyReadableByOthers */
export const mintToken = async (dataDir: string, request: TokenRequest): Promise<string> => {
  const { name, scopes, now, seconds = TOKEN_SECONDS } = request;
  const issued = Math.floor(now.getTime() / 1000);
  return new SignJWT({ scope: scopes.join(" ") })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(LOCAL_ISSUER)
    .setAudience(LOCAL_AUDIENCE)
    .setSubject(name)
    .setIssuedAt(issued)
    .setExpirationTime(issued + seconds)
    .sign(await localKey(dataDir));
};

/** The caller, by tokens signed with this machine's key. */
export const identifyByKey = (key: Uint8Array, now: () => Date): Identify =>
  identifyByToken({ key, issuer: LOCAL_ISSUER, audience: LOCAL_AUDIENCE, now });
