import { describe, expect, it } from "vitest";
import type { Caller } from "../../../functions/api/http/caller.ts";
import { nextReply, outcomeReply, workState } from "../../../functions/api/schemas.ts";
import { nextCall } from "../../../functions/api/work/next-call.ts";
import type { WorkCall } from "../../../shared/execution/record/work.ts";
import { moveCard, searchCards } from "../tools/worker/card-tools.ts";
import { as, type Harness, harness, NOON, problemIn } from "./harness.ts";

const ADA = as("ada", ["work:cards"]);
const BOB = as("bob", ["work:cards"]);
const EVE = as("eve", ["work:hr"]);

/** One that asks what became of a call: nothing holds it, so that no attempt has to be in flight. */
const offered = (call_id = "k1.look_up.1", changes: Partial<WorkCall> = {}): WorkCall => ({
  call_id,
  group: "cards",
  tool_name: "card_move",
  rung: "look_up",
  side: "compensation",
  arguments: { card: "c1", stage: "won" },
  undo: null,
  idempotency_key: "k1",
  undoes: null,
  execution_id: "e1",
  step_id: "s1",
  agent_id: "a1",
  offered_at: new Date(NOON).toISOString(),
  start_by: new Date(NOON + 5_000).toISOString(),
  deadline: new Date(NOON + 10_000).toISOString(),
  ...changes,
});

const next = async (h: Harness, caller: Caller, body: object = { tools: ["card_move"], wait_seconds: 0 }) => {
  const reply = await h.post("/work/next", body, caller);
  expect(reply.status).toBe(200);
  return nextReply.parse(await reply.json()).call;
};

/** A harness with a call that `ada` took. */
const taken = async () => {
  const h = await harness();
  await h.deps.work.acts.offer(offered());
  await next(h, ADA);
  return h;
};

const DONE = { outcome: "committed", output: { stage: "won" }, undo: { was: "new" } };
const say = (h: Harness, body: unknown, caller = ADA, call_id = "k1.look_up.1") =>
  h.post(`/work/${call_id}/outcome`, body, caller);

