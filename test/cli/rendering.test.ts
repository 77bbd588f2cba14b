import fc from "fast-check";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { eventLines } from "../../cli/render/event.ts";
import { calibrationLines, metricLines } from "../../cli/render/health.ts";
import { systemLines } from "../../cli/render/system.ts";
import { table } from "../../cli/render/table.ts";
import { flow, truncate, widthOf, wrap } from "../../cli/render/width.ts";
import { systemState } from "../../cli/replies/system.ts";
import type { Json } from "../../shared/plan/json.ts";
import { inWords } from "../../shared/shown/words.ts";
import { fakeContext } from "./fake-context.ts";
import { anApproval, anExecution, aQueue, aStep } from "./fixtures.ts";

describe("a table", () => {
  const columns = [
    { head: "NAME", shrink_to: 4 },
    { head: "N", align: "right" },
    { head: "WHAT", shrink_to: 6 },
  ] as const;

  it("a table aligns its columns, whatever is in them", () => {
    const lines = table(
      columns,
      [
        ["ab", "5", "x"],
        ["日本語", "1000", "long enough"],
      ],
      { width: Number.POSITIVE_INFINITY },
    );
    const place = (line: string, text: string) => widthOf(line.slice(0, line.indexOf(text)));
    expect(place(lines[1] ?? "", "x")).toBe(place(lines[2] ?? "", "long"));
    expect(lines[1]).toMatch(/ {3}5 {2}x$/u);
  });

  it("a table is never wider than the terminal while its columns can shrink", () => {
    const cell = fc.string({ unit: "grapheme", maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, fc.constant("1"), cell), { maxLength: 8 }),
        fc.integer({ min: 20, max: 100 }),
        (rows, width) => {
          for (const line of table(columns, rows, { width })) expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it("a table shows where something was cut off, and cuts nothing where there is no terminal", () => {
    const rows = [["a name that is long", "1", "a text that is long"]];
    expect(table(columns, rows, { width: 24 })[1]).toMatch(/…/u);
    expect(table(columns, rows, { width: Number.POSITIVE_INFINITY })[1]).not.toMatch(/…/u);
  });

  it("a table has the same columns with colours as without", () => {
    const red = pc.createColors(true).red;
    const plain = table(columns, [["ab", "1", "x"]], { width: 40 });
    const coloured = table(columns, [[{ text: "ab", paint: red }, "1", "x"]], { width: 40 });
    expect(coloured.map(widthOf)).toEqual(plain.map(widthOf));
    expect(coloured[1]).toContain("\u001b[31m");
  });
});

describe("text in a width", () => {
  it("text in a width keeps colours whole where a long word is cut", () => {
    const long = pc.createColors(true).red("x".repeat(50));
    const lines = wrap(long, 20);
    expect(lines.map(widthOf)).toEqual([20, 20, 10]);
    expect(lines.join("")).toBe(long);
  });

  it("text in a width is never wider, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), fc.integer({ min: 4, max: 40 }), (text, width) => {
        expect(widthOf(truncate(text, width))).toBeLessThanOrEqual(width);
        for (const line of wrap(text, width)) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("text in a width loses no word when it is wrapped", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,30}$/u), { maxLength: 20 }),
        fc.integer({ min: 4, max: 40 }),
        (words, width) => {
          expect(wrap(words.join(" "), width).join("").replaceAll(" ", "")).toBe(words.join(""));
        },
      ),
    );
  });
});

