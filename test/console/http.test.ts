import { afterEach, expect, it, vi } from "vitest";
import { type Contact, httpOf } from "../../console/client/http.ts";

afterEach(() => {
  vi.unstubAllGlobals();
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

const heardOf = () => {
  const heard: Contact[] = [];
  const out: string[] = [];
  const http = httpOf(session, { contact: (contact) => heard.push(contact), signedOut: (why) => out.push(why) });
  return { http, heard, out };
};

const session = { name: "bob", token: "t", ends_at: Number.POSITIVE_INFINITY, renew: async () => session };

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

it("a page of something else in the place of an answer is no word of Buddy's, which is asked again", async () => {
  vi.stubGlobal("fetch", async () => new Response("<html>Sign in to the network</html>"));
  const { http, heard } = heardOf();
  expect(await http.get("/approvals")).toEqual({ kind: "silence" });
  expect(heard.at(-1)?.silent_since).not.toBeNull();
});
