import { expect, it } from "vitest";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { live } from "../../functions/execution/attempt/live.ts";
import { standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, decide, requestFor, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

/** A write nobody can look up, on a resource that others write too. */
const note = {
  tool_name: "post_note",
  risk_level: "MEDIUM",
  reversible: false,
  timeout_seconds: 20,
  requires_approval: true,
  approvals_required: 1,
  resources: [{ key: "board:{board}", access: "write" }],
  outcome_resolution: "OPAQUE",
};

it.each(["happened", "did_not_happen"] as const)(
  "what a call of unknown outcome held is free as soon as a person said that it %s",
  async (word) => {
    const world = await startWorld({ contracts: [note] });
    await world.fail({ tool_name: "post_note", rung: "call", kind: "time_out_after_effect", times: 1 });
    const id = await submit(world, {
      plans: [
        plan("p1", [call("s1", "post_note", { board: "b1", text: "one" })]),
        plan("p2", [call("s2", "post_note", { board: "b1", text: "two" }, { agent: "a2" })]),
      ],
    });
    await approve(world, id, "s1");
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL reconcile -" });
    const other = await submit(world, {
      plans: [plan("p3", [call("s3", "post_note", { board: "b1", text: "three" }, { agent: "a3" })])],
    });
    await approve(world, other, "s3");
    await world.pass(30);
    // Nobody writes what may have been written.
    expect(await standing(world, other)).toEqual({ s3: "LIVE open -" });
    await decide(world, id, "s1", word);
    await approve(world, id, "s2");
    await world.rest(40);
    expect(await standing(world, id)).toMatchObject({ s2: "LIVE finished live" });
    expect(await standing(world, other)).toEqual({ s3: "LIVE finished live" });
    expect(await statusOf(world, id)).toBe(word === "happened" ? "SUCCEEDED" : "FAILED");
  },
);

it("who is asked what came of a call is told which steps stop if it did not happen, and those do", async () => {
  const world = await startWorld({ contracts: [note] });
  const post = (step_id: string, board: string, after: string[] = []) =>
    call(step_id, "post_note", { board, text: step_id }, { after });
  const id = await submit(world, {
    plans: [
      plan("p1", [post("s1", "b1"), post("s2", "b2"), post("beside", "b3"), post("s3", "b4", ["s2"])]),
      plan("p2", [call("t1", "post_note", { board: "b5", text: "other" }, { agent: "a2" })]),
    ],
  });
  await approve(world, id, "s1");
  await world.fail({ tool_name: "post_note", rung: "call", kind: "time_out_after_effect", times: 1 });
  await approve(world, id, "s2");
  const question = await requestFor(world, id, "s2");
  expect(question).toMatchObject({ kind: "reconcile", rejection_stops: ["beside", "s3"] });
  await decide(world, id, "s2", "did_not_happen");
  expect(await standing(world, id)).toMatchObject({
    beside: "ABORTED finished plan_failed",
    s3: "ABORTED finished plan_failed",
    t1: "AWAITING_APPROVAL open -",
  });
});

it("who waits behind a call of unknown outcome is told so, also in the end, and that a person's word may be needed", async () => {
  const world = await startWorld({ contracts: [note] });
  await world.fail({ tool_name: "post_note", rung: "call", kind: "time_out_after_effect", times: 1 });
  const write = (text: string) => ({ plans: [plan("p1", [call("s1", "post_note", { board: "b1", text })])] });
  const first = await submit(world, write("one"));
  await approve(world, first, "s1");
  await abortExecution(world.deps)(first, { by: "olga", reason: "enough" });
  const second = await submit(world, write("two"));
  await approve(world, second, "s1");
  const why = `board:b1 may have been written by ${first}/s1, whose outcome is unknown: nobody else writes it until that is known, if need be by a person's word`;
  expect(await stepOf(world, second, "s1")).toMatchObject({ state: "LIVE", reason: why });
  await world.rest();
  expect(await standing(world, second)).toEqual({ s1: "ABORTED finished not_started" });
  expect((await stepOf(world, second, "s1")).reason).toBe(`it could not start within 300 s: ${why}`);
});

/** A write whose service recognises its key. */
const keyed = { ...note, outcome_resolution: "IDEMPOTENT_KEY" };

it.each([
  ["for a day, where its contract does not say", keyed, "LIVE finished live"],
  ["for as long as the sending takes", { ...keyed, idempotency_window_seconds: 120 }, "LIVE finished live"],
  ["for less", { ...keyed, idempotency_window_seconds: 50 }, "AWAITING_APPROVAL reconcile -"],
])("a call without an answer is sent again only if its service surely knows its key: %s", async (_, contract, ends) => {
  const world = await startWorld({ contracts: [contract] });
  await world.fail({ tool_name: "post_note", rung: "call", kind: "time_out_after_effect", times: 1 });
  const id = await submit(world, { plans: [plan("p1", [call("s1", "post_note", { board: "b1", text: "one" })])] });
  await approve(world, id, "s1");
  await world.rest();
  expect(await standing(world, id)).toEqual({ s1: ends });
});

it("a call that Buddy could not take up for a day is not sent again: a person is asked, and told why", async () => {
  const world = await startWorld({ contracts: [keyed] });
  await world.fail({ tool_name: "post_note", rung: "call", kind: "time_out_after_effect", times: 1 });
  const id = await submit(world, { plans: [plan("p1", [call("s1", "post_note", { board: "b1", text: "one" })])] });
  await approve(world, id, "s1");
  expect(await standing(world, id)).toEqual({ s1: "LIVE open -" });
  const aDayLater = { now: () => new Date(world.time.clock.now().getTime() + 86_400_000) };
  await live({ ...world.deps, clock: aDayLater })({
    execution_id: id,
    step_id: "s1",
    rung: "LIVE",
    ceiling: "LIVE",
    ceiling_reason: null,
    provisional: false,
    start_before: null,
    rests_elsewhere: false,
  });
  await world.rest();
  expect(await standing(world, id)).toEqual({ s1: "AWAITING_APPROVAL reconcile -" });
  const { reasons } = await requestFor(world, id, "s1");
  expect(reasons.join()).toContain("not sent again: its key is known for 86400 s");
});

it("a call is sent again in its turn, however long that takes: waiting for it is no attempt", async () => {
  const world = await startWorld({ contracts: [{ ...keyed, max_concurrent: 1 }] });
  await world.fail({ tool_name: "post_note", rung: "call", kind: "time_out_after_effect", times: 1 });
  const id = await submit(world, { plans: [plan("p1", [call("s1", "post_note", { board: "b1", text: "one" })])] });
  await approve(world, id, "s1");
  const now = world.time.clock.now();
  const until = new Date(now.getTime() + 300_000).toISOString();
  await world.deps.semaphores.acquire(
    "post_note",
    1,
    { execution_id: "another", step_id: "s1", until },
    now.toISOString(),
  );
  await world.pass(200);
  expect(await stepOf(world, id, "s1")).toMatchObject({
    state: "LIVE",
    reason: expect.stringContaining("not sent again: 1 calls of post_note are running, which is its limit"),
  });
  await world.pass(200);
  expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
  expect((await stepOf(world, id, "s1")).reason).toMatch(/^approved by \w+$|^made after it had waited$/u);
});