it.each([
  [0, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [250, "4 min 10 s"],
  [3_600, "1 h"],
  [259_100, "2 d 23 h"],
  [-5, "0 s"],
])("a time of %i seconds is shown as %s", (seconds, words) => expect(inWords(seconds)).toBe(words));

describe("a request in full", () => {
  const shown = async (changes: Record<string, unknown>, color = false) => {
    const buddy = fakeContext({ answer: () => ({ body: anApproval(changes) }), color });
    expect(await buddy.run("approvals", "ap1", "--as", "bob")).toBe(0);
    return buddy.stdout();
  };

  it("a request in full shows literal arguments, old and new values, what it would do and until when", async () => {
    const text = await shown({});
    expect(text).toContain('stage: "customer"');
    expect(text).toContain('ghl:contact:c1 stage: "lead" → "customer"');
    expect(text).toContain("updates stage of contact c1");
    expect(text).toContain("expires in 1 h");
    expect(text).toContain("0 of 1 given");
  });

  it("a request in full tells an argument that is null from one that an edit took out, and from what a record lacks", async () => {
    const text = await shown({
      arguments: { to: "ann", cc: null, fields: { stage: null } },
      edited_arguments: { to: null, fields: {} },
      changes: [{ record: "c1", field: "stage", old: null, new: null }],
      drift: [{ record: "c1", field: "note", old: "x", new: null }],
    });
    const read = text.replaceAll(/\s+/gu, " ");
    expect(read).toContain("cc: null");
    expect(read).toContain("fields: stage: null");
    expect(read).toContain("c1 stage: – → null");
    expect(read).toContain('c1 note: "x" → –');
    expect(read).toContain("/cc: null → –");
    expect(read).toContain('/to: "ann" → null');
    expect(read).toContain("/fields/stage: null → –");
  });

  it.each([
    ["a hidden mark", "bob\u200b@x", "bob\\u200b@x", '"bob⟨U+200B⟩@x" → "bob\\\\u200b@x"'],
    ["a line break", "a\nb", "a⏎b", '"a⏎b" → "a⟨U+23CE⟩b"'],
    ["a bell", "a\u0007b", "a␇b", '"a␇b" → "a⟨U+2407⟩b"'],
  ])(
    "a request in full tells %s from the typed text of its sign, also where an edit made it that",
    async (_, acting, typed, words) => {
      expect(await shown({ arguments: { to: acting }, edited_arguments: { to: typed } })).toContain(`/to: ${words}`);
    },
  );

  it("a request in full quotes the agent's words, with the sign of a line break in them once", async () => {
    expect(await shown({ goal: { untrusted: true, text: "one\ntwo" } })).toContain("“one⏎two”");
  });

  it("a request in full quotes the agent's words", async () => expect(await shown({})).toContain("“Tidy up”"));

  it("a request in full says who proposed and who acts where they differ, and what a no stops", async () => {
    const text = await shown({
      acting_agent_id: "agent_2",
      rejection_stops: ["s2", "s3"],
      already_ran: ["s0"],
      also_writes: ["plan_b/s9 (agent_5)"],
    });
    expect(text).toContain("proposed by agent_1, runs as agent_2");
    expect(text).toMatch(/a no stops +s2, s3/u);
    expect(text).toMatch(/already ran +s0/u);
    expect(text).toContain("plan_b/s9 (agent_5)");
  });

  it("a request in full says when a call of unknown outcome was sent and under which key, alone and in the list", async () => {
    const sent = { at: "2026-01-31T11:58:00.000Z", idempotency_key: "ik-7f3a" };
    const text = await shown({ kind: "reconcile", sent });
    expect(text).toMatch(/sent +at 2026-01-31T11:58:00.000Z\n +under the key ik-7f3a/u);
    const list = fakeContext({ answer: () => ({ body: aQueue(anApproval({ kind: "reconcile", sent })) }) });
    await list.run("approvals");
    expect(list.stdout()).toContain("sent at 2026-01-31T11:58:00.000Z under the key ik-7f3a");
  });

  it("a request in full says where a value came from and what drifted", async () => {
    const text = await shown({
      argument_sources: [{ at: "/contact_id", from: "s0", path: "/contact_id" }],
      drift: [{ record: "ghl:contact:c1", field: "stage", old: "lead", new: "lost" }],
    });
    expect(text).toContain("/contact_id comes from the result of s0, /contact_id");
    expect(text).toContain('stage: "lead" → "lost"');
  });

  it("a request in full says whom it was put to, and where it goes on to while nobody opens it", async () => {
    const asked = [{ name: "carol", place: 0, at: "2026-11-29T08:00:00.000Z", because: "first", passed_over: [] }];
    const put = { asked, asked_in_order: ["carol", "crm team", "head of sales"], opened_by: [], votes: [] };
    const until = { expires_at: "2026-11-29T10:00:00.000Z" };
    expect((await shown({ ...put, ...until })).replace(/\s+/gu, " ")).toContain(
      "Put to carol at 2026-11-29T08:00:00.000Z Unopened, goes on at 2026-11-29T09:00:00.000Z, sooner where who was asked is away, to crm team, then head of sales",
    );
    expect(await shown({ ...put, ...until, opened_by: ["dora"] })).toContain("It stays there");
    expect(await shown({ ...put, ...until, status: "approved" })).not.toMatch(/goes on|stays/u);
  });

  it("a request in full says why the caller may not decide", async () => {
    expect(await shown({ you_may: [], you_may_not_because: "four eyes: you submitted it" })).toContain(
      "four eyes: you submitted it",
    );
  });

  it("a request in full asks the right question of an unknown outcome, which never expires", async () => {
    const text = await shown({ kind: "reconcile", remaining_seconds: null, expires_at: null });
    expect(text).toContain("Did this call happen?");
    expect(text).toContain("never expires");
  });

  it("a request in full shows HIGH in bold red, on a terminal with colours only", async () => {
    expect(await shown({ risk_level: "HIGH" }, true)).toContain("\u001b[1m\u001b[31mHIGH");
    expect(await shown({ risk_level: "HIGH" })).not.toContain("\u001b");
  });
});

describe("lists", () => {
  it("lists say what to do when there is nothing", async () => {
    const empty = fakeContext({
      answer: ({ path }) => ({ body: path === "/approvals" ? aQueue() : { items: [], next: null } }),
    });
    await empty.run("approvals");
    await empty.run("status");
    expect(empty.stdout()).toContain("Nothing to decide.");
    expect(empty.stdout()).toContain("buddy run examples/hello.json");
  });

  it("lists name the choice by which there is nothing, which may be misspelt", async () => {
    const empty = fakeContext({ answer: () => ({ body: aQueue() }) });
    await empty.run("approvals", "--tool", "msgraph_send_mail", "--mine", "--limit", "5");
    expect(empty.stdout()).toContain("Nothing to decide of this choice: tool msgraph_send_mail, mine.");
  });

  it("lists of requests say of each that is not the reader's why, such as a lock, and where to look if none is", async () => {
    const because =
      "its step is locked (everything) by omar: it mails strangers; it can be decided after unlock and resume";
    const held = anApproval({ approval_id: "ap-held", you_may: [], you_may_not_because: because });
    const own = anApproval({ approval_id: "ap-own", you_may: ["reject"], you_may_not_because: "sam submitted it" });
    const fine = anApproval({
      approval_id: "ap-fine",
      you_may: ["approve"],
      you_may_not_because: "it was edited 3 times",
    });
    const buddy = fakeContext({ columns: 200, answer: () => ({ body: aQueue(held, own, fine) }) });
    await buddy.run("approvals");
    expect(buddy.stdout().match(/not yours now: .*/gu)).toEqual([
      `not yours now: ${because}`,
      "not yours now: sam submitted it",
    ]);
    const empty = fakeContext({ answer: () => ({ body: aQueue() }) });
    await empty.run("approvals", "--mine");
    expect(empty.stdout()).toContain("Nothing to decide of this choice: mine.");
    expect(empty.stdout()).toContain("What waits for others, or behind a lock, says why: buddy approvals");
  });

  it("lists do not let a result that the sandbox made up read as success of a real call", async () => {
    const made = aStep({ tool_name: "list_rooms", made_up: true });
    const buddy = fakeContext({ answer: () => ({ body: anExecution({ steps: [made, aStep({ step_id: "s2" })] }) }) });
    await buddy.run("status", "ex1");
    const lines = buddy.stdout().split("\n");
    expect(lines.find((line) => line.includes("list_rooms"))).toContain("LIVE (made up)");
    expect(lines.find((line) => line.includes("s2"))).not.toContain("made up");
  });

  it("lists gather the steps of an execution from all of its pages", async () => {
    const buddy = fakeContext({
      answer: ({ query }) => ({
        body:
          query.next === undefined
            ? anExecution({ steps: [aStep()], next: "2" })
            : anExecution({ steps: [aStep({ step_id: "s2", rank: 1 })] }),
      }),
    });
    await buddy.run("status", "ex1", "--json");
    expect(JSON.parse(buddy.stdout()).steps.map(({ step_id }: { step_id: string }) => step_id)).toEqual(["s1", "s2"]);
  });

  it("lists with --json are the server's document and nothing else", async () => {
    const body = aQueue(anApproval());
    const buddy = fakeContext({ answer: () => ({ body }) });
    await buddy.run("approvals", "--json");
    expect(JSON.parse(buddy.stdout())).toEqual(body);
    expect(buddy.stderr()).toBe("");
  });
});

describe("a word of 60 KB", () => {
  it("a word of 60 KB is broken into lines letter by letter, each looked at once", () => {
    const lines = wrap(`before ${"w".repeat(60_000)} after`, 80);
    expect(lines).toHaveLength(752);
    expect(lines.every((line) => widthOf(line) <= 80)).toBe(true);
    expect(truncate("w".repeat(10_000_000), 20)).toBe(`${"w".repeat(19)}…`);
  });
});

describe("what holds for the system", () => {
  const state = {
    live_enabled: true,
    registry_open: false,
    locks: [],
    running_executions: 0,
    in_flight: { count: 0, calls: [] },
    versions: {},
  };
  const look = { paint: pc.createColors(false), columns: 200 };

  it("the state of the system names each service that is left alone, until when and why", () => {
    const left_alone = [
      {
        service: "crm.example.com",
        until: "2026-03-02T09:00:30.000Z",
        reason: "it asked crm_set to come again in 30 s",
      },
    ];
    const lines = systemLines(systemState.parse({ ...state, left_alone }), look);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^Left alone: .*crm\.example\.com.* until 2026-03-02 09:00:30Z.*: it asked crm_set to come again/,
      ),
    );
  });

  it("the state of the system says nothing of services where a server of an earlier release does not", () => {
    expect(systemLines(systemState.parse(state), look).join()).not.toContain("Left alone");
  });
});

