import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identifyByClaims } from "../../functions/api/http/claims.ts";
import { type TokenPolicy, verify } from "../../functions/api/jwt.ts";
import {
  identifyByKey,
  KeyReadableByOthers,
  LOCAL_AUDIENCE,
  LOCAL_ISSUER,
  localKey,
  mintToken,
  TOKEN_SECONDS,
} from "../../local/tokens.ts";

const NOW = new Date("2026-01-31T12:00:00Z");
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

let dir: string;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "buddy-tokens-")), "data");
});
afterEach(() => rm(join(dir, ".."), { recursive: true, force: true }));

const policy = async (changes: Partial<TokenPolicy> = {}): Promise<TokenPolicy> => ({
  key: await localKey(dir),
  issuer: LOCAL_ISSUER,
  audience: LOCAL_AUDIENCE,
  now: () => NOW,
  ...changes,
});
const alices = () => mintToken(dir, { name: "alice", scopes: ["read", "approvals:decide"], now: NOW });

describe("the key of a machine's tokens", () => {
  it("the key of a machine's tokens is made once, whoever asks first, and is its owner's alone", async () => {
    const keys = await Promise.all([localKey(dir), localKey(dir), localKey(dir)]);
    expect(keys[1]).toEqual(keys[0]);
    expect(keys[2]).toEqual(keys[0]);
    expect(keys[0]).toHaveLength(32);
    expect((await stat(join(dir, "token.key"))).mode & 0o777).toBe(0o600);
  });

  it("the key of a machine's tokens is seen whole or not at all by those who read it while another makes it", async () => {
    for (let n = 0; n < 30; n += 1) {
      const data = join(dir, `${n}`);
      const keys = await Promise.all(Array.from({ length: 6 }, () => localKey(data)));
      expect(new Set(keys.map((key) => Buffer.from(key).toString("hex"))).size).toBe(1);
      expect(await readdir(data)).toEqual(["token.key"]);
    }
  });

  it("the key of a machine's tokens is not used once others can read it", async () => {
    await localKey(dir);
    await chmod(join(dir, "token.key"), 0o640);
    await expect(alices()).rejects.toThrow(KeyReadableByOthers);
  });
});

describe("a token", () => {
  it("a token names its bearer and what it allows, until it expires", async () => {
    const token = await alices();
    expect(await verify(await policy(), token)).toEqual({ name: "alice", scopes: ["read", "approvals:decide"] });
    const last = await policy({ now: () => later(TOKEN_SECONDS - 1) });
    expect(await verify(last, token)).toMatchObject({ name: "alice" });
    expect(await verify(await policy({ now: () => later(TOKEN_SECONDS) }), token)).toEqual({
      why: expect.stringContaining("expired"),
    });
  });

  it("a token is for one issuer and one audience", async () => {
    const token = await alices();
    expect(await verify(await policy({ issuer: "another" }), token)).toEqual({
      why: "the token's claim iss does not fit",
    });
    expect(await verify(await policy({ audience: "another" }), token)).toEqual({
      why: "the token's claim aud does not fit",
    });
  });

  it("a token of another key, of no algorithm, or changed, is not believed", async () => {
    const token = await alices();
    const [header, body, signature] = token.split(".");
    const unsigned = Buffer.from('{"alg":"none"}').toString("base64url");
    const payload = Buffer.from(body ?? "", "base64url")
      .toString()
      .replace("alice", "admin");
    const changed = Buffer.from(payload).toString("base64url");
    const forged = [
      `${unsigned}.${body}.`,
      `${header}.${changed}.${signature}`,
      `${unsigned}.${body}.${signature}`,
      "x.y.z",
    ];
    for (const each of forged) expect(await verify(await policy(), each)).toHaveProperty("why");
    expect(await verify(await policy({ key: new Uint8Array(32) }), token)).toHaveProperty("why");
  });

  it("a token may be signed with EdDSA, and a public key is never taken for a shared secret", async () => {
    const { publicKey, privateKey } = await generateKeyPair("EdDSA");
    const claims = () =>
      new SignJWT({ scp: ["read"] })
        .setIssuer(LOCAL_ISSUER)
        .setAudience(LOCAL_AUDIENCE)
        .setSubject("carol")
        .setExpirationTime(Math.floor(later(60).getTime() / 1_000));
    const signed = await claims().setProtectedHeader({ alg: "EdDSA" }).sign(privateKey);
    expect(await verify(await policy({ key: publicKey }), signed)).toEqual({ name: "carol", scopes: ["read"] });
    const confused = await claims()
      .setProtectedHeader({ alg: "HS256" })
      .sign(await localKey(dir));
    expect(await verify(await policy({ key: publicKey }), confused)).toHaveProperty("why");
  });

  it("a token comes in the Authorization header", async () => {
    const identify = identifyByKey(await localKey(dir), () => NOW);
    const app = new Hono().get("/", async (c) => c.json((await identify(c)) ?? null));
    const ask = async (authorization?: string) =>
      (await app.request("/", authorization === undefined ? {} : { headers: { authorization } })).json();
    expect(await ask()).toBeNull();
    expect(await ask("Basic YTpi")).toHaveProperty("why");
    expect(await ask(`Bearer ${await alices()}`)).toMatchObject({ name: "alice" });
  });
});

describe("the claims that API Gateway has verified", () => {
  const ask = async (env: unknown, prefix = "") =>
    (
      await new Hono()
        .get("/", async (c) => c.json((await identifyByClaims(prefix)(c)) ?? null))
        .request("/", {}, env as object)
    ).json();
  const claims = (given: Record<string, string>) => ({
    event: { requestContext: { authorizer: { jwt: { claims: given } } } },
  });

  it("the claims that API Gateway has verified name the caller and the scopes, however the issuer writes them", async () => {
    const expected = { name: "alice", scopes: ["read", "system:lock"] };
    expect(await ask(claims({ sub: "alice", scope: "read system:lock" }))).toEqual(expected);
    expect(await ask(claims({ sub: "alice", scp: "[read system:lock]" }))).toEqual(expected);
    expect(await ask(claims({ sub: "alice" }))).toEqual({ name: "alice", scopes: [] });
    const others = claims({ sub: "alice", scope: "buddy/read other/admin buddy/system:lock read" });
    expect(await ask(others, "buddy/")).toEqual(expected);
  });

  it("the claims that API Gateway has verified are nobody's where a route came without authorizer", async () => {
    expect(await ask({ event: { requestContext: {} } })).toBeNull();
    expect(await ask(claims({ scope: "read" }))).toBeNull();
  });
});
