import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { GRAPH_SECRET, type Graph, startGraph } from "../../../counterparts/graph.ts";
import { liveCall, toolAdapterSuite, toolCall } from "../../../ports/tool-adapter.ts";
import { defined, LAPSES, mailContract, SENDER, toolsOf, vendorWayOut } from "./vendor-tools.ts";

const graph: Graph = await startGraph(SENDER);
afterAll(() => graph.stop());
const contract = defined(mailContract(graph));
const shared = vendorWayOut(graph);

const fresh = (): void => {
  graph.outbox.length = 0;
  graph.requests.length = 0;
  graph.holdBack(false);
};
const asFields = (): { [record: string]: JsonObject } =>
  Object.fromEntries(
    graph.outbox.map(({ subject, body, toRecipients, ccRecipients }, index) => {
      const [first, ...more] = toRecipients.map(({ emailAddress }) => emailAddress.address);
      const to = more.length === 0 ? (first ?? "") : [first ?? "", ...more];
      const cc = ccRecipients.map(({ emailAddress }) => emailAddress.address);
      return [String(index), { to, subject, body: body.content, ...(cc.length === 0 ? {} : { cc }) }];
    }),
  );

const address = fc.constantFrom("ann@example.com", "o'hara+x@example.com");
toolAdapterSuite({
  contract,
  runs: 2,
  cannot: { drift: "the preview of a mail reads nothing that somebody else could change" },
  arguments: fc.record(
    {
      to: fc.oneof(address, fc.uniqueArray(address, { minLength: 2 })),
      subject: fc.constantFrom("Hello", '{$arg} & "quoted"\nBcc: x@example.com'),
      body: fc.string(),
      cc: fc.uniqueArray(address, { minLength: 1 }),
    },
    { requiredKeys: ["to", "subject", "body"], noNullPrototype: true },
  ),
  makePlace: async () => {
    fresh();
    return {
      ...toolsOf(contract, shared),
      snapshot: async () => asFields(),
      difference: (before, after) =>
        Object.entries(after)
          .filter(([id]) => before[id] === undefined)
          .flatMap(([, mail]) =>
            Object.entries(mail).map(([field, value]) => ({ record: "a mail", field, old: null, new: value })),
          ),
      overwrite: async () => undefined,
      effects: () => graph.outbox.length,
      meets: async (how) => graph.lapseOn("POST", LAPSES[how]),
      marks: {},
      looksUp: { forward: "by_trace", compensation: false },
    };
  },
});

const args = {
  to: ["ann@example.com", "bo@example.com"],
  cc: ["cy@example.com"],
  subject: "Offer",
  body: "As agreed.",
};
const call = toolCall(contract, args);

describe("a mail by Microsoft Graph", () => {
  beforeEach(fresh);

  it("a mail by Microsoft Graph is shown with sender, recipients, subject and text, as it will be sent, asking nothing", async () => {
    const { dryRun } = toolsOf(contract, vendorWayOut(graph));
    const { summary, changes } = await dryRun.preview(call);
    expect(summary).toMatch(
      /^sends "Offer" from agents@example.com to ann@example.com, bo@example.com, with copies to cy@example.com; it cannot be taken back: POST https:\/\/localhost:\d+\/v1.0\/users\/agents%40example.com\/sendMail with authorization, content-type and \{"message":/,
    );
    expect(summary).toContain('{"name":"x-buddy-key","value":"(its idempotency key)"}');
    expect(Object.fromEntries(changes.map(({ field, new: value }) => [field, value]))).toEqual(args);
    expect(graph.requests).toEqual([]);
  });

  it("a mail by Microsoft Graph is sent once as Graph publishes it, with the key in a header", async () => {
    const { live } = toolsOf(contract, vendorWayOut(graph));
    expect(await live.call(liveCall(call, "key_1"))).toEqual({
      kind: "committed",
      output: { to: args.to, subject: "Offer" },
      undo: null,
    });
    expect(graph.requests.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      "POST /tenant-1/oauth2/v2.0/token",
      "POST /v1.0/users/agents%40example.com/sendMail",
    ]);
    expect(graph.outbox).toMatchObject([{ internetMessageHeaders: [{ name: "x-buddy-key", value: "key_1" }] }]);
  });

  it.each(["silent_after_acting", "fail_after_acting"] as const)(
    "a mail by Microsoft Graph that meets %s is found among the sent items, once it is filed there, and not said to be unsent before",
    async (how) => {
      const { live } = toolsOf(contract, shared);
      graph.holdBack(true);
      graph.lapse(how);
      const patience = new AbortController();
      const sent = live.call({ ...liveCall(call, "key_1"), signal: patience.signal });
      await expect.poll(() => graph.outbox.length, { timeout: 20_000 }).toBe(1);
      patience.abort();
      expect((await sent).kind).toBe("indeterminate");
      expect(await live.lookUp(liveCall(call, "key_1"), "forward")).toEqual({
        kind: "unknown",
        why: "it is not among the sent items, where it may still appear",
      });
      graph.holdBack(false);
      expect(await live.lookUp(liveCall(call, "key_1"), "forward")).toEqual({
        kind: "happened",
        output: { message_id: "AAMk0", to: args.to, subject: "Offer", sent_at: "2026-11-28T12:00:00Z" },
        undo: null,
      });
      expect((await live.lookUp(liveCall(call, "key_2"), "forward")).kind).toBe("unknown");
      expect(graph.outbox).toHaveLength(1);
    },
  );

  it("a mail by Microsoft Graph that is looked for in a mailbox which is not there is not said to be unsent", async () => {
    const away = { ...contract, binding: { ...contract.binding, sender: "nobody@example.com" } };
    const { live } = toolsOf(away as typeof contract, shared);
    const found = await live.lookUp(liveCall(toolCall(away as typeof contract, args), "key_1"), "forward");
    expect(found).toEqual({ kind: "unknown", why: expect.stringContaining("answered 404") });
  });

  it("a mail by Microsoft Graph that Graph has no room for is not sent, and comes again when the minute that it counts in is over", async () => {
    const { live } = toolsOf(contract, shared);
    graph.lapse("too_many_requests");
    expect(await live.call(liveCall(call, "key_1"))).toMatchObject({ kind: "rejected", again_in_seconds: 10 });
    expect(graph.outbox).toEqual([]);
  });

  it("a mail by Microsoft Graph with arguments that make none is not sent, and told so in words", async () => {
    const { live, dryRun } = toolsOf(contract, shared);
    const odd = toolCall(contract, { ...args, bcc: ["eve@example.com"] });
    expect(await live.call(liveCall(odd, "key_1"))).toMatchObject({
      kind: "rejected",
      unsent: true,
      error: expect.stringContaining("bcc"),
    });
    await expect(dryRun.preview(odd)).rejects.toThrow("bcc");
    expect(graph.outbox).toEqual([]);
  });

  it("a mail by Microsoft Graph never shows the application's secret or a token", async () => {
    const { live } = toolsOf(contract, vendorWayOut(graph));
    const said = [await live.preview(call), await live.call(liveCall(call, "key_1"))];
    expect(JSON.stringify(said)).not.toContain(GRAPH_SECRET);
  });
});
