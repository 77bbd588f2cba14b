import { afterEach, expect, it, vi } from "vitest";
import { type Contact, httpOf } from "../../console/client/http.ts";
import { lifeOf, type Session, type SignedOut } from "../../console/client/session.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** An answer whose connection is lost after its first bytes. */
const brokenOff = (status: number): Response =>
  new Response(
    new ReadableStream({
      pull: (stream) => {
        stream.enqueue(new TextEncoder().encode('{"items": ['));
        stream.error(new TypeError("network error"));
      },
    }),
    { status },
  );

const heardOf = (signedIn: Session = session) => {
  const heard: Contact[] = [];
  const out: string[] = [];
  const http = httpOf(signedIn, { contact: (contact) => heard.push(contact), signedOut: (why) => out.push(why) });
  return { http, heard, out };
};

const session: Session = { name: "bob", token: "t", ...lifeOf(Number.POSITIVE_INFINITY), renew: async () => session };

/** A person who holds a token for `seconds`, and the API, which tells of each request by the token that it came with. */
const holding = (seconds: number, renew: () => Promise<Session | SignedOut>) => {
  vi.useFakeTimers({ now: 0 });
  const tokens: string[] = [];
  vi.stubGlobal("fetch", async (_address: string, { headers }: { headers: Record<string, string> }) => {
    tokens.push(headers.authorization ?? "none");
    return Response.json({ ok: true });
  });
  const counted = vi.fn(renew);
  return { ...heardOf({ name: "bob", token: "first", ...lifeOf(seconds), renew: counted }), tokens, renew: counted };
};
const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);
const VALUE = { kind: "value", value: { ok: true } };

it.each([200, 404])("an answer %i that breaks off is none: the page says so, and asks again", async (status) => {
  vi.stubGlobal("fetch", async () => brokenOff(status));
  const heard: Contact[] = [];
  const http = httpOf(session, { contact: (contact) => heard.push(contact), signedOut: () => undefined });
  expect(await http.get("/approvals")).toEqual({ kind: "silence" });
  expect(await http.bytes("/artifacts/a")).toEqual({ kind: "silence" });
  expect(heard.map(({ silent_since }) => silent_since !== null)).toEqual([true, true]);
});

it.each([
  [429, { message: "Too Many Requests" }],
  [503, { message: "Service Unavailable" }],
  [401, { message: "Unauthorized" }],
  [502, "<html>"],
  [500, null],
])("a refusal %i in another form than the API's is told in words", async (status, body) => {
  vi.stubGlobal("fetch", async () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status }));
  const { http, out } = heardOf();
  const detail = `something between this page and Buddy answered ${status}`;
  expect(await http.get("/approvals")).toMatchObject({ kind: "problem", problem: { status, detail } });
  expect(out).toEqual(status === 401 ? [detail] : []);
});

it("a page that something else answers with is not taken for Buddy's answer: Buddy is asked again", async () => {
  vi.stubGlobal("fetch", async () => new Response("<html>Sign in to the network</html>"));
  const { http, heard } = heardOf();
  expect(await http.get("/approvals")).toEqual({ kind: "silence" });
  expect(heard.at(-1)?.silent_since).not.toBeNull();
});

it.each<[string, () => Promise<Session | SignedOut>]>([
  ["gives no answer", () => new Promise(() => {})],
  ["is in trouble", () => Promise.reject(new Error("503"))],
])("a stop is sent with the token that still holds while whoever renews it %s", async (_trouble, renew) => {
  const { http, tokens, heard, out } = holding(300, renew);
  later(290);
  expect(await http.send("PUT", "/system/locks/everything", { reason: "stop" })).toEqual(VALUE);
  expect(tokens).toEqual(["Bearer first"]);
  expect(heard.at(-1)?.silent_since).toBeNull();
  expect(out).toEqual([]);
});

it("a token is renewed beside what is asked, and what is asked next has the new one", async () => {
  const { http, tokens, renew } = holding(300, async () => ({ ...session, token: "second", ...lifeOf(300) }));
  later(179);
  await http.get("/approvals");
  expect(renew).not.toHaveBeenCalled();
  later(2);
  await Promise.all([http.get("/approvals"), http.get("/system")]);
  await http.get("/approvals");
  expect(tokens).toEqual(["first", "first", "first", "second"].map((token) => `Bearer ${token}`));
  expect(renew).toHaveBeenCalledTimes(1);
});

it("a token of a short life is renewed once it is half over, not at every request", async () => {
  const { http, renew } = holding(60, async () => ({ ...session, token: "second", ...lifeOf(60) }));
  for (let asked = 0; asked < 5; asked += 1) await http.get("/approvals");
  expect(renew).not.toHaveBeenCalled();
  later(31);
  await http.get("/approvals");
  expect(renew).toHaveBeenCalledTimes(1);
});

/** The issuer of tokens is in trouble until told otherwise. */
const inTrouble = () => {
  const renewer = { trouble: true };
  const holder = holding(300, async () => {
    if (renewer.trouble) throw new Error("503");
    return { ...session, token: "second", ...lifeOf(300) };
  });
  return { ...holder, renewer };
};

it("while a token holds, a renewal that failed is tried again after five seconds and no sooner", async () => {
  const { http, renew } = inTrouble();
  later(200);
  await http.get("/approvals");
  later(4);
  await http.get("/approvals");
  expect(renew).toHaveBeenCalledTimes(1);
  later(2);
  await http.get("/approvals");
  expect(renew).toHaveBeenCalledTimes(2);
});

it("a token that is over is sent no more: the page says that there is no answer, and the next request renews it", async () => {
  const { http, tokens, heard, out, renewer } = inTrouble();
  later(299);
  expect(await http.get("/approvals")).toEqual({ kind: "silence" });
  expect(heard.at(-1)?.silent_since).not.toBeNull();
  renewer.trouble = false;
  expect(await http.get("/approvals")).toEqual(VALUE);
  expect(tokens).toEqual(["Bearer second"]);
  expect(out).toEqual([]);
});
