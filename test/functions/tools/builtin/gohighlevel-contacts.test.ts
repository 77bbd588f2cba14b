import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { sameValue } from "../../../../functions/tools/world/stored-record.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import type { Json, JsonObject } from "../../../../shared/plan/json.ts";
import type { ToolCall } from "../../../../shared/ports/tools.ts";
import { GHL_READ_SECRET, GHL_WRITE_SECRET, startGoHighLevel } from "../../../counterparts/gohighlevel.ts";
import { liveCall, type Place, toolAdapterSuite, toolCall } from "../../../ports/tool-adapter.ts";
import { contactsContract, defined, LAPSES, toolsOf, vendorWayOut } from "./vendor-tools.ts";

const ghl = await startGoHighLevel();
afterAll(() => ghl.stop());
const shared = vendorWayOut(ghl);
const search = defined(contactsContract("ghl_search", ghl));
const create = defined(contactsContract("ghl_create_contact", ghl));
const update = defined(contactsContract("ghl_update_contact", ghl));

const ANN = { firstName: "Ann", email: "ann@example.com", phone: "+15550100100", tags: ["lead"] };
const fresh = (): void => {
  ghl.contacts.clear();
  ghl.contacts.set("c1", { ...ANN });
  ghl.contacts.set("c2", { firstName: "Bo", email: "bo@example.com", city: "Ghent" });
  ghl.effects.length = 0;
  ghl.requests.length = 0;
  ghl.faults.length = 0;
};

const given = (args: { readonly [name: string]: Json }): JsonObject =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));

const OURS: { readonly [theirs: string]: string } = {
  firstName: "first_name",
  phone: "phone",
  city: "city",
  tags: "tags",
};
const changed = (before: { [id: string]: JsonObject }, after: { [id: string]: JsonObject }) =>
  Object.keys(before).flatMap((id) =>
    Object.keys(OURS)
      .filter((field) => !sameValue(before[id]?.[field], after[id]?.[field]))
      .map((field) => ({
        record: `https://${ghl.host}/contacts/${id}`,
        field: OURS[field] ?? field,
        old: before[id]?.[field] ?? (field === "tags" ? [] : null),
        new: after[id]?.[field] ?? (field === "tags" ? [] : null),
      })),
  );
const created = (before: { [id: string]: JsonObject }, after: { [id: string]: JsonObject }) =>
  Object.keys(after)
    .filter((id) => before[id] === undefined)
    .flatMap((id) =>
      Object.entries({ email: "email", first_name: "firstName", city: "city" }).flatMap(([field, theirs]) => {
        const value = after[id]?.[theirs];
        return value === undefined ? [] : [{ record: "a new contact", field, old: null, new: value }];
      }),
    );

const TRIED = { firstName: "In", phone: "+2", city: "in between", tags: ["in between"] };
const place = (contract: ToolContract, difference: Place["difference"]) => async (): Promise<Place> => {
  fresh();
  return {
    ...toolsOf(contract, shared),
    snapshot: async () => structuredClone(Object.fromEntries(ghl.contacts)),
    difference,
    overwrite: async ({ fields }) => {
      if (!Array.isArray(fields) || fields.length === 0) return undefined;
      const others = { firstName: "another's", phone: "+1", city: "another's", tags: ["another's"] };
      for (const contact of ghl.contacts.values()) Object.assign(contact, others);
      return "somebody else has written since";
    },
    effects: () => ghl.effects.length,
    drift: async ({ arguments: args }) => {
      if (contract === create) ghl.contacts.set("c3", { email: args.email ?? null });
      else for (const contact of ghl.contacts.values()) Object.assign(contact, TRIED);
      return true;
    },
    beside: async () => {
      for (const contact of ghl.contacts.values()) contact.lastName = "another's";
    },
    meets: async (how) => ghl.lapseOn(contract === create ? "POST" : "PUT", LAPSES[how]),
    marks: {},
    looksUp: { forward: "by_trace", compensation: false },
  };
};

