import { beforeEach, describe, expect, it } from "vitest";
import { memorySecrets } from "../../../../functions/adapters/memory/secrets.ts";
import { wayOut } from "../../../../functions/tools/http/way-out.ts";
import { cutInWords } from "../../../../functions/tools/remarks.ts";
import { safeOutcome } from "../../../../functions/tools/safe-answer.ts";
import { dryRunToolbox, liveToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import type { Json, JsonObject } from "../../../../shared/plan/json.ts";
import type { Answer, HttpClient, OutgoingRequest } from "../../../../shared/ports/http.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { createContact, defined, setFields } from "./crm-tools.ts";

const CRM = { host: "crm.example.com", origin: "https://crm.example.com" };
const sent: OutgoingRequest[] = [];
let answer: (request: OutgoingRequest) => Answer;
let now = 0;
beforeEach(() => {
  sent.length = 0;
  now = 0;
  answer = () => ({ kind: "answered", status: 200, body: { contact: { id: 3, stage: "new" }, happened: true } });
});

const client: HttpClient = {
  send: async (request) => {
    sent.push(request);
    return answer(request);
  },
};

const start = (contract: JsonObject, args: JsonObject, read = "text-to-read", write = "text-to-write") => {
  const secrets = [memorySecrets("read", { crm: read }), memorySecrets("write", { crm: write })] as const;
  const http = wayOut(client, ...secrets, () => now);
  const call = liveCall(toolCall(defined(contract), args), "key_1");
  return {
    call,
    dryRun: dryRunToolbox(memoryWorld(), { ways: { http } }).adapterFor(call.contract),
    live: liveToolbox(memoryWorld(), { ways: { http } }).adapterFor(call.contract),
  };
};

const authorised = (): unknown[] => sent.map(({ method, headers }) => `${method} ${headers.authorization}`);

/** The tool that sets fields, with another way to show who sends its requests. */
const withAuth = (auth: JsonObject): JsonObject => {
  const { binding, ...contract } = setFields(CRM);
  return { ...contract, binding: JSON.parse(JSON.stringify(binding), (key, value) => (key === "auth" ? auth : value)) };
};

const WORD = "name:long-word-1";
const WON = { contact_id: "c1", stage: "won" };

describe("a secret of an http binding", () => {
  it("a secret over http is the one for reading in every preview, and the one for writing in call, undo and look-up", async () => {
    const { call, dryRun, live } = start(setFields(CRM), WON);
    await dryRun.preview(call);
    const undo = await dryRun.prepareUndo(call);
    await dryRun.previewUndo(call, undo ?? {});
    expect(authorised()).toEqual(Array(3).fill("GET Bearer text-to-read"));
    sent.length = 0;
    expect(await live.call(call)).toMatchObject({ kind: "committed" });
    await live.lookUp(call, "forward");
    answer = () => ({ kind: "answered", status: 200, body: { contact: { stage: "won", note: null } } });
    expect(await live.compensate(liveCall(call, "key_2"), undo ?? {})).toMatchObject({ kind: "committed" });
    expect(authorised()).toEqual([
      "PUT Bearer text-to-write",
      "GET Bearer text-to-write",
      "GET Bearer text-to-read",
      "PUT Bearer text-to-write",
    ]);
  });

  it("a secret of an http binding is masked in what is shown, also where both families hold the same text", async () => {
    answer = () => ({ kind: "answered", status: 200, body: { contact: { id: 3, stage: "said the-same-text" } } });
    const { call, dryRun, live } = start(setFields(CRM), WON, "the-same-text", "the-same-text");
    const shown = JSON.stringify([await dryRun.preview(call), await live.call(call)]);
    expect(shown).toContain("said (secret)");
    expect(shown).not.toContain("the-same-text");
  });

  it.each<[string, JsonObject, JsonObject]>([
    ["as a bearer", { as: "bearer", secret: "crm" }, { authorization: "Bearer name:long-word-1" }],
    ["as a name with its word", { as: "basic", secret: "crm" }, { authorization: "Basic bmFtZTpsb25nLXdvcmQtMQ==" }],
    [
      "as the word of a name",
      { as: "basic", username: "ann", secret: "crm" },
      { authorization: "Basic YW5uOm5hbWU6bG9uZy13b3JkLTE=" },
    ],
    [
      "in a header of its own",
      { as: "header", header: "X-Api-Key", secret: "crm" },
      { "x-api-key": "name:long-word-1" },
    ],
  ])("a secret of an http binding is sent %s, and shown by the header's name alone", async (_, auth, headers) => {
    const { call, dryRun, live } = start(withAuth(auth), WON, WORD, WORD);
    await live.call(call);
    expect(sent[0]?.headers).toMatchObject(headers);
    const [name = ""] = Object.keys(headers);
    const { summary } = await dryRun.preview(call);
    expect(summary).toMatch(new RegExp(`^PUT https://crm.example.com/contacts/c1 with [^{]*${name}`, "u"));
    expect(summary).not.toContain(Object.values(headers)[0]);
  });

  it("a secret that buys tokens is asked with again a minute before a token ends, and not before", async () => {
    answer = ({ url }) =>
      url.endsWith("/token")
        ? { kind: "answered", status: 200, body: { access_token: `token-${now}`, expires_in: 600 } }
        : { kind: "answered", status: 200, body: { contact: { id: 3, stage: "lead" } } };
    const { call, live } = start(createContact(CRM), { stage: "lead" });
    for (const at of [0, 539_999, 540_000]) {
      now = at;
      expect((await live.call(call)).kind).toBe("committed");
    }
    expect(sent.filter(({ url }) => url.endsWith("/contacts")).map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token-0",
      "Bearer token-0",
      "Bearer token-540000",
    ]);
  });

  it.each<[string, JsonObject, number]>([
    ["writes its time as text", { expires_in: "600" }, 539_999],
    ["leaves its time out", {}, 239_999],
  ])("a token of an issuer that %s is kept, and not asked for with each call", async (_what, more, until) => {
    answer = ({ url }) =>
      url.endsWith("/token")
        ? { kind: "answered", status: 200, body: { access_token: `token-${now}`, ...more } }
        : { kind: "answered", status: 200, body: { contact: { id: 3, stage: "lead" } } };
    const { call, live } = start(createContact(CRM), { stage: "lead" });
    for (const at of [0, until, until + 1]) {
      now = at;
      expect((await live.call(call)).kind).toBe("committed");
    }
    const shown = sent.filter(({ url }) => url.endsWith("/contacts")).map(({ headers }) => headers.authorization);
    expect(shown).toEqual(["Bearer token-0", "Bearer token-0", `Bearer token-${until + 1}`]);
  });

  it("a token that the service does not take any more is sent once, and the next call asks for another", async () => {
    let bought = 0;
    let good = "token-1";
    answer = ({ url, headers }) => {
      if (url.endsWith("/token")) {
        bought += 1;
        return { kind: "answered", status: 200, body: { access_token: `token-${bought}`, expires_in: 600 } };
      }
      const status = headers.authorization === `Bearer ${good}` ? 200 : 401;
      return { kind: "answered", status, body: { contact: { id: 3, stage: "lead" } } };
    };
    const { call, live } = start(createContact(CRM), { stage: "lead" });
    expect((await live.call(call)).kind).toBe("committed");
    good = "token-2";
    expect((await live.call(call)).kind).not.toBe("committed");
    expect((await live.call(call)).kind).toBe("committed");
    expect((await live.call(call)).kind).toBe("committed");
    expect(sent.map(({ url, headers }) => headers.authorization ?? new URL(url).pathname)).toEqual([
      ...["/token", "Bearer token-1", "Bearer token-1"],
      ...["/token", "Bearer token-2", "Bearer token-2"],
    ]);
  });
});