describe("a worker that asks for work", () => {
  it("a worker gets one call of its group, and what acts before what looks", async () => {
    const h = await harness();
    await h.deps.work.reads.offer(offered("k1.preview.1", { rung: "preview" }));
    await h.deps.work.acts.offer(offered());
    expect(await next(h, EVE)).toBeNull();
    expect(await next(h, ADA)).toEqual(offered());
    expect((await next(h, BOB))?.call_id).toBe("k1.preview.1");
    expect(await next(h, ADA)).toBeNull();
  });

  it("a worker waits for work as long as it asked to, looking again each second", async () => {
    const h = await harness();
    expect(await next(h, ADA, { tools: ["card_move"], wait_seconds: 3 })).toBeNull();
    expect(h.pauses).toEqual([1_000, 1_000, 1_000]);
  });

  it("a worker is given nothing once it has gone: what it would have taken is left for another", async () => {
    const h = await harness();
    await h.deps.work.acts.offer(offered());
    const asked = { tools: ["card_move"], wait_seconds: 3 };
    expect(await nextCall(h.deps)(asked, ADA, AbortSignal.abort())).toBeNull();
    expect(await next(h, BOB)).toEqual(offered());
  });

  const asking = (question: string, over = false) => ({
    ...{ tools: ["card_move"], wait_seconds: 0, question },
    ...(over ? { over } : {}),
  });

  it("a question that its worker ended is given nothing: what it would have taken stays in line for another", async () => {
    const h = await harness();
    expect(await next(h, ADA, asking("q1", true))).toBeNull();
    await h.deps.work.acts.offer(offered());
    expect(await next(h, ADA, asking("q1"))).toBeNull();
    expect(await next(h, BOB, asking("q1"))).toEqual(offered());
  });

  it("a question whose answer was lost is ended with the call that it was given, until its worker has answered it", async () => {
    const h = await harness();
    await h.deps.work.reads.offer(offered("k1.preview.1", { rung: "preview" }));
    await next(h, ADA, asking("q1"));
    expect(await next(h, BOB, asking("q1", true))).toBeNull();
    for (const _ of ["once", "again"]) expect((await next(h, ADA, asking("q1", true)))?.call_id).toBe("k1.preview.1");
    await say(h, DONE, ADA, "k1.preview.1");
    expect(await next(h, ADA, asking("q1", true))).toBeNull();
  });

  it("a question is ended without its call where the worker's token is not of the call's group any more", async () => {
    const h = await harness();
    await h.deps.work.acts.offer(offered());
    await next(h, ADA, asking("q1"));
    expect(await next(h, as("ada", ["work:hr"]), asking("q1", true))).toBeNull();
    expect(await next(h, ADA, asking("q1", true))).toEqual(offered());
  });

  it("a question that was given a call is given no other, whoever asks it once more", async () => {
    const h = await harness();
    await h.deps.work.acts.offer(offered("k1.look_up.1"));
    await next(h, ADA, asking("q1"));
    await h.deps.work.acts.offer(offered("k2.look_up.1"));
    expect((await next(h, ADA, asking("q1")))?.call_id).toBe("k1.look_up.1");
    expect((await next(h, BOB))?.call_id).toBe("k2.look_up.1");
  });

  it("a worker that goes while a call is taken for it takes none with it", async () => {
    const h = await harness();
    await h.deps.work.acts.offer(offered());
    const gone = new AbortController();
    const { acts } = h.deps.work;
    const take: typeof acts.take = async (...asked) => {
      const taken = await acts.take(...asked);
      gone.abort();
      return taken;
    };
    const deps = { ...h.deps, work: { ...h.deps.work, acts: { ...acts, take } } };
    expect(await nextCall(deps)({ tools: ["card_move"], wait_seconds: 0 }, ADA, gone.signal)).toBeNull();
    expect(await next(h, BOB)).toEqual(offered());
  });

  it("a question is over only where it has a name", async () => {
    const h = await harness();
    const refused = await h.post("/work/next", { tools: ["card_move"], over: true }, ADA);
    const { violations = [] } = await problemIn(refused);
    expect([refused.status, violations.map(({ path }) => path)]).toEqual([400, ["/over"]]);
  });

  it("a worker is told everything that is wrong with its question", async () => {
    const h = await harness();
    const refused = await h.post("/work/next", { tools: [], wait_seconds: 60, all: true }, ADA);
    const { violations = [] } = await problemIn(refused);
    expect([refused.status, violations.map(({ path }) => path).toSorted()]).toEqual([
      400,
      ["/all", "/tools", "/wait_seconds"],
    ]);
  });

  it("a worker needs a token of some group: neither another scope nor a group without a name will do", async () => {
    const h = await harness();
    for (const scopes of [["read"], ["work:"], ["work:<group>"], ["work:Cards"]] as const) {
      const refused = await h.post("/work/next", { tools: ["t"] }, { name: "mallory", scopes });
      expect([refused.status, (await problemIn(refused)).required_scope]).toEqual([403, "work:<group>"]);
    }
  });
});

