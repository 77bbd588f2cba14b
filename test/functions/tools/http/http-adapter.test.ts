import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { preparedUndo, safeOutcome, safePreview } from "../../../../functions/tools/safe-answer.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import { sameValue } from "../../../../functions/tools/world/stored-record.ts";
import { noSecret } from "../../../../shared/contracts/bound/secrets-used.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import type { FieldChange } from "../../../../shared/execution/approval/preview.ts";
import type { CallOutcome } from "../../../../shared/execution/call-outcome.ts";
import { type Json, type JsonObject, jsonObject } from "../../../../shared/plan/json.ts";
import { type Crm, READ_SECRET, startCrm, WRITE_SECRET } from "../../../counterparts/crm.ts";
import { liveCall, type Place, toolAdapterSuite, toolCall } from "../../../ports/tool-adapter.ts";
import type { Meeting } from "../../../ports/tool-cases.ts";
import { createContact, crmWayOut, defined, searchContacts, setFields, setFieldsByKey } from "./crm-tools.ts";

const crm = await startCrm({});
afterAll(() => crm.stop());

const fresh = (): void => {
  crm.contacts.clear();
  crm.contacts.set("c1", { stage: "new", note: null });
  crm.contacts.set("c/2", { stage: "lead", note: null });
  crm.effects.length = 0;
  crm.requests.length = 0;
  crm.forgetKeys();
  crm.behave();
};

/** One for all: what a client has learnt of a server's TLS makes the next connection quicker. */
const shared = crmWayOut(crm);

const tools = (contract: ToolContract, out = shared) => {
  const world = memoryWorld();
  return {
    mock: mockToolbox().adapterFor(contract),
    dryRun: dryRunToolbox(world, { ways: { http: out } }).adapterFor(contract),
    live: liveToolbox(world, { ways: { http: out } }).adapterFor(contract),
  };
};

const differenceOf = (before: { [id: string]: JsonObject }, after: { [id: string]: JsonObject }): FieldChange[] =>
  Object.keys(after).flatMap((id) =>
    Object.keys({ ...before[id], ...after[id] })
      .filter((field) => !sameValue(before[id]?.[field], after[id]?.[field]))
      .map((field) => ({
        record: `${crm.origin}/contacts/${encodeURIComponent(id)}`,
        field,
        old: before[id]?.[field] ?? null,
        new: after[id]?.[field] ?? null,
      })),
  );

const MEETS: { readonly [How in Meeting]: Parameters<Crm["misbehave"]>[0] } = {
  refused: "refuse",
  too_busy: "too_many_requests",
  failed_after: "fail_after_acting",
  silent_after: "silent_after_acting",
  broken_before: "reset_before_acting",
};
const undoneFields = z.array(z.object({ field: z.string() }));

const inCrm = (contract: ToolContract, forward: boolean) => async (): Promise<Place> => {
  fresh();
  return {
    ...tools(contract),
    snapshot: async () => structuredClone(Object.fromEntries(crm.contacts)),
    difference: differenceOf,
    overwrite: async ({ fields }) => {
      const [touched] = Array.isArray(fields) ? fields : [];
      if (touched === undefined) return undefined;
      for (const contact of crm.contacts.values()) Object.assign(contact, { stage: "another's", note: "another's" });
      return "somebody else has written since";
    },
    effects: () => crm.effects.length,
    drift: async ({ arguments: args }) => {
      for (const contact of crm.contacts.values()) Object.assign(contact, { stage: "in between", note: "in between" });
      return args.stage !== undefined || args.note !== undefined;
    },
    beside: async (_, { fields }) => {
      const touched = undoneFields.parse(fields).map(({ field }) => field);
      const theirs = ["stage", "note", "owner"].filter((field) => !touched.includes(field));
      for (const contact of crm.contacts.values()) for (const field of theirs) contact[field] = "another's";
    },
    meets: async (how) => crm.misbehaveOn("PUT", MEETS[how]),
    marks: {},
    looksUp: { forward, compensation: false },
  };
};

const contact_id = fc.constantFrom("c1", "c/2");
const stage = fc.constantFrom("new", "won", "{stage}", "$arg");
const note = fc.oneof(fc.constant(null), fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<JsonObject[string]>);
const fields = fc.record({ contact_id, stage, note }, { requiredKeys: ["contact_id"], noNullPrototype: true });

