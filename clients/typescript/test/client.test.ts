import { BuddyRefusal, connect, NoEffect, type WorkerTool } from "@buddy/client";
import { describe, expect, it } from "vitest";
import { served } from "./served.ts";

const { buddy, bob, asked, decide, requests, url, token } = served();

/** A notebook with the code of its tool, by which each note is written for one agent. */
const notebook = () => {
  const notes: string[] = [];
  const add: WorkerTool = {
    call: ({ text }) => {
      notes.push(String(text));
      return { notes: notes.length };
    },
  };
  return { notes, add };
};

const ADD = { tool_name: "note_add", arguments: { text: "the blue one" }, confidence: 0.95 };

describe("a call", () => {
  it("a call waits for a person, is done by this process's worker after a yes, and gives what its code gave", async () => {
    const me = await buddy("a1");
    const { notes, add } = notebook();
    const worker = me.worker({ tools: { note_add: add } });
    const first = await me.calls.make(ADD, { withinSeconds: 0 });
    expect(first).toMatchObject({ outcome: "waiting", attached: false });
    await decide("a1", "approve");
    expect(await me.calls.wait(first.call_id, { withinSeconds: 20 })).toMatchObject({
      outcome: "done",
      mode: "LIVE",
      output: { notes: 1 },
    });
    expect(notes).toEqual(["the blue one"]);
    await worker.stop();
  });

  it("a call that was made before, and waits, is the same call for another process", async () => {
    const [one, other] = [await buddy("a2"), await buddy("a2")];
    const first = await one.calls.make(ADD, { withinSeconds: 0 });
    await asked("a2");
    const again = await other.calls.make(ADD, { withinSeconds: 0 });
    expect(again).toMatchObject({ call_id: first.call_id, attached: true, for: "approval" });
    await decide("a2", "reject", "he wants the red one");
    const told = await other.calls.wait(first.call_id, { withinSeconds: 20 });
    expect(told).toMatchObject({ outcome: "refused", status: "rejected", retry: "never" });
    expect(await requests("a2")).toBe(1);
  });

  it("a call that goes on with one that waited is answered for it after its end was told, and is a new one without that", async () => {
    const me = await buddy("a7");
    const { notes, add } = notebook();
    const worker = me.worker({ tools: { note_add: add } });
    const { call_id } = await me.calls.make(ADD, { withinSeconds: 0 });
    await decide("a7", "approve");
    await me.calls.wait(call_id, { withinSeconds: Number.POSITIVE_INFINITY });
    const again = await me.calls.make({ ...ADD, goes_on_with: call_id });
    expect(again).toMatchObject({ outcome: "done", call_id, output: { notes: 1 } });
    expect(notes).toHaveLength(1);
    expect((await me.calls.make(ADD, { withinSeconds: 0 })).call_id).not.toBe(call_id);
    await decide("a7", "reject", "once is enough");
    await worker.stop();
  });

  it("a call is given up when its caller gives up, with the caller's own reason", async () => {
    const me = await buddy("a3");
    const gone = new AbortController();
    const made = me.calls.make(ADD, { withinSeconds: Number.POSITIVE_INFINITY, signal: gone.signal });
    await asked("a3");
    gone.abort(new Error("enough"));
    await expect(made).rejects.toThrow("enough");
    await decide("a3", "reject", "nobody waits");
  });

  it("a call that cannot be taken is refused with every place that is wrong, and a remedy", async () => {
    const me = await buddy("a4");
    const refused = await me.calls.make({ ...ADD, arguments: { txt: "x" }, confidence: 2 }).catch((error) => error);
    expect(refused).toBeInstanceOf(BuddyRefusal);
    expect(refused).toMatchObject({ status: 400, kind: "invalid-input", remedy: expect.stringContaining("change") });
    expect(refused.places.map(({ path }: { path: string }) => path)).toContain("/confidence");
  });

  it("another agent's call is refused to an agent's own token", async () => {
    const me = await buddy("a5");
    await expect(me.calls.make({ ...ADD, agent_id: "a6" })).rejects.toMatchObject({ status: 403, kind: "forbidden" });
  });
});

describe("a plan", () => {
  it("a plan is submitted once under its key, however often, and waited for", async () => {
    const me = await buddy("p1");
    const plan = {
      plan_id: "read",
      agents: [{ agent_id: "p1", permissions: [] }],
      steps: [{ step_id: "s", agent_id: "p1", tool_name: "note_list", arguments: {}, confidence: 0.95 }],
    };
    const worker = me.worker({ tools: { note_list: { reads: true, call: () => ["one"] } } });
    const first = await me.plans.submit({ plans: [plan] }, { idempotencyKey: "k1" });
    expect(await me.plans.submit({ plans: [plan] }, { idempotencyKey: "k1" })).toMatchObject({
      execution_id: first.execution_id,
    });
    expect(await me.plans.wait(first.execution_id, { withinSeconds: 30 })).toMatchObject({ status: "SUCCEEDED" });
    await worker.stop();
  });
});