describe("an outcome of an http binding", () => {
  it.each<[string, Answer]>([
    [
      "a name that is not resolved",
      { kind: "not_sent", error: "the name cannot be resolved: ENOTFOUND", passing: true },
    ],
    ["a connection that is refused", { kind: "not_sent", error: "the connection failed: ECONNREFUSED", passing: true }],
    ["TLS that is refused", { kind: "not_sent", error: "the connection failed: CERT_HAS_EXPIRED" }],
  ])("an outcome over http is that nothing was sent after %s", async (_, met) => {
    answer = () => met;
    const { call, live } = start(setFields(CRM), WON);
    const error = `nothing was sent: ${met.kind === "not_sent" ? met.error : ""}`;
    expect(await live.call(call)).toEqual({ kind: "rejected", unsent: true, error });
  });

  it.each([
    [200, "committed"],
    [204, "committed"],
    [301, "indeterminate"],
    [307, "indeterminate"],
    [403, "indeterminate"],
    [404, "rejected"],
    [409, "rejected"],
    [422, "indeterminate"],
    [429, "rejected"],
    [500, "indeterminate"],
    [503, "indeterminate"],
  ] as const)(
    "an outcome over http after status %i is %s, where the contract lists 400, 401, 404, 409 and 429",
    async (status, kind) => {
      answer = () => ({ kind: "answered", status, body: null });
      const { call, live } = start(setFields(CRM), WON);
      const outcome = await live.call(call);
      expect(outcome.kind).toBe(kind);
      // A service that failed itself did not answer; one that says anything else did.
      if (outcome.kind === "indeterminate") expect(outcome.answered).toBe(status < 500 ? true : undefined);
      expect(sent).toHaveLength(1);
    },
  );

  it("an outcome over http says of a 401 that who asked was not admitted, of a 409 that the call was looked at", async () => {
    const { call, live } = start(setFields(CRM), WON);
    answer = () => ({ kind: "answered", status: 401, body: null });
    expect(await live.call(call)).toMatchObject({ kind: "rejected", not_looked_at: true });
    answer = () => ({ kind: "answered", status: 409, body: null });
    expect(await live.call(call)).not.toHaveProperty("not_looked_at");
  });

  it("an outcome over http is unknown where nothing came in time", async () => {
    answer = () => ({ kind: "unknown", error: "no whole answer came in time", timed_out: true });
    const { call, live } = start(setFields(CRM), WON);
    expect((await live.call(call)).kind).toBe("indeterminate");
  });
});