for (const [contract, args, looksUp] of [
  [defined(setFields(crm)), fields, true],
  [defined(setFieldsByKey(crm)), fields, false],
  [
    defined(searchContacts(crm)),
    fc.record({ q: fc.string(), tags: fc.array(fc.string()) }, { requiredKeys: [], noNullPrototype: true }),
    true,
  ],
] as const) {
  toolAdapterSuite({ contract, arguments: args, makePlace: inCrm(contract, looksUp), runs: 2 });
}

const change = (args: JsonObject = { contact_id: "c1", stage: "won" }) => toolCall(defined(setFields(crm)), args);

describe("a call over http", () => {
  beforeEach(fresh);

  it("a call over http is previewed as it will be sent, with old and new values, and reads with the secret for reading only", async () => {
    const preview = await tools(change().contract).dryRun.preview(change());
    expect(preview).toEqual({
      summary: `PUT ${crm.origin}/contacts/c1 with authorization, content-type, idempotency-key and {"stage":"won"}`,
      output: null,
      changes: [{ record: `${crm.origin}/contacts/c1`, field: "stage", old: "new", new: "won" }],
    });
    expect(crm.requests.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ["GET", `Bearer ${READ_SECRET}`],
    ]);
  });

  it.each([
    ["that writes", change()],
    ["that reads", toolCall(defined(searchContacts(crm)), { q: "c1" })],
  ])("a call over http %s says what of its answer could not be kept", async (_kind, call) => {
    const { live } = tools(call.contract);
    crm.misbehave("broken_text");
    const outcome = safeOutcome(await live.call(liveCall(call, "k")));
    expect(outcome).toMatchObject({ kind: "committed", cut: expect.stringContaining("bytes that are no text") });
    expect(outcome).toMatchObject({ cut: expect.stringContaining("a field named __proto__") });
    expect(JSON.stringify(outcome)).toContain('"id":"[cut: bytes that are no text]"');
  });

  it("a call over http is not previewed over bytes that are no text, and keeps no undo data of them", async () => {
    const text = "[cut: bytes that are no text]";
    crm.contacts.set("c1", { stage: text, note: null });
    const previewed = await tools(change().contract).dryRun.preview(change());
    expect(() => safePreview(previewed)).toThrow("cannot be shown whole");
    expect(() => preparedUndo({ old: text })).toThrow("what would undo it cannot be kept");
  });

  it("a call over http is previewed again before LIVE without the text it was written with before, which the service kept", async () => {
    crm.contacts.set("c1", { stage: "new", note: `changed with ${WRITE_SECRET}` });
    const { live } = tools(change().contract, crmWayOut(crm));
    const { changes } = await live.preview(change({ contact_id: "c1", note: "n" }));
    expect(changes).toMatchObject([{ field: "note", old: "changed with (secret)", new: "n" }]);
  });

  it("a call over http carries a form where its contract says so, a name for each value, and shows it so", async () => {
    const { binding, ...rest } = createContact(crm);
    const { call, undo: _none, ...bound } = jsonObject.parse(binding);
    const { body: _body, ...asked } = jsonObject.parse(call);
    const auth = { as: "bearer", secret: "crm" };
    const form = { stage: { $arg: "/stage" }, tag: { $arg: "/tags" }, note: { $arg: "/note" }, by: "buddy & co" };
    const contract = defined({
      ...rest,
      ...{ reversible: false, compensation: "none" },
      input_schema: { type: "object", properties: { stage: { type: "string" }, tags: {}, note: {} } },
      binding: { ...bound, call: { ...asked, auth, form } },
    });
    const args = { stage: "lead", tags: ["a b", "c"] };
    const { dryRun, live } = tools(contract);
    expect((await dryRun.preview(toolCall(contract, args))).summary).toContain(
      "with authorization, content-type and the form stage=lead&tag=a+b&tag=c&by=buddy+%26+co",
    );
    expect(await live.call(liveCall(toolCall(contract, args), "k"))).toMatchObject({ kind: "committed" });
    expect(crm.requests.at(-1)).toMatchObject({
      body: "stage=lead&tag=a+b&tag=c&by=buddy+%26+co",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    const unsendable: [Json, string][] = [
      [{ a: 1 }, "no object"],
      [[{ a: 1 }], "no object"],
      [[[1]], "no list in a list"],
    ];
    for (const [note, what] of unsendable) {
      expect(await live.call(liveCall(toolCall(contract, { note }), "l"))).toEqual({
        kind: "rejected",
        unsent: true,
        error: `nothing was sent: the form cannot be made: field "note" of a form takes ${what}`,
      });
    }
  });

  it("a call over http leaves a field of its form out that is null, and shows it so", async () => {
    const contract = sendsAForm();
    const { dryRun, live } = tools(contract);
    const call = toolCall(contract, { fields: { stage: "lead", note: null, tags: ["a", null] } });
    expect((await dryRun.preview(call)).summary).toContain("and the form stage=lead&tags=a;");
    await live.call(liveCall(call, "k"));
    expect(crm.requests.at(-1)?.body).toBe("stage=lead&tags=a");
  });

  /** Its fields are one argument as a whole, of any type. */
  const sendsAForm = () => {
    const { binding, ...rest } = createContact(crm);
    const { call, undo: _none, ...bound } = jsonObject.parse(binding);
    const { body: _body, ...asked } = jsonObject.parse(call);
    return defined({
      ...rest,
      ...{ reversible: false, compensation: "none" },
      input_schema: { type: "object", properties: { fields: {} } },
      binding: { ...bound, call: { ...asked, form: { $arg: "/fields" } } },
    });
  };

  it.each<[string, JsonObject[string]]>([
    ["a text", "stage=lead"],
    ["a list", [1]],
    ["a number", 0],
    ["a boolean", false],
  ])(
    "a call over http whose form as a whole is %s is not sent, and says so in its preview too",
    async (kind, value) => {
      const contract = sendsAForm();
      const { dryRun, live } = tools(contract);
      const call = toolCall(contract, { fields: value });
      const why = `the form cannot be made: a form takes an object with a name for each value, and ${kind} stands in its place`;
      await expect(dryRun.preview(call)).rejects.toThrow(why);
      const refused = { kind: "rejected", unsent: true, error: `nothing was sent: ${why}` };
      expect(await live.call(liveCall(call, "k"))).toEqual(refused);
      expect(crm.requests).toEqual([]);
    },
  );

  it.each<JsonObject>([{}, { fields: null }])(
    "a call over http whose form as a whole is not given has no body and no type of one: %j",
    async (args) => {
      const contract = sendsAForm();
      const { dryRun, live } = tools(contract);
      const { summary } = await dryRun.preview(toolCall(contract, args));
      expect(summary).not.toMatch(/content-type|the form/);
      await live.call(liveCall(toolCall(contract, args), "k"));
      expect(crm.requests.at(-1)?.headers).not.toHaveProperty("content-type");
      expect(crm.requests.at(-1)?.body).toBeNull();
    },
  );

  it("a call over http sends the type of its body with a body alone, whichever type its contract says", async () => {
    const { binding, ...rest } = createContact(crm);
    const { call, undo: _none, ...bound } = jsonObject.parse(binding);
    const typed = {
      ...jsonObject.parse(call),
      body: { $arg: "/body" },
      headers: { "Content-Type": "application/vnd.crm+json" },
    };
    const contract = defined({
      ...rest,
      ...{ reversible: false, compensation: "none" },
      input_schema: { type: "object", properties: { body: { type: "object" } } },
      binding: { ...bound, call: typed },
    });
    const { dryRun, live } = tools(contract);
    for (const [args, type] of [
      [{ body: { stage: "lead" } }, "application/vnd.crm+json"],
      [{}, undefined],
    ] as const) {
      const { summary } = await dryRun.preview(toolCall(contract, args));
      expect(summary.includes("content-type")).toBe(type !== undefined);
      await live.call(liveCall(toolCall(contract, args), `key of ${type}`));
      expect(crm.requests.at(-1)?.headers["content-type"]).toBe(type);
    }
  });

  it("a call over http says in words that old values are unknown where no read is declared", async () => {
    const call = toolCall(defined(createContact(crm)), { stage: "lead" });
    const { summary, changes } = await tools(call.contract).dryRun.preview(call);
    expect(summary).toContain(`POST ${crm.origin}/contacts with authorization, content-type and {"stage":"lead"}`);
    expect(summary).toContain("old values are unknown: the tool declares no read");
    expect([changes, crm.requests]).toEqual([[], []]);
  });

  it("a call over http drifts when somebody changes what it would overwrite", async () => {
    const { dryRun } = tools(change().contract);
    const before = await dryRun.preview(change());
    crm.contacts.set("c1", { stage: "lost" });
    expect((await dryRun.preview(change())).changes).not.toEqual(before.changes);
  });

  it.each<[Parameters<Crm["misbehave"]>[0], CallOutcome["kind"], string, number]>([
    ["fail_after_acting", "indeterminate", "answered 500", 1],
    ["reset_before_acting", "indeterminate", "it was sent, and the connection failed", 0],
    ["reset_in_the_body", "indeterminate", "it was sent, and the connection failed", 1],
    ["redirect", "indeterminate", "answered 307", 0],
    ["broken_json", "indeterminate", "its body is no JSON", 1],
    ["too_large", "indeterminate", "more than 1048576 bytes", 1],
    ["too_large_compressed", "indeterminate", "more than 1048576 bytes", 1],
    ["too_many_requests", "rejected", "answered 429", 0],
  ])("a call over http that meets %s is %s, and a look-up says what is true", async (how, kind, words, effects) => {
    const { live } = tools(change().contract);
    crm.misbehave(how);
    const call = liveCall(change(), "key_1");
    expect(await live.call(call)).toMatchObject({ kind, error: expect.stringContaining(words) });
    expect((await live.lookUp(call, "forward")).kind).toBe(effects === 1 ? "happened" : "did_not_happen");
    expect(crm.effects).toHaveLength(effects);
  });

  it.each([16.1, 10.0005])(
    "a call over http of a tool with %d s is made, though that is no whole number of milliseconds",
    async (timeout_seconds) => {
      const contract = defined(setFields(crm, { timeout_seconds }));
      const call = liveCall(toolCall(contract, { contact_id: "c1", stage: "won" }), "key_1");
      expect(await tools(contract).live.call(call)).toMatchObject({ kind: "committed" });
    },
  );

  it("a call over http whose answer trickles in is committed with what the whole of it says", async () => {
    const { live } = tools(change().contract);
    crm.misbehaveOn("PUT", "trickling");
    const outcome = await live.call(liveCall(change(), "key_1"));
    expect(outcome).toMatchObject({ kind: "committed", output: { id: "c1", stage: "won" } });
    expect([crm.effects.length, crm.requests.filter(({ method }) => method === "PUT").length]).toEqual([1, 1]);
  });

  it("a call over http whose issuer of tokens asks to be left alone sends nothing, and the service is left alone", async () => {
    const contract = defined(createContact(crm));
    const { live } = tools(contract, crmWayOut(crm));
    crm.misbehaveOn("/token", "too_many_requests");
    const call = liveCall(toolCall(contract, { stage: "lead" }), "key_1");
    const error = expect.stringContaining("no token was given");
    expect(await live.call(call)).toMatchObject({ kind: "rejected", error, again_in_seconds: 30 });
    expect(crm.effects).toEqual([]);
    expect((await live.call(call)).kind).toBe("committed");
  });

  it("a call over http has one effect when it is sent again under its key after no answer came", async () => {
    const call = liveCall(toolCall(defined(setFieldsByKey(crm)), { contact_id: "c1", stage: "won" }), "key_1");
    const { live } = tools(call.contract);
    crm.misbehave("silent_after_acting");
    const patience = new AbortController();
    const unanswered = live.call({ ...call, signal: patience.signal });
    await expect.poll(() => crm.effects, { timeout: 60_000 }).toHaveLength(1);
    patience.abort();
    expect((await unanswered).kind).toBe("indeterminate");
    expect(await live.call(call)).toMatchObject({ kind: "committed", output: { id: "c1", stage: "won" } });
    expect(crm.effects).toHaveLength(1);
  });

  it("a call over http is rejected, and nothing sent, where a secret or a value of its path is missing", async () => {
    const { live } = tools(change().contract);
    expect(await live.call(liveCall(change({ contact_id: ".." }), "k"))).toMatchObject({ kind: "rejected" });
    const nameless = defined(setFields(crm));
    const unreadable = async (): Promise<never> => {
      throw new Error("the file can be read by others");
    };
    for (const [get, words] of [
      [async () => undefined, noSecret("write/crm")],
      [async () => "short", "secret write/crm has fewer than 8 characters, too few to be kept out of records"],
      [unreadable, "secret write/crm cannot be read: the file can be read by others"],
    ] as const) {
      const ways = { http: { ...crmWayOut(crm), write: { family: "write" as const, get } } };
      const closed = liveToolbox(memoryWorld(), { ways }).adapterFor(nameless);
      const outcome = await closed.call(liveCall(change(), "k"));
      const error = `nothing was sent: ${words}`;
      expect(outcome).toEqual({ kind: "rejected", unsent: true, error, again_in_seconds: 0 });
    }
    expect(crm.requests).toEqual([]);
  });

  it("a call over http is rejected in words, and nothing sent, where a header's secret is no text that a header holds", async () => {
    const { binding, ...rest } = setFields(crm);
    const { call, ...others } = jsonObject.parse(binding);
    const named = { ...jsonObject.parse(call), headers: { "x-key": { secret: "other" } } };
    const contract = defined({ ...rest, binding: { ...others, call: named } });
    const get = async (secret: string) => (secret === "other" ? "two lines\nof a key" : WRITE_SECRET);
    const ways = { http: { ...crmWayOut(crm), write: { family: "write" as const, get } } };
    const outcome = await liveToolbox(memoryWorld(), { ways }).adapterFor(contract).call(liveCall(change(), "k"));
    const error =
      "nothing was sent: secret write/other cannot be sent in header x-key: it is not printable ASCII in one line; keep it anew as such a text";
    expect(outcome).toEqual({ kind: "rejected", unsent: true, error, again_in_seconds: 0 });
    expect(crm.requests).toEqual([]);
  });

  it("a call over http is undone by what its answer told, while what it made is as it was made", async () => {
    const call = toolCall(defined(createContact(crm)), { stage: "lead" });
    const { live, dryRun } = tools(call.contract);
    const prepared = await live.prepareUndo(call);
    const made = await live.call(liveCall(call, "k1"));
    if (made.kind !== "committed") throw new Error(made.error);
    const undo = { ...prepared, ...made.undo };
    expect(undo).toEqual({ old: {}, output: { "/id": "n3" }, fields: [] });
    crm.contacts.set("n3", { stage: "another's" });
    const record = `${crm.origin}/contacts/n3`;
    expect(await live.compensate(liveCall(call, "u1"), undo)).toEqual({
      kind: "rejected",
      error: `not undone, because it is not as the call left it: /contact/stage of ${record} is "another's"`,
    });
    crm.contacts.set("n3", { stage: "lead" });
    expect((await dryRun.previewUndo(call, undo)).changes).toHaveLength(1);
    expect((await live.compensate(liveCall(call, "u1"), undo)).kind).toBe("committed");
    expect(crm.contacts.has("n3")).toBe(false);
    expect((await dryRun.previewUndo(call, undo)).changes).toEqual([]);
  });

  it("a call over http asks for a token once, and keeps it in memory", async () => {
    const call = toolCall(defined(createContact(crm)), { stage: "lead" });
    const { live } = tools(call.contract, crmWayOut(crm));
    for (const key of ["k1", "k2"]) expect((await live.call(liveCall(call, key))).kind).toBe("committed");
    expect(crm.requests.map(({ path }) => path)).toEqual(["/token", "/contacts", "/contacts"]);
    expect(crm.requests[1]?.headers.authorization).toBe(`Bearer token-of-${WRITE_SECRET}`);
  });

  it("a call over http never shows a secret that the service says back", async () => {
    crm.contacts.set("c1", { stage: `was ${READ_SECRET}`, note: WRITE_SECRET });
    const { live } = tools(change().contract);
    const shown = [await live.preview(change()), await live.call(liveCall(change(), "k1"))];
    expect(shown[1]).toMatchObject({ kind: "committed", output: { note: "(secret)" } });
    expect(JSON.stringify(shown)).not.toMatch(/canary-/);
    crm.contacts.set("c1", { stage: `was ${READ_SECRET}` });
    await expect(live.prepareUndo(change())).rejects.toThrow("holds the text of a secret");
  });

  it("a call over http is not undone by writing the mask of a secret over what somebody else has kept beside it since", async () => {
    const { live } = tools(change().contract);
    const undo = await live.prepareUndo(change());
    await live.call(liveCall(change(), "k1"));
    crm.contacts.set("c1", { stage: "won", note: `is ${WRITE_SECRET}` });
    expect(await live.compensate(liveCall(change(), "u1"), undo ?? {})).toMatchObject({
      kind: "rejected",
      unsent: true,
      error: expect.stringContaining("holds the text of a secret"),
    });
    expect(crm.effects).toHaveLength(1);
  });
});
