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

const session = { name: "bob", token: "t", ends_at: Number.POSITIVE_INFINITY, renew: async () => session };

it.each([200, 404])("an answer %i that breaks off is none: the page says so, and asks again", async (status) => {
  vi.stubGlobal("fetch", async () => brokenOff(status));
  const heard: Contact[] = [];
  const http = httpOf(session, { contact: (contact) => heard.push(contact), signedOut: () => undefined });
  expect(await http.get("/approvals")).toEqual({ kind: "silence" });
  expect(await http.bytes("/artifacts/a")).toEqual({ kind: "silence" });
  expect(heard.map(({ silent_since }) => silent_since !== null)).toEqual([true, true]);
});