const city = fc.constantFrom("Lille", "{city} & $arg", "São Paulo");
const fields = fc
  .record({
    first_name: fc.option(fc.constantFrom("Anna", "Bo")),
    phone: fc.option(fc.constant("+1 555-010-0199")),
    city: fc.option(city),
    tags: fc.option(fc.constant<Json>(["a"])),
  })
  .map(given)
  .filter((each) => Object.keys(each).length > 0);
toolAdapterSuite({
  contract: update,
  runs: 2,
  arguments: fc.record({ contact_id: fc.constantFrom("c1", "c2"), fields }),
  makePlace: place(update, changed),
});
toolAdapterSuite({
  contract: create,
  runs: 2,
  arguments: fc
    .record({
      email: fc.constantFrom("cy+x@example.com", "dee@example.com"),
      first_name: fc.option(fc.constant("Cy")),
      fields: fc.option(city.map((each) => ({ city: each }))),
    })
    .map(given),
  makePlace: place(create, created),
});
toolAdapterSuite({
  contract: search,
  runs: 2,
  arguments: fc
    .record({ query: fc.option(fc.constantFrom("Ann", "nobody")), email: fc.option(fc.constant("bo@example.com")) })
    .map(given),
  makePlace: place(search, () => []),
});

const changing = toolCall(update, { contact_id: "c1", fields: { first_name: "Anna", city: "Lille" } });
const creating = toolCall(create, { email: "cy@example.com", first_name: "Cy", phone: "+1 (555) 010-0177" });

/** A call whose answer never comes: what became of it is unknown, though it was done. */
const unanswered = async (tools: ReturnType<typeof toolsOf>, call: ToolCall, effects: number) => {
  ghl.lapse("silent_after_acting");
  const patience = new AbortController();
  const sent = tools.live.call({ ...liveCall(call, "key_1"), signal: patience.signal });
  await expect.poll(() => ghl.effects.length, { timeout: 20_000 }).toBe(effects);
  patience.abort();
  expect((await sent).kind).toBe("indeterminate");
};

