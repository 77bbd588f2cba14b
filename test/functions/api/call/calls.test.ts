import { describe, expect, it } from "vitest";
import { type CallReply, callReply } from "../../../../functions/api/schemas.ts";
import { canonicalJson, digestOfBytes } from "../../../../shared/plan/digest.ts";
import { ALICE, as, BOB, CAROL, type Harness, harness, NOON, POLICY, problemIn } from "../harness.ts";

const MAIL = {
  agent_id: "agent_1",
  tool_name: "msgraph_send_email",
  arguments: { to: ["ann@example.com"], subject: "Hello", body: "Hello Ann" },
  confidence: 0.95,
  wait_seconds: 0,
};
const READ = { agent_id: "agent_1", tool_name: "memory_search", arguments: { query: "ann" }, wait_seconds: 0 };

const replyIn = async (response: Response): Promise<CallReply> => callReply.parse(await response.json());

const call = async (h: Harness, body: unknown, headers: Record<string, string> = {}): Promise<CallReply> =>
  replyIn(await h.post("/calls", body, ALICE, headers));

const outcome = async (h: Harness, call_id: string): Promise<CallReply> => replyIn(await h.get(`/calls/${call_id}`));

const decide = async (h: Harness, decision: Record<string, unknown>, who = BOB): Promise<void> => {
  const [request] = (await h.deps.approvals.list({ status: "open", limit: 10, next: null })).items;
  if (request === undefined) throw new Error("nobody is asked");
  const { approval_id, digest } = request;
  expect((await h.get(`/approvals/${approval_id}`, who)).status).toBe(200);
  expect((await h.post(`/approvals/${approval_id}/decision`, { digest, ...decision }, who)).status).toBe(200);
  await h.settle();
};

const openRequests = async (h: Harness): Promise<number> =>
  (await h.deps.approvals.list({ status: "open", limit: 10, next: null })).items.length;