describe("what is known of agents and tools", () => {
  const tool = (n: number) => ({ tool_name: `tool_${n}`, trials: 1, successes: n === 0 ? 0 : 1 });

  it("the words about agents and tools say nothing where nothing was counted, and of many the first few and the count", () => {
    expect(calibrationLines({ agents: [], tools: [] })).toEqual([]);
    expect(calibrationLines({ agents: [], tools: [], unread_executions: ["01M8"] }).at(-1)).toBe("  01M8");
    const lines = calibrationLines({ agents: [], tools: Array.from({ length: 12 }, (_, n) => tool(n)) });
    expect(lines.slice(0, 4)).toEqual([
      "",
      "Not proven yet, over seven days:",
      "  tool_0: 0 good of 1 outcome",
      "  tool_1: 1 good outcome, 17 more prove it",
    ]);
    expect(lines.at(-1)).toBe("  and 4 more, on the console's Health page");
  });
});

it("the course of a metric says which of its values lack executions, and which cannot be read", () => {
  const look = { paint: pc.createColors(false), columns: 100 };
  const [since, until] = ["2026-03-01T09:00:00.000Z", "2026-03-02T09:00:00.000Z"];
  const points = [
    { at: since, value: 0.5 },
    { at: until, value: 0.6, unread: 2 },
  ];
  const lines = metricLines({ name: "approval_rate", since, until, points, unreadable: ["METRIC#ALL / x"] }, look);
  expect(lines.slice(-2)).toEqual([
    "  1 value of these lacks executions that could not be read, as the health then said",
    "One more value is on record and cannot be read: METRIC#ALL / x",
  ]);
});

