import { describe, expect, it } from "vitest";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { loadCall } from "../../functions/api/call/load-call.ts";
import { showExecution } from "../../functions/api/read/show-execution.ts";
import { showStep } from "../../functions/api/read/show-step.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import { noWayOut } from "../../functions/tools/http/way-out.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { Answer, OutgoingRequest } from "../../shared/ports/http.ts";
import { conflictsOf, standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, decide, must, openRequests, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const HOST = "desk.example.org";

/** An order that must not be placed twice, and that nobody can look up. */
const ORDER: JsonObject = {
  tool_name: "place_order",
  risk_level: "HIGH",
  reversible: false,
  timeout_seconds: 30,
  requires_approval: true,
  approvals_required: 1,
  outcome_resolution: "OPAQUE",
  input_schema: {
    type: "object",
    properties: { item: { type: "string" }, after: { type: "string" } },
    required: ["item"],
  },
  binding: {
    kind: "http",
    hosts: [HOST],
    call: {
      method: "POST",
      url: `https://${HOST}/orders`,
      body: { item: { $arg: "/item" }, after: { $arg: "/after" } },
    },
    read: { method: "GET", url: `https://${HOST}/orders` },
    no_effect_statuses: [400],
  },
};

type Item = "lamp" | "desk" | "chair";
const order = (step_id: string, item: Item, more: { after?: string[]; from?: string } = {}) =>
  call(
    step_id,
    "place_order",
    { item, ...(more.from === undefined ? {} : { after: { $from: more.from, path: "/number" } }) },
    { ...(more.after === undefined ? {} : { after: more.after }) },
  );

/** A desk that takes orders: of a lamp it answers when it is told to. */
const startDesk = async () => {
  const placed: unknown[] = [];
  const unheard = { now: false };
  let answerNow: (answer: Answer) => void = () => {};
  const answerFor = (body: JsonObject): Promise<Answer> => {
    placed.push(body.item);
    const number = `n${placed.length}`;
    const answered: Answer = { kind: "answered", status: 200, body: { number } };
    if (body.item !== "lamp" || !unheard.now) return Promise.resolve(answered);
    return new Promise((settle) => {
      answerNow = settle;
    });
  };
  const send = async ({ method, body }: OutgoingRequest): Promise<Answer> =>
    method === "GET"
      ? { kind: "answered", status: 200, body: { orders: placed.length } }
      : answerFor(JSON.parse(body ?? "{}") as JsonObject);
  const world = await startWorld({
    contracts: [ORDER],
    out: { ...noWayOut, client: { send } },
    policy: { allowed_hosts: [HOST] },
    unheard,
  });
  const first = await submit(world, { plans: [plan("p1", [order("lamp", "lamp")])] });
  unheard.now = true;
  await approve(world, first, "lamp");
  await world.settle();
  expect(placed).toEqual(["lamp"]);
  const answered = async (answer: Answer): Promise<void> => {
    unheard.now = false;
    answerNow(answer);
    await world.settle();
  };
  return { world, first, placed, answered };
};

const NUMBERED: Answer = { kind: "answered", status: 200, body: { number: "n1" } };
const NO_ANSWER: Answer = { kind: "unknown", error: "the connection broke", timed_out: false };
const REFUSED: Answer = { kind: "answered", status: 400, body: {} };

const twice = (world: TestWorld, ...steps: ReturnType<typeof order>[]): Promise<string> =>
  submit(world, { plans: [plan("p2", steps)] });

/** While it is scheduled, the same call elsewhere is not found: as if both were asked for at once. */
const unseen = async (world: TestWorld, scheduled: () => Promise<string>): Promise<string> => {
  const { callsLike } = world.deps.ledger;
  world.deps.ledger.callsLike = async () => [];
  const id = await scheduled();
  world.deps.ledger.callsLike = callsLike;
  return id;
};

const answerTo = async (world: TestWorld, id: string) => (await loadCall(world.deps, id))?.answer;
const outputOf = async (world: TestWorld, id: string, step_id: string) => {
  const { live_output } = await stepOf(world, id, step_id);
  return live_output && world.deps.bodies.get(live_output);
};

describe("a duplicate of a call that another execution is making", () => {
  it("a duplicate of a call in flight waits for it unasked, and is done with its output once that was made", async () => {
    const { world, first, placed, answered } = await startDesk();
    const id = await twice(world, order("again", "lamp"));
    expect(await openRequests(world, id)).toEqual([]);
    expect(await answerTo(world, id)).toMatchObject({
      ...{ outcome: "waiting", for: "outcome", approval_id: null },
      message: expect.stringContaining(
        `It waits for another call: step lamp of execution ${first} began the same call`,
      ),
    });
    expect(await outputOf(world, id, "again")).toBeNull();
    await answered(NUMBERED);
    await world.pass(10);
    expect(await answerTo(world, id)).toMatchObject({
      ...{ outcome: "done", mode: "LIVE" },
      duplicate_of: { execution_id: first, step_id: "lamp" },
    });
    expect(await outputOf(world, id, "again")).toEqual({ number: "n1" });
    expect(placed).toEqual(["lamp"]);
    expect(await conflictsOf(world, id)).toMatchObject([
      { conflict_type: "DUPLICATE_ACTION", resolution_strategy: "DELAY", resolution_status: "resolved" },
    ]);
  });

  it("a duplicate of a call in flight is shown with why it waits, until what came of that one is known", async () => {
    const { world, first, answered } = await startDesk();
    const id = await twice(world, order("again", "lamp"), order("third", "lamp"));
    const reasons = async () => {
      const { steps } = must(await showExecution(world.deps)(id, { steps_limit: 10 }));
      const one = must(await showStep(world.deps)({ execution_id: id, step_id: "again" }, 0));
      expect(one.reason).toBe(steps.find(({ step_id }) => step_id === "again")?.reason);
      return steps.map(({ step_id, reason }) => [step_id, reason]);
    };
    const unknown = expect.stringMatching(
      new RegExp(
        `^waits for the same call: step lamp of execution ${first} began the same call at .*, and what came of that one is not known yet$`,
        "u",
      ),
    );
    expect(await reasons()).toEqual([
      ["again", unknown],
      ["third", unknown],
    ]);
    await answered(REFUSED);
    await world.pass(10);
    expect(await reasons()).toEqual([
      ["again", "1 approval needed for LIVE"],
      ["third", "waits for the same call: step again makes it, and what comes of that is not known yet"],
    ]);
  });

  it("a duplicate of a call in flight gives its dependents that call's output, and holds up nothing beside them", async () => {
    const { world, placed, answered } = await startDesk();
    const id = await twice(
      world,
      order("before", "desk"),
      order("again", "lamp", { after: ["before"] }),
      order("next", "chair", { from: "again" }),
    );
    await approve(world, id, "before");
    expect(await standing(world, id)).toEqual({
      before: "LIVE finished live",
      again: "DRY_RUN open -",
      next: "DRY_RUN open -",
    });
    await answered(NUMBERED);
    await world.pass(10);
    await approve(world, id, "next");
    expect(await standing(world, id)).toEqual({
      before: "LIVE finished live",
      again: "ABORTED finished conflict",
      next: "LIVE finished live",
    });
    const row = await world.deps.ledger.get({ execution_id: id, step_id: "next", side: "forward" });
    expect(row?.arguments).toEqual({ item: "chair", after: "n1" });
    expect(placed).toEqual(["lamp", "desk", "chair"]);
  });

  it("a duplicate of a call takes its output over whole, however large, found when that was made or only at LIVE", async () => {
    const { world, answered } = await startDesk();
    const body = { number: "n1", terms: "x".repeat(100_000) };
    const waiting = await twice(world, order("again", "lamp"));
    const late = await unseen(world, () => twice(world, order("again", "lamp")));
    await answered({ kind: "answered", status: 200, body });
    await world.pass(10);
    await approve(world, late, "again");
    await world.rest();
    for (const id of [waiting, late]) {
      expect(await standing(world, id)).toEqual({ again: "ABORTED finished conflict" });
      expect(await outputOf(world, id, "again")).toEqual(body);
    }
  });

  it("a duplicate of a call in flight is asked about and made itself where that one was refused", async () => {
    const { world, placed, answered } = await startDesk();
    const id = await twice(world, order("again", "lamp"));
    await answered(REFUSED);
    await world.pass(10);
    expect(await answerTo(world, id)).toMatchObject({ outcome: "waiting", for: "approval" });
    await approve(world, id, "again");
    expect(await answerTo(world, id)).toMatchObject({ outcome: "done", duplicate_of: null });
    expect(placed).toEqual(["lamp", "lamp"]);
  });

  it("two duplicates of a call in flight wait for it and for each other: where that one was refused, one is made", async () => {
    const { world, placed, answered } = await startDesk();
    const id = await twice(world, order("one", "lamp"), order("two", "lamp"));
    await answered(REFUSED);
    await world.pass(10);
    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["one"]);
    await approve(world, id, "one");
    expect(await standing(world, id)).toEqual({ one: "LIVE finished live", two: "ABORTED finished conflict" });
    expect(placed).toEqual(["lamp", "lamp"]);
  });

  it("a duplicate of a call in flight ends under an abort at once", async () => {
    const { world, placed } = await startDesk();
    const stopped = await twice(world, order("again", "lamp"));
    must(await abortExecution(world.deps)(stopped, { by: "olga", reason: "enough" }));
    await world.settle();
    expect(await standing(world, stopped)).toEqual({ again: "ABORTED finished execution_aborted" });
    expect(placed).toEqual(["lamp"]);
  });
});