describe("contacts of GoHighLevel", () => {
  beforeEach(fresh);

  it("contacts of GoHighLevel are asked for in the published way and version, with the secret for reading in DRY_RUN", async () => {
    for (const call of [toolCall(search, { query: "Ann", limit: 3 }), changing, creating]) {
      await toolsOf(call.contract, shared).dryRun.preview(call);
    }
    expect(ghl.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      "POST /contacts/search",
      "GET /contacts/c1",
      "GET /contacts/search/duplicate?locationId=ve9EPM428h8vShlRW1KT&email=cy%40example.com",
    ]);
    for (const { headers } of ghl.requests) {
      expect([headers.version, headers.authorization]).toEqual(["2021-07-28", `Bearer ${GHL_READ_SECRET}`]);
    }
    expect([ghl.faults, ghl.effects]).toEqual([[], []]);
  });

  it("contacts of GoHighLevel name the one that is found, and none of several, so that a plan goes on with the right one", async () => {
    const found = async (args: JsonObject) =>
      (await toolsOf(search, shared).dryRun.preview(toolCall(search, args))).output;
    expect(await found({ email: "bo@example.com" })).toEqual({
      email: "bo@example.com",
      total: 1,
      contacts: [{ contact_id: "c2", first_name: "Bo", email: "bo@example.com", city: "Ghent" }],
      contact_id: "c2",
    });
    expect(await found({})).toMatchObject({ total: 2 });
    expect(await found({})).not.toHaveProperty("contact_id");
  });

  it("contacts of GoHighLevel are changed with what an approver saw, and put back only where nobody has written since", async () => {
    const { dryRun, live } = toolsOf(update, shared);
    const { summary, changes } = await dryRun.preview(changing);
    expect(summary).toMatch(
      /^changes first_name, city of contact c1 in GoHighLevel: PUT https:\/\/localhost:\d+\/contacts\/c1 with authorization, content-type, version and \{"firstName":"Anna","city":"Lille"\}$/,
    );
    expect(changes.map(({ field, old, new: value }) => [field, old, value])).toEqual([
      ["first_name", "Ann", "Anna"],
      ["city", null, "Lille"],
    ]);
    const undo = await live.prepareUndo(changing);
    await live.call(liveCall(changing, "key_1"));
    ghl.contacts.set("c1", { ...ghl.contacts.get("c1"), lastName: "of another" });
    expect((await live.compensate(liveCall(changing, "undo_1"), undo ?? {})).kind).toBe("committed");
    expect(ghl.contacts.get("c1")).toEqual({ ...ANN, lastName: "of another" });
  });

  const FULL = { firstName: "Ann", email: "ann@example.com", city: "Ghent", tags: ["lead", "vip"], postalCode: "9000" };
  const inTheirForm = (contact: JsonObject): JsonObject => ({
    ...contact,
    ...(typeof contact.email === "string" ? { email: contact.email.toLowerCase() } : {}),
    ...(Array.isArray(contact.tags) ? { tags: contact.tags.map((tag) => String(tag).toLowerCase()).reverse() } : {}),
  });

  it.each<[JsonObject]>([
    [{ city: "" }],
    [{ city: null }],
    [{ first_name: "", postal_code: "" }],
    [{ tags: [] }],
    [{ email: "" }],
    [{ email: "Ann.Lindner@Example.com" }],
    [{ tags: ["Customer", "new"] }],
  ])(
    "contacts of GoHighLevel that were changed to %j are found so and put back, in whatever form that is kept there",
    async (values) => {
      ghl.contacts.set("c1", FULL);
      const call = toolCall(update, { contact_id: "c1", fields: values });
      const { live } = toolsOf(update, shared);
      const undo = await live.prepareUndo(call);
      expect((await live.call(liveCall(call, "key_1"))).kind).toBe("committed");
      ghl.contacts.set("c1", inTheirForm(ghl.contacts.get("c1") ?? {}));
      expect(await live.lookUp(liveCall(call, "key_1"), "forward")).toMatchObject({ kind: "happened" });
      expect((await live.compensate(liveCall(call, "undo_1"), undo ?? {})).kind).toBe("committed");
      expect(ghl.contacts.get("c1")).toEqual({ ...inTheirForm(FULL), tags: expect.arrayContaining(FULL.tags) });
    },
  );

  it("contacts of GoHighLevel that hold what a call would write, in whatever form, are not changed by it", async () => {
    const fields = { city: "", email: "ANN@example.com", tags: ["LEAD", "lead"] };
    const { changes } = await toolsOf(update, shared).dryRun.preview(toolCall(update, { contact_id: "c1", fields }));
    expect(changes).toEqual([]);
  });

  it("a field of a contact of GoHighLevel that a call emptied is left alone where somebody has filled it since", async () => {
    ghl.contacts.set("c1", FULL);
    const call = toolCall(update, { contact_id: "c1", fields: { city: "" } });
    const { live } = toolsOf(update, shared);
    const undo = (await live.prepareUndo(call)) ?? {};
    await live.call(liveCall(call, "key_1"));
    ghl.contacts.set("c1", { ...FULL, city: "Bruges" });
    expect(await live.compensate(liveCall(call, "undo_1"), undo)).toMatchObject({
      kind: "rejected",
      error: expect.stringContaining("somebody else has written since"),
    });
  });

  it("contacts of GoHighLevel that were changed without an answer are found so, and changed once", async () => {
    const tools = toolsOf(update, shared);
    await unanswered(tools, changing, 1);
    expect(await tools.live.lookUp(liveCall(changing, "key_1"), "forward")).toMatchObject({ kind: "happened" });
    ghl.lapse("reset_before_acting");
    const other = toolCall(update, { contact_id: "c2", fields: { city: "Lille" } });
    expect((await tools.live.call(liveCall(other, "key_2"))).kind).toBe("indeterminate");
    expect(await tools.live.lookUp(liveCall(other, "key_2"), "forward")).toEqual({ kind: "did_not_happen" });
    expect(ghl.effects).toEqual(["changed c1"]);
  });

  it.each<[string, Json]>([
    ["a page of maintenance", "<html>we are mending it</html>"],
    ["an error with status 200", { ok: false, message: "try later" }],
    ["another contact", { contact: { id: "c9", city: "Lille" } }],
  ])(
    "a change of a contact of GoHighLevel that is answered with %s when it is looked up stays unknown",
    async (_what, body) => {
      const out = { ...shared, client: { send: async () => ({ kind: "answered", status: 200, body }) as const } };
      const { live } = toolsOf(update, out);
      for (const city of ["Lille", null]) {
        const call = toolCall(update, { contact_id: "c1", fields: { city } });
        expect(await live.lookUp(liveCall(call, "key_1"), "forward")).toMatchObject({ kind: "unknown" });
      }
    },
  );

  it("contacts of GoHighLevel that were created without an answer are found by their address, and only where the call created them", async () => {
    const tools = toolsOf(create, shared);
    const asked = () => tools.live.lookUp(liveCall(creating, "key_1"), "forward");
    expect(await asked()).toMatchObject({ kind: "unknown", why: expect.stringContaining("may still appear") });
    await unanswered(tools, creating, 1);
    expect(await asked()).toMatchObject({ kind: "happened", output: { contact_id: "new3" } });
    expect(ghl.contacts.get("new3")).toMatchObject({ source: "buddy key_1", phone: "+15550100177" });
    ghl.contacts.set("new3", { email: "cy@example.com", source: "public api" });
    expect(await asked()).toMatchObject({ kind: "unknown", why: expect.stringContaining("did not create") });
  });

  it("contacts of GoHighLevel that are there already are named to a person who approves another of that address", async () => {
    const { summary } = await toolsOf(create, shared).dryRun.preview(toolCall(create, { email: "bo@example.com" }));
    expect(summary).toContain(
      "creates the contact bo@example.com in GoHighLevel; contact c2 has this address already; it cannot be taken back: POST",
    );
  });

  it("contacts of GoHighLevel of which too many were asked for are left alone as long as a burst, and asked for once", async () => {
    ghl.lapse("too_many_requests");
    const outcome = await toolsOf(update, shared).live.call(liveCall(changing, "key_1"));
    expect(outcome).toMatchObject({ kind: "rejected", again_in_seconds: 10 });
    expect(ghl.requests).toHaveLength(1);
  });

  it.each<[JsonObject, string]>([
    [{ firstName: "Anna" }, 'did you mean "first_name"?'],
    [{ company: "Acme" }, 'unknown field "company"'],
    [{ city: { $arg: "/contact_id" } }, "city is no object"],
  ])("contacts of GoHighLevel are not changed with %j, which is said before anything is sent", async (odd, words) => {
    const call = toolCall(update, { contact_id: "c1", fields: odd });
    expect(await toolsOf(update, shared).live.call(liveCall(call, "key_1"))).toMatchObject({
      kind: "rejected",
      unsent: true,
      error: expect.stringContaining(words),
    });
    expect(ghl.requests).toEqual([]);
  });

  it("contacts of GoHighLevel never show a token", async () => {
    ghl.contacts.set("c1", { ...ANN, lastName: `was ${GHL_READ_SECRET}`, city: GHL_WRITE_SECRET });
    const { live } = toolsOf(update, shared);
    expect(JSON.stringify([await live.preview(changing), await live.call(liveCall(changing, "k"))])).not.toMatch(
      /canary/,
    );
  });
});
