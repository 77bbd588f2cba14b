import { describe, expect, it } from "vitest";
import { MOST_WAITING, type PlaceDeps, takePlace } from "../../../../functions/api/call/take-place.ts";
import { callReply } from "../../../../functions/api/schemas.ts";
import { type Activity, counting } from "../../../harness/stores.ts";
import { ALICE, as, type Harness, harness, problemIn } from "../harness.ts";

const mailTo = (name: string, agent_id = "agent_1") => ({
  agent_id,
  tool_name: "msgraph_send_email",
  arguments: { to: [`${name}@example.com`], subject: "Hello", body: "Hello" },
  confidence: 0.95,
  wait_seconds: 0,
});

const ask = async (h: Harness, body: unknown): Promise<string> => {
  const response = await h.post("/calls", body, ALICE);
  expect(response.status).toBe(202);
  await h.settle();
  return callReply.parse(await response.json()).call_id;
};

const another = (agent_id: string, execution_id = "x-another") => ({
  ...{ agent_id, same_call: "another", execution_id, asked_at: "2026-01-01T00:00:00.000Z" },
});

/** Asks for the place of one more call where two may wait. */
const oneMore = (h: Harness, agent_id: string) => takePlace(h.deps, another(agent_id), 2);

/** The place itself, all of the agent's in one, and of sixteen the five records at most that tell how a call stands that no lock held. */
const MOST_READS = 1 + 1 + 16 * 5;

/** The ports by which a place is found, with what is asked of them counted. */
const counted = ({ deps }: Harness, activity: Activity): PlaceDeps => {
  const count = counting(activity);
  const { executions, steps, approvals, bodies, askedCalls, locks, clock } = deps;
  return {
    clock,
    executions: { ...executions, get: count(executions.get) },
    steps: { ...steps, get: count(steps.get) },
    approvals: { ...approvals, get: count(approvals.get) },
    bodies: { ...bodies, get: count(bodies.get) },
    locks: { ...locks, all: count(locks.all) },
    askedCalls: { ...askedCalls, get: count(askedCalls.get), ofAgent: count(askedCalls.ofAgent) },
  };
};

describe("the calls of one agent that wait", () => {
  it("calls of one agent that wait are so many at most: one more is refused with the limit and when to come again", async () => {
    const h = await harness();
    await ask(h, mailTo("ann"));
    expect(await oneMore(h, "agent_1")).toMatchObject({ ok: true });
    await h.deps.askedCalls.release({ agent_id: "agent_1", same_call: "another", execution_id: "x-another" });
    await ask(h, mailTo("ben"));
    expect(await oneMore(h, "agent_1")).toMatchObject({
      ok: false,
      refusal: { status: 429, limit: { name: "waiting_calls", value: 2 }, retry_after_seconds: 30 },
    });
    expect(await h.deps.askedCalls.ofAgent("agent_1", 10)).toHaveLength(2);
  });

  it("a thousand calls of one agent wait at once, and one more is told the limit; another agent's is taken", async () => {
    const h = await harness();
    for (let nth = 0; nth < MOST_WAITING; nth += 1) {
      expect((await h.post("/calls", mailTo(`person${nth}`), ALICE)).status).toBe(202);
    }
    const read = { begun: 0, pending: 0 };
    expect(await takePlace(counted(h, read), another("agent_1"))).toMatchObject({ ok: false });
    expect(read.begun).toBeLessThanOrEqual(MOST_READS);
    const refused = await h.post("/calls", mailTo("one-more"), ALICE);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "30"]);
    expect(await problemIn(refused)).toMatchObject({
      detail: expect.stringContaining("1000 calls of agent agent_1 wait already"),
      limit: { name: "waiting_calls", value: 1_000, unit: "calls" },
    });
    expect((await h.post("/calls", mailTo("person0"), ALICE)).status).toBe(202);
    expect((await h.post("/calls", mailTo("ann", "agent_2"), ALICE)).status).toBe(202);
  });

  it("calls of one agent that wait take no room from another agent's", async () => {
    const h = await harness();
    await ask(h, mailTo("ann"));
    await ask(h, mailTo("ben"));
    expect(await oneMore(h, "agent_2")).toMatchObject({ ok: true });
  });

  it("calls of one agent that waited make room once they have ended, also where nobody was told", async () => {
    const h = await harness();
    const first = await ask(h, mailTo("ann"));
    await ask(h, mailTo("ben"));
    expect((await h.post(`/executions/${first}/abort`, { reason: "no mail to Ann" }, as("olga"))).status).toBe(202);
    await h.settle();
    expect(await oneMore(h, "agent_1")).toMatchObject({ ok: true });
  });

  it("calls of one agent that wait are looked at in part by each who asks, until one that has ended is found", async () => {
    const h = await harness();
    const most = 64;
    const ids: string[] = [];
    for (let nth = 0; nth < most; nth += 1) ids.push(await ask(h, mailTo(`person${nth}`)));
    expect((await h.post(`/executions/${ids[20]}/abort`, { reason: "no mail" }, as("olga"))).status).toBe(202);
    await h.settle();
    let found = false;
    // By chance a quarter of those who ask find it.
    for (let nth = 0; !found && nth < 100; nth += 1) {
      const read = { begun: 0, pending: 0 };
      found = (await takePlace(counted(h, read), another("agent_1", `x-${nth}`), most)).ok;
      expect(read.begun).toBeLessThanOrEqual(MOST_READS);
    }
    expect(found).toBe(true);
  });
});