/** The first call is unknown, and a person is asked. */
const unknownCall = async () => {
  const desk = await startDesk();
  await desk.answered(NO_ANSWER);
  await desk.world.pass(60);
  expect(await standing(desk.world, desk.first)).toEqual({ lamp: "AWAITING_APPROVAL reconcile -" });
  return desk;
};
const swept = async (world: TestWorld): Promise<number> => {
  const { woken } = await sweep(world.deps)();
  await world.settle();
  return woken;
};

describe("a duplicate of a call of which nobody knows whether it was made", () => {
  it("a duplicate of an unknown call is dropped unasked, and its answer says that nobody knows what came of the first", async () => {
    const { world, first, placed } = await unknownCall();
    const id = await twice(world, order("again", "lamp"));
    await world.settle();
    expect(await openRequests(world, id)).toEqual([]);
    const refused = {
      ...{ outcome: "refused", retry: "later" },
      message: expect.stringMatching(
        `step lamp of execution ${first} began the same call at .*, and nobody knew whether`,
      ),
    };
    expect(await answerTo(world, id)).toMatchObject(refused);
    expect(await statusOf(world, id)).not.toBe("RUNNING");
    await decide(world, first, "lamp", "happened");
    await swept(world);
    expect(await answerTo(world, id)).toMatchObject(refused);
    const later = await twice(world, order("again", "lamp"));
    await world.settle();
    expect(await answerTo(world, later)).toMatchObject({ outcome: "done", duplicate_of: { execution_id: first } });
    expect(placed).toEqual(["lamp"]);
  });

  it("a duplicate of an unknown call keeps what depends on it waiting, days if need be, for a person's word on that call", async () => {
    const { world, first, placed } = await unknownCall();
    const next = { ...order("next", "chair"), depends_on: ["again"] };
    const id = await twice(world, order("again", "lamp"), next);
    await world.pass(2 * 86_400);
    expect((await stepOf(world, id, "again")).ending).toBe("conflict");
    expect((await stepOf(world, id, "next")).phase).toBe("open");
    expect(await swept(world)).toBe(0);
    await decide(world, first, "lamp", "did_not_happen");
    expect(await swept(world)).toBe(1);
    expect(await swept(world)).toBe(0);
    expect((await stepOf(world, id, "next")).ending).toBe("dependency");
    expect(await statusOf(world, id)).not.toBe("RUNNING");
    expect(placed).toEqual(["lamp"]);
  });

  it("a duplicate of an unknown call that happened has no output, and what takes a value of it fails saying so", async () => {
    const { world, first } = await unknownCall();
    const id = await twice(world, order("again", "lamp"), order("next", "chair", { from: "again" }));
    await decide(world, first, "lamp", "happened");
    await swept(world);
    expect(await standing(world, id)).toEqual({ again: "ABORTED finished conflict", next: "ABORTED finished failed" });
    expect((await stepOf(world, id, "next")).reason).toContain(
      "the output of step again is null, as where nobody knows what its call gave, so there is no value for /after",
    );
  });

  it("a duplicate that is approved before the other call becomes unknown is dropped at LIVE, and nothing is sent", async () => {
    const { world, placed, answered } = await startDesk();
    const id = await unseen(world, () => twice(world, order("again", "lamp")));
    await answered(NO_ANSWER);
    await world.pass(60);
    await approve(world, id, "again");
    await world.pass(3_600);
    expect(await standing(world, id)).toEqual({ again: "ABORTED finished conflict" });
    expect(await answerTo(world, id)).toMatchObject({ outcome: "refused" });
    expect(placed).toEqual(["lamp"]);
  });
});