describe("POST /calls", () => {
  it("a call is a plan of one step, which is started and answered for", async () => {
    const h = await harness();
    const response = await h.post("/calls", READ);
    expect(response.status).toBe(202);
    const { call_id } = await replyIn(response);
    expect(h.workflow.started.map(({ name }) => name)).toEqual([`${call_id}-1`]);
    await h.settle();
    const ended = await h.get(`/calls/${call_id}`);
    expect(ended.status).toBe(200);
    expect(await replyIn(ended)).toMatchObject({ outcome: "done", call_id, mode: "LIVE", attached: false });
    expect(await h.deps.executions.get(call_id)).toMatchObject({ status: "SUCCEEDED", step_count: 1 });
  });

  it("a call waits for a person, names the request, and gives the output once it was approved", async () => {
    const h = await harness();
    const { call_id } = await call(h, MAIL);
    await h.settle();
    const waiting = await outcome(h, call_id);
    expect(waiting).toMatchObject({ outcome: "waiting", for: "approval" });
    expect(waiting.outcome === "waiting" && waiting.approval_url).toMatch(/^http:\/\/localhost\/console\/requests\//);
    await decide(h, { decision: "approve" });
    expect(await outcome(h, call_id)).toMatchObject({ outcome: "done", mode: "LIVE", output: { sandbox: true } });
  });

  it("a call whose request expired under a lock waits for the lock, then for a resume, and is asked about anew", async () => {
    const h = await harness();
    const { call_id } = await call(h, { ...MAIL, config: { approval_timeout_seconds: 60 } });
    await h.settle();
    const scope = { kind: "execution", execution_id: call_id };
    await h.post("/system/lock", { scope, reason: "odd" }, ALICE);
    await h.settle();
    const locked = { for: "unlock", message: expect.stringContaining("An operator's lock holds it.") };
    expect(await outcome(h, call_id)).toMatchObject({ ...locked, approval_url: expect.any(String) });
    h.time.now += 60_000;
    expect(await outcome(h, call_id)).toMatchObject({ ...locked, approval_id: null, approval_url: null });
    await h.post("/system/unlock", { scope, reason: "checked" }, BOB);
    await h.settle();
    const unlocked = { for: "unlock", message: expect.stringMatching(/^No lock holds it any more.*resumes/) };
    expect(await outcome(h, call_id)).toMatchObject({ ...unlocked, approval_id: null, approval_url: null });
    await h.post(`/executions/${call_id}/resume`, { reason: "checked" }, BOB);
    expect(await outcome(h, call_id)).toMatchObject({ for: "outcome" });
    await h.settle();
    const anew = await outcome(h, call_id);
    expect(anew).toMatchObject({ for: "approval", approval_url: expect.any(String) });
  });

  it("a call names its request at the console's own address, by whatever name of the machine it was asked", async () => {
    const h = await harness({ consoleUrl: () => "http://127.0.0.1:7717/console" });
    const { call_id } = await call(h, MAIL);
    await h.settle();
    const waiting = await outcome(h, call_id);
    expect(waiting.outcome === "waiting" && waiting.approval_url).toMatch(
      /^http:\/\/127\.0\.0\.1:7717\/console\/requests\/ap-/,
    );
  });

  it("a call that a person refuses says so with the reason, and that it is not to be proposed again", async () => {
    const h = await harness();
    const { call_id } = await call(h, MAIL);
    await h.settle();
    await decide(h, { decision: "reject", comment: "Ann asked for no mails" });
    const refused = await outcome(h, call_id);
    expect(refused).toMatchObject({ outcome: "refused", status: "rejected", retry: "never" });
    expect(refused.message).toContain("Ann asked for no mails");
    expect(refused.message).toContain("Do not make this call again");
  });

  it("a call says that a person changed its arguments, and to what, while it waits and when it is done", async () => {
    const h = await harness();
    const { call_id } = await call(h, MAIL);
    await h.settle();
    const args = { ...MAIL.arguments, to: ["eve@example.com"], cc: [] };
    await decide(h, { decision: "edit", arguments: args, comment: "Ann is away" });
    const note = expect.stringMatching(/^bob changed its arguments, and it is about these only: .*eve@example\.com/);
    expect(await outcome(h, call_id)).toMatchObject({ outcome: "waiting", warnings: [note] });
    await decide(h, { decision: "approve" }, CAROL);
    expect(await outcome(h, call_id)).toMatchObject({ outcome: "done", mode: "LIVE", warnings: [note] });
  });

  it("a call belongs to the trace that it came with, and a malformed one is left aside", async () => {
    const h = await harness();
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const traced = await call(h, READ, { traceparent });
    expect((await h.deps.executions.get(traced.call_id))?.traceparent).toBe(traceparent);
    const later = `01${traceparent.slice(2)}-more`;
    const ofLater = await call(h, { ...READ, arguments: { query: "later" } }, { traceparent: later });
    expect((await h.deps.executions.get(ofLater.call_id))?.traceparent).toBe(traceparent);
    const malformed = await call(h, MAIL, { traceparent: `00-${"0".repeat(32)}-00f067aa0ba902b7-01` });
    expect(await h.deps.executions.get(malformed.call_id)).not.toHaveProperty("traceparent");
  });

  it("a refused call names the place in it of everything that is wrong, and nothing is stored", async () => {
    const h = await harness();
    const { violations } = await problemIn(
      await h.post("/calls", { ...MAIL, arguments: { ...MAIL.arguments, to: 7, bdy: "" } }),
    );
    expect(violations?.map(({ path }) => path)).toEqual(expect.arrayContaining(["/arguments/to", "/arguments/bdy"]));
    const unknown = await problemIn(await h.post("/calls", { ...READ, tool_name: "memory_serch" }));
    expect(unknown.violations?.[0]?.path).toBe("/tool_name");
    expect((await h.deps.executions.list({ limit: 10, next: null })).items).toEqual([]);
  });

  it("a call takes arguments as data, whatever they look like", async () => {
    const h = await harness();
    const body = { ...MAIL, arguments: { ...MAIL.arguments, body: "$from", subject: "$literal" } };
    expect(await call(h, body)).toMatchObject({ outcome: "waiting" });
    const referring = { ...READ, arguments: { query: { $from: "s1" } } };
    const { violations } = await problemIn(await h.post("/calls", referring));
    expect(violations?.map(({ path }) => path)).toEqual(["/arguments/query"]);
  });

  it("a call with arguments of four megabytes is refused with the limit", async () => {
    const h = await harness();
    const large = { ...READ, arguments: { query: "x".repeat(4_194_304) } };
    const problem = await problemIn(await h.post("/calls", large));
    expect(problem).toMatchObject({ status: 413, limit: { name: "request_body", unit: "bytes" } });
    const { violations } = await problemIn(
      await h.post("/calls", { ...READ, arguments: { query: "x".repeat(100_000) } }),
    );
    expect(violations?.[0]).toMatchObject({ path: "/arguments", rule: "arguments_too_large" });
  });

  it("a call that was capped is answered with what has to change first", async () => {
    const h = await harness();
    const { call_id } = await call(h, { ...MAIL, confidence: 0.5 });
    await h.settle();
    const capped = await outcome(h, call_id);
    expect(capped).toMatchObject({ outcome: "refused", status: "blocked", retry: "after_change" });
    expect(capped.message).toContain("confidence 0.5");
  });

  it("a call for a preview alone is answered as done, in DRY_RUN", async () => {
    const h = await harness();
    const { call_id } = await call(h, { ...MAIL, config: { dry_run_only: true } });
    await h.settle();
    const previewed = await outcome(h, call_id);
    expect(previewed).toMatchObject({ outcome: "done", mode: "DRY_RUN" });
    expect(previewed.message).toContain("nothing was changed");
  });

  it("a call is told later while an operator has switched LIVE off", async () => {
    const h = await harness();
    await h.deps.settings.setLiveEnabled(false, "olga", new Date(h.time.now).toISOString());
    const { call_id } = await call(h, MAIL);
    await h.settle();
    expect(await outcome(h, call_id)).toMatchObject({ outcome: "refused", status: "blocked", retry: "later" });
  });

  it("a call that waited while LIVE was switched off is told later, also after it was switched on again", async () => {
    const h = await harness();
    const { call_id } = await call(h, MAIL);
    await h.settle();
    for (const enabled of [false, true]) {
      const switched = await h.put("/system/live", { enabled, reason: "a look at it" }, ALICE);
      expect(switched.status).toBe(200);
      await h.settle();
    }
    const refused = await outcome(h, call_id);
    expect(refused).toMatchObject({ outcome: "refused", status: "blocked", retry: "later" });
    expect(refused.message).toContain("LIVE is switched off for this deployment");
  });
});

describe("the same call again", () => {
  it("the same call again is answered for the one that waits: one question, one effect", async () => {
    const h = await harness();
    const first = await call(h, MAIL);
    await h.settle();
    const again = await call(h, MAIL);
    expect(again).toMatchObject({ call_id: first.call_id, outcome: "waiting", attached: true });
    await h.settle();
    expect(await openRequests(h)).toBe(1);
  });

  it("the same call is known by what it does, not by how it is written", async () => {
    const h = await harness();
    const first = await call(h, MAIL);
    const { body, ...others } = MAIL.arguments;
    const again = await call(h, { ...MAIL, arguments: { body, ...others } });
    const other = await call(h, { ...MAIL, agent_id: "agent_2" });
    expect(again.call_id).toBe(first.call_id);
    expect(other.call_id).not.toBe(first.call_id);
  });

  it("the same call asked for twice at once is one execution", async () => {
    const h = await harness();
    const replies = await Promise.all(Array.from({ length: 8 }, () => call(h, MAIL)));
    expect(new Set(replies.map(({ call_id }) => call_id)).size).toBe(1);
    await h.settle();
    expect(await openRequests(h)).toBe(1);
  });

  it("the same call again says that the first one's confidence and config hold", async () => {
    const h = await harness();
    await call(h, MAIL);
    const again = await call(h, { ...MAIL, confidence: 0.9, config: { approval_timeout_seconds: 60 } });
    expect(again.warnings.join()).toContain("its confidence and config hold, not those of this request");
  });

  it("the same call is another where only a preview is asked for", async () => {
    const h = await harness();
    const first = await call(h, MAIL);
    const preview = await call(h, { ...MAIL, config: { dry_run_only: true } });
    expect(preview.call_id).not.toBe(first.call_id);
  });

  it("the same call again is told an end that nobody was told, and is a new call after that", async () => {
    const h = await harness();
    const update = { ...MAIL, tool_name: "form_fill", arguments: { selector: "#email", value: "a@b.c" } };
    const first = await call(h, update);
    await h.settle();
    await decide(h, { decision: "approve" });
    h.time.now += 3_600_000;
    expect(await call(h, update)).toMatchObject({ outcome: "done", call_id: first.call_id, attached: true });
    const next = await call(h, update);
    expect(next.call_id).not.toBe(first.call_id);
  });

  it.each([
    ["is told an end that took long to tell once more, where nobody notices who hangs up", false, true],
    ["is a new one after an end that took long to tell, where it is noticed who hangs up", true, false],
  ])("the same call %s", async (_, hears, kept) => {
    let now = NOON;
    // Each look at the clock finds it five seconds on.
    const later = (): Date => {
      now += 5_000;
      return new Date(now);
    };
    const clock = { now: later };
    const h = await harness({ clock, policy: { ...POLICY, hears_who_leaves: hears } });
    const update = { ...MAIL, tool_name: "form_fill", arguments: { selector: "#email", value: "a@b.c" } };
    const first = await call(h, update);
    await h.settle();
    await decide(h, { decision: "approve" });
    expect(await outcome(h, first.call_id)).toMatchObject({ outcome: "done" });
    expect((await call(h, update)).call_id === first.call_id).toBe(kept);
  });

  it("the same call is new once the first one's end was asked for", async () => {
    const h = await harness();
    const first = await call(h, READ);
    await h.settle();
    await outcome(h, first.call_id);
    expect((await call(h, READ)).call_id).not.toBe(first.call_id);
  });

  it("the same call of a tool that must not act twice is done already, and not made again", async () => {
    const h = await harness();
    const first = await call(h, MAIL);
    await h.settle();
    await decide(h, { decision: "approve" });
    await outcome(h, first.call_id);
    const next = await call(h, MAIL);
    await h.settle();
    expect(await outcome(h, next.call_id)).toMatchObject({
      outcome: "done",
      duplicate_of: { execution_id: first.call_id },
    });
  });
});

it("a call that counts as one whose output was made up is told as made up", async () => {
  const h = await harness();
  const contract = {
    ...{ risk_level: "MEDIUM", timeout_seconds: 10, requires_approval: false, approvals_required: 0 },
    ...{ reversible: false, outcome_resolution: "IDEMPOTENT_KEY", duplicate_sensitive: true },
  };
  expect((await h.put("/contracts/book_room", contract, CAROL)).status).toBe(201);
  const booking = { ...READ, tool_name: "book_room", arguments: { room: 7 }, confidence: 0.95 };
  const first = await call(h, booking);
  await h.settle();
  expect(await outcome(h, first.call_id)).toMatchObject({ outcome: "done", made_up: true, duplicate_of: null });
  const next = await call(h, booking);
  await h.settle();
  expect(await outcome(h, next.call_id)).toMatchObject({
    ...{ outcome: "done", made_up: true, duplicate_of: { execution_id: first.call_id } },
    message: expect.stringContaining("No service answers this tool: the output is made up."),
  });
});

describe("an Idempotency-Key", () => {
  it("an Idempotency-Key with the same bytes answers about the same call, also after it has ended", async () => {
    const h = await harness();
    const key = { "idempotency-key": "k1" };
    const first = await call(h, READ, key);
    await h.settle();
    await outcome(h, first.call_id);
    const response = await h.post("/calls", READ, ALICE, key);
    expect(response.headers.get("idempotency-replayed")).toBe("true");
    expect(await replyIn(response)).toMatchObject({ outcome: "done", call_id: first.call_id });
  });

  it("an Idempotency-Key answers about its call however long that is waited for, and however it is written", async () => {
    const h = await harness();
    const key = { "idempotency-key": "k1" };
    const first = await call(h, { ...READ, wait_seconds: 0 }, key);
    const { wait_seconds: _, ...words } = READ;
    const backwards = Object.fromEntries(Object.entries(READ).toReversed());
    for (const body of [{ ...words, wait_seconds: 0.01 }, backwards]) {
      const response = await h.post("/calls", body, ALICE, key);
      expect(response.headers.get("idempotency-replayed")).toBe("true");
      expect((await replyIn(response)).call_id).toBe(first.call_id);
    }
  });

  it("an Idempotency-Key answers about the call that a release before remembered with the bytes of its body", async () => {
    const h = await harness();
    const { call_id: execution_id } = await call(h, READ);
    const key = { submitter: ALICE.name, idempotency_key: "k0" };
    const body_digest = digestOfBytes(JSON.stringify(READ));
    await h.deps.executions.remember(key, { body_digest, execution_id });
    expect((await call(h, READ, { "idempotency-key": "k0" })).call_id).toBe(execution_id);
  });

  it("an Idempotency-Key answers about its call whatever else is said of it, and says whose confidence and config hold", async () => {
    const h = await harness();
    const key = { "idempotency-key": "k1" };
    const first = await call(h, { ...MAIL, rationale: "she asked for it", wait_seconds: 0 }, key);
    const again = async (more: object) => {
      const response = await h.post("/calls", { ...MAIL, ...more, wait_seconds: 0 }, ALICE, key);
      expect(response.headers.get("idempotency-replayed")).toBe("true");
      const { call_id, warnings } = await replyIn(response);
      expect(call_id).toBe(first.call_id);
      return warnings;
    };
    expect(await again({ rationale: "she asked for it twice", goal: "a happy Ann" })).toEqual([]);
    expect(await again({ confidence: 0.71 })).toEqual([
      expect.stringContaining("its confidence and config hold, not those of this request"),
    ]);
    expect(h.workflow.started).toHaveLength(1);
  });

  it("an Idempotency-Key answers about the call that a release before remembered with its words", async () => {
    const h = await harness();
    const { call_id: execution_id } = await call(h, MAIL);
    const key = { submitter: ALICE.name, idempotency_key: "k0" };
    const { wait_seconds: _, ...words } = MAIL;
    await h.deps.executions.remember(key, { body_digest: digestOfBytes(canonicalJson(words)), execution_id });
    expect((await call(h, MAIL, { "idempotency-key": "k0" })).call_id).toBe(execution_id);
  });

  it("an Idempotency-Key with another body is a conflict", async () => {
    const h = await harness();
    const key = { "idempotency-key": "k1" };
    await call(h, READ, key);
    const other = await h.post("/calls", { ...READ, arguments: { query: "bob" } }, ALICE, key);
    expect((await problemIn(other)).status).toBe(409);
  });
});

describe("a request that died", () => {
  it("a request that died after its claim leaves a place that the same call goes on from", async () => {
    const h = await harness();
    const probe = await call(h, MAIL);
    const [place] = await h.deps.askedCalls.ofAgent("agent_1", 10);
    if (place === undefined) throw new Error("nothing is claimed");
    const claimed = { ...place, execution_id: "never-born" };
    await h.deps.askedCalls.claim(claimed, place.execution_id);
    const again = await call(h, MAIL);
    expect(again.call_id).toBe("never-born");
    expect(again.call_id).not.toBe(probe.call_id);
    expect(await h.deps.executions.get("never-born")).toMatchObject({ status: "RUNNING" });
  });

  it("a request that died before its start is started by the same call again", async () => {
    let dead = true;
    const h = await harness();
    const start = h.workflow.start;
    h.workflow.start = async (name, input) => {
      if (dead) throw new Error("died");
      return start(name, input);
    };
    expect((await h.post("/calls", MAIL)).status).toBe(500);
    dead = false;
    const again = await call(h, MAIL);
    expect(h.workflow.started.map(({ name }) => name)).toEqual([`${again.call_id}-1`]);
  });
});

describe("GET /calls/{call_id}", () => {
  it("a call is read by the agent that made it, and by callers who may read everything", async () => {
    const h = await harness();
    const { call_id } = await call(h, MAIL);
    const path = `/calls/${call_id}`;
    expect((await h.get(path, as("alice", ["executions:write"]))).status).toBe(202);
    expect((await h.get(path, as("mallory", ["executions:write"]))).status).toBe(404);
    expect((await h.get(path, as("rita", ["read"]))).status).toBe(202);
  });

  it("the end of a call is told to its asker: another reader, or a look without its body, takes nothing from them", async () => {
    const h = await harness();
    const update = { ...MAIL, tool_name: "form_fill", arguments: { selector: "#email", value: "a@b.c" } };
    const { call_id } = await call(h, update);
    await h.settle();
    await decide(h, { decision: "approve" });
    const path = `/calls/${call_id}`;
    expect(await replyIn(await h.get(path, as("rita", ["read"])))).toMatchObject({ outcome: "done" });
    expect((await h.head(path)).status).toBe(200);
    expect(await call(h, update)).toMatchObject({ outcome: "done", call_id, attached: true });
    expect((await call(h, update)).call_id).not.toBe(call_id);
  });

  it("an execution of several steps is known as no call", async () => {
    const h = await harness();
    expect((await h.get("/calls/none")).status).toBe(404);
  });
});