const shown = (body: Json): void => {
  answer = () => ({ kind: "answered", status: 200, body });
};

const PAGES: [string, Json][] = [
  ["a page about maintenance", "<h1>Back soon</h1>"],
  ["an object of another shape", { status: "maintenance", id: "m1" }],
  ["its envelope with no field in it", { contact: {}, happened: true }],
  ["a list", []],
  ["nothing", null],
];

describe("an undo of an http binding", () => {
  const undone = async (args: JsonObject, before: Json, now: Json) => {
    shown(before);
    const { call, dryRun, live } = start(setFields(CRM), args);
    const undo = (await dryRun.prepareUndo(call)) ?? {};
    shown(now);
    sent.length = 0;
    const outcome = await live.compensate(liveCall(call, "key_2"), undo);
    return { ...outcome, sent: sent.map(({ method }) => method), preview: () => dryRun.previewUndo(call, undo) };
  };
  const NOTE = { contact_id: "c1", note: "ours" };
  const EMPTY = { contact: { id: 3, stage: "new", note: null }, happened: true };

  it.each(PAGES)(
    "an undo over http is not told as done, and sends nothing, where its read shows %s",
    async (_, page) => {
      const { preview, ...outcome } = await undone(NOTE, EMPTY, page);
      const cannot =
        "how note of https://crm.example.com/contacts/c1 stands cannot be told: the answer does not show it";
      expect(outcome).toEqual({ kind: "rejected", unsent: true, error: `not undone: ${cannot}`, sent: ["GET"] });
      await expect(preview()).rejects.toThrow(cannot);
    },
  );

  it("an undo over http of a value that the service keeps in a form of its own is refused, and nobody is blamed for it", async () => {
    const args = { contact_id: "c1", note: "2026-12-03T10:00:00+02:00" };
    const kept = { contact: { id: 3, stage: "new", note: "2026-12-03T08:00:00.000Z" } };
    const { preview, ...outcome } = await undone(args, EMPTY, kept);
    expect(outcome).toMatchObject({
      kind: "rejected",
      error:
        'not undone, because somebody else has written since, or the service keeps otherwise what the call wrote: note of https://crm.example.com/contacts/c1 is "2026-12-03T08:00:00.000Z"',
      sent: ["GET"],
    });
    expect((await preview()).summary).toBe("would be refused: 1 of 1 field hold what the call did not write");
  });

  it.each<[string, Json]>([
    ["another field of the record, which is enough where a service leaves out what is empty", { contact: { id: 3 } }],
    ["the field, and that it is empty", { contact: { note: null } }],
  ])("an undo over http is done already where its read shows %s", async (_, now) => {
    for (const before of [EMPTY, { contact: { id: 3 } }]) {
      expect(await undone(NOTE, before, now)).toMatchObject({ kind: "committed", sent: ["GET"] });
    }
  });

  it("an undo over http puts back what the call emptied, of a service that leaves out what is empty", async () => {
    const args = { contact_id: "c1", note: null };
    expect(await undone(args, { contact: { id: 3, note: "old" } }, { contact: { id: 3 } })).toMatchObject({
      kind: "committed",
      sent: ["GET", "PUT"],
    });
    expect(JSON.parse(sent[1]?.body ?? "")).toMatchObject({ note: "old" });
    expect(await undone(args, { contact: { id: 3, note: "old" } }, "<h1>Back soon</h1>")).toMatchObject({
      kind: "rejected",
      sent: ["GET"],
    });
  });

  it.each(PAGES)(
    "an undo over http of something made is not told as done where what looks at it shows %s",
    async (_, page) => {
      shown(page);
      const { call, live } = start(createContact(CRM), { stage: "lead" });
      const undo = { old: {}, output: { "/id": "n3" }, fields: [] };
      expect(await live.compensate(liveCall(call, "key_2"), undo)).toEqual({
        kind: "rejected",
        unsent: true,
        error: "not undone: what it did cannot be looked at: the answer shows nothing at /contact/stage",
      });
    },
  );

  const MADE = { old: {}, output: { "/id": "n3" }, fields: [] };
  const ofMade = (body: Json, undo: JsonObject = MADE) => {
    shown(body);
    const { call, dryRun, live } = start(createContact(CRM), { stage: "lead" });
    return {
      undone: () => live.compensate(liveCall(call, "key_2"), undo),
      previewed: () => dryRun.previewUndo(call, undo),
    };
  };

  it.each<Json>([{ contact: null }, { contact: { stage: null } }, { contact: { stage: null, id: null } }])(
    "an undo over http of something made is done already where that is no more: %j",
    async (body) => {
      const { undone, previewed } = ofMade(body);
      expect(await undone()).toMatchObject({ kind: "committed", output: { undone: [] } });
      expect(await previewed()).toMatchObject({ summary: "nothing is left to undo", changes: [] });
      expect(sent.map(({ method }) => method)).toEqual(["GET", "GET"]);
    },
  );

  it.each<[Json, Json]>([
    ["won", { contact: { id: "n3", stage: "won" } }],
    [{ name: "lead" }, { contact: { stage: { name: "lead" } } }],
    [null, { contact: { id: "n3", stage: null } }],
  ])(
    "an undo over http of something made is refused, and told as such, where somebody else has written %j into it since",
    async (stage, body) => {
      const { undone, previewed } = ofMade(body);
      const record = "https://crm.example.com/contacts/n3";
      expect(await undone()).toEqual({
        kind: "rejected",
        error: `not undone, because it is not as the call left it: /contact/stage of ${record} is ${JSON.stringify(stage)}`,
      });
      expect(await previewed()).toEqual({
        summary: "would be refused: 1 of 1 field hold what the call did not write",
        output: null,
        changes: [],
      });
      expect(sent.map(({ method }) => method)).toEqual(["GET", "GET"]);
    },
  );

  const CONTACT = { method: "GET", url: "https://crm.example.com/contacts/{contact_id}" };
  const BEARER = { as: "bearer", secret: "crm" };
  const DEAL = { method: "GET", url: "https://crm.example.com/deals/{$output/id}", auth: BEARER };
  /** A call that sets fields of a contact, whose undo also waits for what `request` reads. */
  const waiting = (request: JsonObject, undo: JsonObject, args: JsonObject = WON, more: JsonObject = {}) => {
    const { binding, ...contract } = setFields(CRM);
    const { undo: plain, ...bound } = binding as { undo: JsonObject } & JsonObject;
    const only_when = { request, still: { path: "/contact/stage", equals: { $arg: "/stage" } } };
    return start({ ...contract, binding: { ...bound, ...more, undo: { ...plain, only_when, ...undo } } }, args);
  };
  const written = (): unknown[] =>
    sent.flatMap(({ method, body }) => (method === "GET" ? [] : [JSON.parse(body ?? "")]));

  it("an undo over http that waits for what the call wrote is done already where the old value stands again", async () => {
    const { call, live } = waiting({ ...CONTACT, auth: BEARER }, {});
    const kept = (await live.prepareUndo(call)) ?? {};
    expect(await live.compensate(liveCall(call, "key_2"), kept)).toMatchObject({ output: { undone: [] } });
    expect(written()).toEqual([]);
  });

  it("an undo over http is not done already where another record holds what the call's own record held before", async () => {
    const only_when = { request: DEAL, still: { path: "/contact/stage", equals: "open" } };
    const { call, dryRun, live } = waiting(DEAL, { only_when });
    const kept = { ...((await live.prepareUndo(call)) ?? {}), output: { "/id": 7 } };
    expect(await live.compensate(liveCall(call, "key_2"), kept)).toEqual({
      kind: "rejected",
      error:
        'not undone, because it is not as the call left it: /contact/stage of https://crm.example.com/deals/7 is "new"',
    });
    expect((await dryRun.previewUndo(call, kept)).summary).toMatch(/^would be refused/);
    expect(written()).toEqual([]);
  });

  const FOUND = { id: 3, stage: "won", owner: "ann" };
  it.each<[string, JsonObject, JsonObject]>([
    ["found every field as it wanted it", WON, FOUND],
    ["was given none of its fields", { contact_id: "c1" }, { id: 3, owner: "ann" }],
  ])(
    "an undo over http of a call that %s puts nothing back, whatever others have written since",
    async (_, args, before) => {
      const undo = { body: { contact: { $old: "/contact" } } };
      const { call, dryRun, live } = waiting({ ...CONTACT, auth: BEARER }, undo, args);
      shown({ contact: before });
      const kept = (await live.prepareUndo(call)) ?? {};
      shown({ contact: { ...before, owner: "bob" } });
      expect(await live.compensate(liveCall(call, "key_2"), kept)).toMatchObject({ output: { undone: [] } });
      expect((await dryRun.previewUndo(call, kept)).summary).toBe("nothing is left to undo");
      expect(written()).toEqual([]);
    },
  );

  it.each<[string, Json, Json]>([
    [
      "removes what it made, and writes what it had changed nothing of as that stands now",
      { contact: { ...FOUND, owner: "bob" } },
      { contact: { ...FOUND, owner: "bob" }, deal: 7 },
    ],
    ["sends nothing where that is not shown now", "<h1>Back soon</h1>", null],
    ["sends nothing where something else is shown", { error: null }, null],
  ])("an undo over http of a call that made something and changed no field %s", async (_, now, put) => {
    const undo = { body: { contact: { $old: "/contact" }, deal: { $output: "/id" } } };
    const { call, live } = waiting(DEAL, undo);
    shown({ contact: FOUND });
    const kept = { ...((await live.prepareUndo(call)) ?? {}), output: { "/id": 7 } };
    answer = ({ url }) => ({ kind: "answered", status: 200, body: url.includes("/deals/") ? { contact: FOUND } : now });
    const outcome = await live.compensate(liveCall(call, "key_2"), kept);
    expect([outcome.kind, written()]).toEqual(put === null ? ["rejected", []] : ["committed", [put]]);
  });

  it("an undo over http of a call that changed no field knows a record whose field is left out by what stood beside it", async () => {
    const undo = { body: { note: { $old: "/contact/note" }, deal: { $output: "/id" } } };
    const { call, live } = waiting(DEAL, undo);
    shown({ contact: FOUND });
    const kept = { ...((await live.prepareUndo(call)) ?? {}), output: { "/id": 7 } };
    expect((await live.compensate(liveCall(call, "key_2"), kept)).kind).toBe("committed");
    expect(written()).toEqual([{ note: null, deal: 7 }]);
  });

  it.each<[string, Json]>([
    ["says nothing", null],
    ["has no such field", { contact: { stage: "lead" } }],
    ["holds the text of a secret there", { contact: { id: "text-to-write" } }],
  ])(
    "an undo over http for which the call's answer %s can never be made: that is said at once, and a person is asked at the first start",
    async (_, body) => {
      shown(body);
      const { call, live } = start(createContact(CRM), { stage: "lead" }, "text-to-read", "text-to-write");
      answer = ({ url }) =>
        url.endsWith("/token")
          ? { kind: "answered", status: 200, body: { access_token: "a-token", expires_in: 600 } }
          : { kind: "answered", status: 201, body };
      const made = await live.call(call);
      const not_undoable = "its answer does not tell /id";
      expect(made).toMatchObject({ kind: "committed", undo: null, not_undoable });
      expect(cutInWords(safeOutcome(made))).toBe(`it cannot be undone as its contract says: ${not_undoable}`);
      sent.length = 0;
      expect(await live.compensate(liveCall(call, "key_2"), { ...MADE, output: null })).toEqual({
        kind: "rejected",
        error:
          "not undone: what it did cannot be looked at: nothing was sent: the value of the call's output /id is not known",
      });
      expect(sent).toEqual([]);
    },
  );

  const BESIDE = { contact: { id: 3, stage: "won", note: "theirs" } };
  it.each<[string, Json, Json]>([
    [
      "is written as it stands now where the call did not change it",
      BESIDE,
      { contact: { ...BESIDE.contact, stage: "new" } },
    ],
    ["is not written over where the call changed it", { contact: { id: 3, stage: "won", note: "another's" } }, null],
  ])(
    "an undo over http that waits for one field and puts back a whole record: another's value %s",
    async (_, now, put) => {
      const args = put === null ? { ...WON, note: "ours" } : WON;
      shown({ contact: { id: 3, stage: "new", note: "before" } });
      const { call, live } = waiting(CONTACT, { body: { contact: { $old: "/contact" } } }, args);
      const kept = (await live.prepareUndo(call)) ?? {};
      shown(now);
      sent.length = 0;
      const outcome = await live.compensate(liveCall(call, "key_2"), kept);
      expect([outcome.kind, written()]).toEqual(put === null ? ["rejected", []] : ["committed", [put]]);
    },
  );

  it("an undo over http that waits for a revision, which stands, names both causes where a field is not as the call wrote it", async () => {
    const still = { path: "/contact/rev", equals: { $output: "/rev" } };
    const { call, live } = waiting(CONTACT, { only_when: { request: CONTACT, still } });
    const kept = { ...((await live.prepareUndo(call)) ?? {}), output: { "/rev": 2 } };
    shown({ contact: { stage: "WON", rev: 2 } });
    const stands = 'stage of https://crm.example.com/contacts/c1 is "WON"';
    expect(await live.compensate(liveCall(call, "key_2"), kept)).toEqual({
      kind: "rejected",
      error: `not undone, because somebody else has written since, or the service keeps otherwise what the call wrote: ${stands}`,
    });
  });

  it("an undo over http that waits for a revision is made while that stands, where its contract declares no changes", async () => {
    const still = { path: "/contact/rev", equals: { $output: "/rev" } };
    const { call, live } = waiting(CONTACT, { only_when: { request: CONTACT, still } }, WON, { changes: [] });
    const kept = { ...((await live.prepareUndo(call)) ?? {}), output: { "/rev": 2 } };
    shown({ contact: { stage: "WON", rev: 2 } });
    expect((await live.compensate(liveCall(call, "key_2"), kept)).kind).toBe("committed");
    expect(written()).toEqual([{ stage: "new", note: null }]);
  });

  it("an undo over http is not prepared from a page, which is no record with its fields empty", async () => {
    shown("<h1>Back soon</h1>");
    const { call, dryRun } = start(setFields(CRM), NOTE);
    for (const ask of [dryRun.prepareUndo, dryRun.preview]) {
      await expect(ask(call)).rejects.toThrow("the answer is no record, and shows no note");
    }
  });
});

describe("a body of an http binding", () => {
  it("a body over http is JSON with values in their places, whatever they look like", async () => {
    const stage = '", "admin": true, "x": "{contact_id} $arg';
    const { call, live } = start(setFields(CRM), { contact_id: "c/1?a#b", stage, note: { $arg: "/stage" } });
    await live.call(call);
    expect(sent[0]?.url).toBe("https://crm.example.com/contacts/c%2F1%3Fa%23b");
    expect(JSON.parse(sent[0]?.body ?? "")).toEqual({ stage, note: { $arg: "/stage" } });
  });
});
