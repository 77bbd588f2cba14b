import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { identifyByToken } from "../../functions/api/jwt.ts";
import { answerSignIns, askingToken, SIGN_IN_PATH } from "../../local/sign-in.ts";
import { LOCAL_AUDIENCE, LOCAL_ISSUER, localKey, mintToken } from "../../local/tokens.ts";
import { SCOPES } from "../../shared/scopes.ts";

const ADDRESS = "127.0.0.1:7717";
const MINUTES = 60_000;
const signedIn = z.object({ token: z.string(), name: z.string(), seconds: z.number() });

describe("signing in at this machine", () => {
  let folder: string;
  let key: Uint8Array;
  let app: Hono;
  let link: (name: string) => string;
  let time: number;
  const now = () => new Date(time);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-sign-in-"));
    key = await localKey(folder);
    app = new Hono();
    time = Date.parse("2026-01-31T12:00:00Z");
    link = answerSignIns(app, { key, address: () => ADDRESS, now });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const post = (path: string, headers: Record<string, string> = {}, body?: object) =>
    app.request(`${SIGN_IN_PATH}/${path}`, {
      method: "POST",
      headers: { host: ADDRESS, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const codeOf = (path: string): string => new URL(path, "http://x").hash.slice("#code=".length);
  const exchange = (path: string, headers = {}) => post("code", headers, { code: codeOf(path) });
  const callerOf = async (token: string) => {
    const seen = new Hono();
    const identify = identifyByToken({ key, issuer: LOCAL_ISSUER, audience: LOCAL_AUDIENCE, now });
    seen.get("/", async (c) => c.json((await identify(c)) ?? null));
    return (await seen.request("/", { headers: { authorization: `Bearer ${token}` } })).json();
  };

  it("signing in at this machine takes a link once, and its person may then do what people may", async () => {
    const path = link("bob");
    expect(path).toMatch(/^\/console#code=[\w-]{22}$/u);
    const answer = signedIn.parse(await (await exchange(path)).json());
    expect(answer).toMatchObject({ name: "bob", seconds: 600 });
    expect(await callerOf(answer.token)).toEqual({ name: "bob", scopes: [...SCOPES] });
    const again = await exchange(path);
    expect(again.status).toBe(401);
    expect(await again.text()).toContain("`buddy console` prints a new one");
  });

  it("signing in at this machine takes no link that is ten minutes old", async () => {
    const path = link("bob");
    time += 10 * MINUTES;
    expect((await exchange(path)).status).toBe(401);
  });

  it("signing in at this machine takes nothing under another name of this machine, and nothing that another page sends", async () => {
    const path = link("bob");
    expect((await exchange(path, { host: "rebound.example:7717" })).status).toBe(403);
    expect((await exchange(path, { origin: "https://elsewhere.example" })).status).toBe(403);
    expect((await exchange(path, { origin: `http://${ADDRESS}` })).status).toBe(200);
  });

  it("signing in at this machine makes a token anew while the session lasts, and not beyond", async () => {
    let { token } = signedIn.parse(await (await exchange(link("bob"))).json());
    const renew = () => post("renew", { authorization: `Bearer ${token}` });
    const end = time + 12 * 60 * MINUTES;
    let rounds = 0;
    while (time + 9 * MINUTES < end) {
      time += 9 * MINUTES;
      const next = await renew();
      expect(next.status).toBe(200);
      ({ token } = signedIn.parse(await next.json()));
      rounds += 1;
    }
    expect(rounds).toBe(79);
    time = end;
    expect((await renew()).status).toBe(401);
  });

  it("signing in at this machine renews no token of another kind: one that a command was made lasts its ten minutes", async () => {
    const token = await mintToken(folder, { name: "bob", scopes: SCOPES, now: now() });
    expect((await post("renew", { authorization: `Bearer ${token}` })).status).toBe(401);
  });

  it("signing in at this machine gives a link to a program that holds the key, and to no bearer of a token of the API", async () => {
    const asking = await askingToken(folder, "carol", now());
    const given = await post("links", { authorization: `Bearer ${asking}` });
    const { path } = z.object({ path: z.string() }).parse(await given.json());
    expect(signedIn.parse(await (await exchange(path)).json()).name).toBe("carol");
    const token = await mintToken(folder, { name: "carol", scopes: SCOPES, now: now() });
    expect((await post("links", { authorization: `Bearer ${token}` })).status).toBe(401);
    expect((await callerOf(asking)) ?? {}).toHaveProperty("why");
  });
});