describe("a person", () => {
  it("a person opens a request and decides it as it was seen; an agent finds none", async () => {
    const me = await buddy("d1");
    await me.calls.make(ADD, { withinSeconds: 0 });
    const { approval_id, digest } = await asked("d1");
    const person = await bob();
    expect(await person.approvals.open(approval_id)).toMatchObject({ digest, status: "open" });
    const stale = person.approvals.decide(approval_id, { decision: "approve", digest: "another" });
    await expect(stale).rejects.toMatchObject({ status: 409, kind: "conflict" });
    await expect(me.approvals.open(approval_id)).rejects.toMatchObject({ status: 403 });
    await person.approvals.decide(approval_id, { decision: "reject", digest, comment: "no" });
  });
});

describe("a worker", () => {
  it("a worker says of an error that nobody knows, and of a NoEffect that nothing happened", async () => {
    const me = await buddy("w1");
    let error: Error = new NoEffect("the notebook is full");
    const worker = me.worker({
      tools: {
        note_add: {
          call: () => {
            throw error;
          },
        },
      },
    });
    const full = me.calls.make(ADD, { withinSeconds: 20 });
    await decide("w1", "approve");
    expect(await full).toMatchObject({
      outcome: "refused",
      status: "failed",
      reasons: [expect.stringContaining("full")],
    });
    error = new Error("the line went dead");
    const { call_id } = await me.calls.make({ ...ADD, arguments: { text: "the green one" } }, { withinSeconds: 0 });
    await decide("w1", "approve");
    await expect
      .poll(() => me.calls.get(call_id), { timeout: 20_000, interval: 50 })
      .toMatchObject({ outcome: "waiting", message: expect.stringContaining("Nobody knows whether it happened") });
    // Until a person has said it, the notebook is held, and no other call writes into it.
    await decide("w1", "did_not_happen", "looked into the notebook");
    expect(await me.calls.wait(call_id, { withinSeconds: 20 })).toMatchObject({ outcome: "refused" });
    await worker.stop();
  });

  it("a worker ends with words where its token is for no worker", async () => {
    const told: Error[] = [];
    const other = connect({ url: url(), token: await token("eve", ["read"]) });
    const worker = other.worker({ tools: { note_add: notebook().add }, onProblem: (error) => told.push(error) });
    await expect(worker.ended).rejects.toMatchObject({ name: "WorkerEnded" });
    expect(worker.over.reason).toMatchObject({ name: "WorkerEnded", remedy: expect.stringContaining("work:") });
    expect(told).toHaveLength(1);
  });
});

type Fetched = typeof globalThis.fetch;

describe("a worker that ends while it waits for a call", () => {
  /** As a gateway that hears no hang-up: who asked has gone, and the question goes on. */
  const deaf: Fetched = (address, init = {}) => {
    const { signal, ...sent } = init;
    const gone = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
    return Promise.race([fetch(address, sent), gone]);
  };

  it("a worker that ended takes no call with it, where nobody hears it hang up: the next one does it", async () => {
    const me = await buddy("e1");
    const workerToken = await token("worker-notes", ["work:notes"]);
    const far = connect({ url: url(), token: workerToken, fetch: deaf });
    const { notes, add } = notebook();
    const unasked = notebook();
    const first = far.worker({ tools: { note_add: unasked.add } });
    const { call_id } = await me.calls.make(ADD, { withinSeconds: 0 });
    await asked("e1");
    await first.stop();
    const second = me.worker({ tools: { note_add: add } });
    await decide("e1", "approve");
    expect(await me.calls.wait(call_id, { withinSeconds: 20 })).toMatchObject({ outcome: "done", mode: "LIVE" });
    expect([notes, unasked.notes]).toEqual([["the blue one"], []]);
    await second.stop();
  });

  it.each([
    ["that is stopped", true],
    ["whose line breaks", false],
  ])("a worker %s while a call is on its way to it does that call, once", async (_, stops) => {
    const agent = stops ? "e2" : "e3";
    const me = await buddy(agent);
    const workerToken = await token("worker-notes", ["work:notes"]);
    let stopped: Promise<void> | undefined;
    let lost = 0;
    const far = connect({
      url: url(),
      token: workerToken,
      fetch: async (address, init) => {
        const answer = await fetch(address, init);
        if (lost > 0 || !String(address).endsWith("/work/next")) return answer;
        const text = await answer.text();
        if (!text.includes("idempotency_key")) return new Response(text, answer);
        lost += 1;
        if (stops) stopped = worker.stop();
        throw new TypeError("terminated");
      },
    });
    const { notes, add } = notebook();
    const worker = far.worker({ tools: { note_add: add } });
    const { call_id } = await me.calls.make(ADD, { withinSeconds: 0 });
    await decide(agent, "approve");
    expect(await me.calls.wait(call_id, { withinSeconds: 20 })).toMatchObject({ outcome: "done", mode: "LIVE" });
    expect([notes, lost, stopped !== undefined]).toEqual([["the blue one"], 1, stops]);
    await worker.stop();
  });
});