describe("an event at a terminal", () => {
  const event = (body: Record<string, Json>) => ({
    ...{ chain: "step:s1", seq: 3, type: "ceiling_fell", at: "2026-01-31T12:00:00.000Z", actor: "buddy", body },
  });
  const why = "quarantined: notes describes it otherwise than it was read, and somebody must look at it first";

  it("an event at a terminal says from where to where and why, in full below its first line", () => {
    const lines = eventLines(event({ from: "MOCK", to: "DRY_RUN", reason: why, changes: { preview: null } }), {
      columns: 80,
    });
    expect(lines[0]).toMatch(/^2026-01-31 12:00:00Z {2}step:s1 #3 {2}ceiling_fell {2}buddy {2}MOCK → DRY_RUN:/u);
    expect(lines.slice(1).every((line) => line.startsWith(" ".repeat(21)))).toBe(true);
    expect(lines.map((line) => line.trim()).join(" ")).toContain(why);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("an event at a terminal that says no why shows as much of what it holds as a line has room for, all to programs", () => {
    const body = { plan_ids: ["a".repeat(100)] };
    expect(eventLines(event(body), { columns: 80 })).toEqual([expect.stringMatching(/^.{79}…$/u)]);
    expect(eventLines(event(body), { columns: Number.POSITIVE_INFINITY })[0]).toContain(JSON.stringify(body));
  });
});

describe("parts beside each other", () => {
  it.each([20, 30, 40, 80, 200])(
    "parts beside each other are not torn where they fit a line of %i columns",
    (columns) => {
      const parts = ["HIGH", "msgraph_send_email", "0/1", "2 d 23 h left"];
      const lines = flow(parts, columns);
      for (const part of parts) expect(lines.filter((line) => line.includes(part))).toHaveLength(1);
      expect(lines.join("  ")).toBe(parts.join("  "));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    },
  );
});