describe("the outcome that a worker posts", () => {
  it("the outcome that a worker posts is kept for the call that waits for it, and is the same when it comes twice", async () => {
    const h = await taken();
    const first = outcomeReply.parse(await (await say(h, DONE)).json());
    expect(first).toEqual({ call_id: "k1.look_up.1", recorded: "in_time", at: new Date(NOON).toISOString() });
    h.time.now += 60_000;
    expect(outcomeReply.parse(await (await say(h, DONE)).json())).toEqual(first);
    expect((await h.deps.work.acts.answerTo("k1.look_up.1"))?.said).toEqual(DONE);
  });

  it("the outcome that a worker posts is refused where another stands already, which stays", async () => {
    const h = await taken();
    await say(h, DONE);
    const other = await say(h, { outcome: "rejected", error: "no such card" });
    expect([other.status, (await problemIn(other)).detail]).toEqual([
      409,
      expect.stringContaining("was answered committed at 2026-01-31T12:00:00.000Z"),
    ]);
    expect((await h.deps.work.acts.answerTo("k1.look_up.1"))?.said).toEqual(DONE);
  });

  it("the outcome that a worker posts says that it came late, and is kept all the same", async () => {
    const h = await taken();
    h.time.now += 10_001;
    expect(outcomeReply.parse(await (await say(h, DONE)).json()).recorded).toBe("late");
    expect(await h.deps.work.acts.answerTo("k1.look_up.1")).toMatchObject({ said: DONE, late: true });
  });

  it("the outcome that a worker posts is taken from nobody but who took the call", async () => {
    const h = await taken();
    expect((await say(h, DONE, BOB)).status).toBe(409);
    const foreign = await say(h, DONE, EVE);
    expect([foreign.status, (await problemIn(foreign)).required_scope]).toEqual([403, "work:cards"]);
    expect((await say(h, DONE, ADA, "k9.undo.1")).status).toBe(404);
    expect((await say(h, DONE, ADA, "nonsense")).status).toBe(400);
    await h.deps.work.acts.offer(offered("k2.undo.1"));
    expect((await say(h, DONE, ADA, "k2.undo.1")).status).toBe(409);
    expect(await h.deps.work.acts.answerTo("k1.look_up.1")).toBeUndefined();
  });

  const nested = `${"[".repeat(70)}${"]".repeat(70)}`;
  it.each([
    ["half a character", '"cut here \\ud83d"', "cut here \ufffd", undefined],
    ["an id that no number holds", '{"id":9007199254740993}', { id: "9007199254740993" }, undefined],
    ["an id of 24 digits", "[123456789012345678901234]", ["123456789012345678901234"], undefined],
    ["a number beyond all that there are", '{"a":1e999}', { a: "1e999" }, undefined],
    ["a field that stands twice", '{"a":1,"a":2}', { a: 2 }, undefined],
    ["a reserved name", '{"__proto__":{"a":1},"b":2}', { b: 2 }, "a field named __proto__"],
    ["more levels than are kept", nested, expect.anything(), "nested deeper than 64 levels"],
  ])("the outcome that a worker posts stands, whatever its output holds: %s", async (_, output, kept, left_out) => {
    const h = await taken();
    const body = `{"outcome":"committed","output":${output},"undo":{"was":"new"}}`;
    const post = () => say(h, body);
    expect(outcomeReply.parse(await (await post()).json()).recorded).toBe("in_time");
    expect((await post()).status).toBe(200);
    const said = (await h.deps.work.acts.answerTo("k1.look_up.1"))?.said;
    const lost = left_out === undefined ? {} : { left_out };
    expect(said).toEqual({ outcome: "committed", output: kept, undo: { was: "new" }, ...lost });
    expect(JSON.stringify(said).includes("[cut: ")).toBe(output === nested);
  });

  it.each([
    ["no object", '"was new"', "undo data that is no object"],
    ["nested too deep to be kept whole", `{"was":${nested}}`, "undo data with nested deeper than 64 levels"],
    ["a reserved name", '{"__proto__":1}', "undo data with a field named __proto__"],
  ])(
    "the outcome that a worker posts stands without its undo data where they are %s, and says so",
    async (_, undo, left_out) => {
      const h = await taken();
      const body = `{"outcome":"committed","output":1,"undo":${undo}}`;
      expect((await say(h, body)).status).toBe(200);
      const said = { outcome: "committed", output: 1, undo: null, left_out };
      expect((await h.deps.work.acts.answerTo("k1.look_up.1"))?.said).toEqual(said);
    },
  );

  it.each([
    ["half a character", "no such card \ud83d", "no such card \ufffd"],
    ["no words", "  ", "no reason was given"],
    ["words without end", "x".repeat(100_000), expect.stringContaining("[cut: 100000 characters]")],
  ])("the outcome that a worker posts stands, whatever its reason is: %s", async (_, error, kept) => {
    for (const outcome of ["rejected", "indeterminate"] as const) {
      const h = await taken();
      expect((await say(h, { outcome, error })).status).toBe(200);
      expect((await h.deps.work.acts.answerTo("k1.look_up.1"))?.said).toEqual({ outcome, error: kept });
    }
  });

  it("the outcome that a worker posts is refused where it is no JSON, of another form, or said twice", async () => {
    const h = await taken();
    for (const body of [
      '{"outcome":"committed","output":NaN}',
      '{"outcome":"committed","result":1}',
      '{"outcome":"rejected","error":"no","outcome":"committed"}',
      '{"outcome":"rejected","error":7}',
      "[".repeat(100_000),
      `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
    ]) {
      expect((await say(h, body)).status, body.slice(0, 60)).toBe(400);
    }
    expect(await h.deps.work.acts.answerTo("k1.look_up.1")).toBeUndefined();
  });

  it("the outcome that a worker posts must say why where it is not committed, and weighs no more than a small body", async () => {
    const h = await taken();
    expect((await say(h, { outcome: "rejected" })).status).toBe(400);
    expect((await say(h, { outcome: "perhaps" })).status).toBe(400);
    const large = await say(h, { outcome: "committed", output: "x".repeat(300_000) });
    expect([large.status, (await problemIn(large)).limit?.value]).toEqual([413, 262_144]);
    expect((await say(h, { outcome: "committed" })).status).toBe(200);
  });
});

describe("a worker's heartbeat", () => {
  it("a worker's heartbeat is taken from the worker that has the call, and tells it how long it still has", async () => {
    const h = await taken();
    h.time.now += 4_000;
    const beat = (caller: Caller) => h.post("/work/k1.look_up.1/heartbeat", { progress: "half of it" }, caller);
    expect(await (await beat(ADA)).json()).toEqual({
      deadline: new Date(NOON + 10_000).toISOString(),
      seconds_left: 6,
    });
    expect((await beat(BOB)).status).toBe(409);
    expect((await beat(EVE)).status).toBe(403);
  });
});

describe("GET /work", () => {
  it("the list of work says what waits for whom, and who asked last for each tool", async () => {
    const h = await harness();
    for (const contract of [moveCard(), searchCards()]) {
      const put = await h.put(`/contracts/${contract.tool_name}`, contract);
      expect(put.status).toBe(201);
    }
    await h.deps.work.acts.offer(offered());
    await next(h, ADA, { tools: ["card_search"], wait_seconds: 0 });
    expect(workState.parse(await (await h.get("/work")).json())).toEqual({
      groups: [
        {
          group: "cards",
          tools: [
            { tool_name: "card_move", last_asked_at: null, last_asked_by: null },
            { tool_name: "card_search", last_asked_at: new Date(NOON).toISOString(), last_asked_by: "ada" },
          ],
          waiting: [
            {
              call_id: "k1.look_up.1",
              tool_name: "card_move",
              rung: "look_up",
              execution_id: "e1",
              offered_at: new Date(NOON).toISOString(),
              start_by: new Date(NOON + 5_000).toISOString(),
            },
          ],
        },
      ],
    });
  });
});

describe("a contract for workers", () => {
  it("a contract for workers is refused with all that is wrong, and where the deployment has no such group", async () => {
    const h = await harness();
    const refused = await h.put(
      "/contracts/card_move",
      moveCard({
        compensation: "none",
        reversible: false,
        outcome_resolution: "OPAQUE",
        binding: { kind: "worker", group: "cards", undo: true, looks_up: true, start_seconds: 10 },
      }),
    );
    const { violations = [] } = await problemIn(refused);
    expect(violations.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
      "/binding/undo binding_undo",
      "/binding/looks_up binding_resolution",
      "/binding/start_seconds binding_start",
    ]);
    const elsewhere = await harness({ policy: { ...h.deps.policy, worker_groups: ["hr"] } });
    const foreign = await elsewhere.put("/contracts/card_move", moveCard());
    expect((await problemIn(foreign)).violations).toEqual([
      {
        path: "/binding/group",
        rule: "binding_worker_group",
        message:
          'card_move: this deployment gives no worker of group "cards" a token: an operator adds it (worker_groups)',
      },
    ]);
  });

  it("a contract for workers that only reads declares nothing of what writes, and that undoes says that its workers do", async () => {
    const h = await harness();
    const read = await h.put("/contracts/card_search", {
      ...searchCards(),
      binding: { kind: "worker", group: "cards", previews: true },
    });
    expect((await problemIn(read)).violations?.map(({ rule }) => rule)).toEqual(["binding_of_a_read"]);
    const write = await h.put("/contracts/card_move", moveCard({ binding: { kind: "worker", group: "Cards" } }));
    expect((await problemIn(write)).violations?.map(({ path }) => path)).toEqual(["/binding/group"]);
    const undone = await h.put("/contracts/card_move", moveCard({ binding: { kind: "worker", group: "cards" } }));
    expect((await problemIn(undone)).violations?.map(({ path }) => path)).toEqual([
      "/compensation",
      "/binding/looks_up",
    ]);
  });
});
