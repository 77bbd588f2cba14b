import { expect, it } from "vitest";
import type { Key } from "../../functions/adapters/table/item.ts";
import { ledgerKey } from "../../functions/adapters/table/keys/of-calls.ts";
import { eventKey, executionKey, stepKey } from "../../functions/adapters/table/keys/of-executions.ts";
import { approvalKey } from "../../functions/adapters/table/keys/of-requests.ts";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { lockSystem } from "../../functions/api/act/lock-system.ts";
import { approvalQueue } from "../../functions/api/read/approval-queue.ts";
import { showExecution } from "../../functions/api/read/show-execution.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import { eventsOf, standing, statusOf } from "../harness/outcome.ts";
import { approve, approveQuietly, requestFor, submit } from "../harness/people.ts";
import { mail, plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const one = (step_id: string, contact: string) => ({
  plans: [plan(`p_${step_id}`, [update(step_id, contact, { stage: "customer" }, { agent: `a_${step_id}` })])],
});

/** Two executions that wait for people, of which the first has something in the table that no schema knows. */
const damaged = async (keyOf: (world: TestWorld, id: string) => Promise<Key>) => {
  const world = await startWorld();
  const broken = await submit(world, one("broken", "c1"));
  const whole = await submit(world, one("whole", "c2"));
  const key = await keyOf(world, broken);
  const item = await world.table.get(key);
  await world.table.put({ ...item, ...key, body: '{"of":"another shape"}' });
  return { world, broken, whole };
};

const swept = async (world: TestWorld): Promise<unknown> => {
  const failure = await sweep(world.deps)().then(
    () => undefined,
    (error: unknown) => error,
  );
  await world.settle();
  return failure;
};

const PLACES: readonly [string, (world: TestWorld, id: string) => Promise<Key>][] = [
  ["a step", async (_world, id) => stepKey(id, "broken")],
  ["a ledger row", async (_world, id) => ledgerKey({ execution_id: id, step_id: "broken", side: "forward" })],
  ["an open request", async (world, id) => approvalKey(id, (await requestFor(world, id, "broken")).approval_id)],
  ["an execution's record", async (_world, id) => executionKey(id)],
];

it.each(PLACES)("%s that cannot be read keeps no other execution from being helped on", async (_what, keyOf) => {
  const { world, whole } = await damaged(keyOf);
  await approveQuietly(world, whole, "whole");
  await swept(world);
  await world.rest();
  expect(await standing(world, whole)).toEqual({ whole: "LIVE finished live" });
  expect(await statusOf(world, whole)).toBe("SUCCEEDED");
});

it("a sweep that met an execution's record that cannot be read fails once all had their turn", async () => {
  const { world } = await damaged(async (_world, id) => executionKey(id));
  expect(await swept(world)).toBeInstanceOf(AggregateError);
});

it.each(PLACES)("a lock on everything stands and answers, with %s that cannot be read", async (_what, keyOf) => {
  const { world, whole } = await damaged(keyOf);
  const lock = { scope: { kind: "everything" }, mode: "stop_forward", reason: "something smells" } as const;
  expect(await lockSystem(world.deps)(lock, "olga")).toMatchObject({ can_still_run: [] });
  await world.settle();
  expect(await standing(world, whole)).toEqual({ whole: "LOCKED open lock" });
});

/** The reason of the failure in the conclusion on record. */
const failureOf = async (world: TestWorld, id: string): Promise<unknown> =>
  (await eventsOf(world, id)).findLast(({ type }) => type === "concluded")?.body.failure;

it("a step that cannot be read is made anew from its events, and its execution goes on", async () => {
  const { world, broken } = await damaged(async (_world, id) => stepKey(id, "broken"));
  await approve(world, broken, "broken");
  expect(await standing(world, broken)).toEqual({ broken: "LIVE finished live" });
  expect(await statusOf(world, broken)).toBe("SUCCEEDED");
});

it("a step that is gone before anything happened to it begins anew", async () => {
  const world = await startWorld();
  const { createAll } = world.deps.steps;
  world.deps.steps.createAll = async (records) => createAll(records.slice(1));
  const id = await submit(world, {
    plans: [plan("p", [update("s1", "c1", { stage: "customer" }), update("s2", "c2", { stage: "customer" })])],
  });
  await approve(world, id, "s1");
  await approve(world, id, "s2");
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
});

it.each(PLACES.slice(1, 3))(
  "%s that cannot be read ends its execution as FAILED, in words, with nothing called, and abort has nothing to do",
  async (_what, keyOf) => {
    const { world, broken } = await damaged(keyOf);
    await abortExecution(world.deps)(broken, { by: "olga", reason: "wrong customer" });
    await world.rest(3_600);
    expect(await statusOf(world, broken)).toBe("FAILED");
    expect(await failureOf(world, broken)).toContain("nothing new is called");
    expect(await world.contact("c1")).not.toMatchObject({ stage: "customer" });
    expect(await world.deps.artifactFiles.list(broken)).toContain("orchestration_summary.json");
  },
);

it("a step that can be made anew from nothing ends its execution as FAILED, without artifacts that would seal half of it", async () => {
  const { world, broken } = await damaged(async (_world, id) => stepKey(id, "broken"));
  const event = eventKey(broken, "step:broken", 1);
  await world.table.put({ ...(await world.table.get(event)), ...event, body: "damaged" });
  await abortExecution(world.deps)(broken, { by: "olga", reason: "wrong customer" });
  await world.rest(3_600);
  expect(await statusOf(world, broken)).toBe("FAILED");
  const serial = await world.deps.auditLog.chain(broken, "execution");
  expect(serial.at(-1)?.body.failure).toContain("the events of step broken");
  expect(await world.deps.artifactFiles.list(broken)).toEqual([]);
});

it("a request that cannot be read is met by the sweeper, which has its execution end", async () => {
  const { world, broken } = await damaged(async (on, id) =>
    approvalKey(id, (await requestFor(on, id, "broken")).approval_id),
  );
  await swept(world);
  await world.rest(3_600);
  expect(await statusOf(world, broken)).toBe("FAILED");
});

it("a call whose row cannot be read is put to a person as unknown", async () => {
  const world = await startWorld();
  await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "time_out_after_effect" });
  const id = await submit(world, one("s1", "c1"));
  const row = ledgerKey({ execution_id: id, step_id: "s1", side: "forward" });
  await approve(world, id, "s1");
  await world.table.put({ ...(await world.table.get(row)), ...row, body: "damaged" });
  await world.rest(3_600);
  expect(await standing(world, id)).toEqual({ s1: "AWAITING_APPROVAL reconcile -" });
  expect(await statusOf(world, id)).toBe("FAILED");
});

it("the same call of another execution, whose row cannot be read, counts as one that may have been made", async () => {
  const world = await startWorld();
  const first = await submit(world, { plans: [plan("p", [mail("m1", "Offer")])] });
  await approve(world, first, "m1");
  const row = ledgerKey({ execution_id: first, step_id: "m1", side: "forward" });
  await world.table.put({ ...(await world.table.get(row)), ...row, body: "damaged" });
  const second = await submit(world, { plans: [plan("p", [mail("m2", "Offer")])] });
  await world.rest();
  expect(await standing(world, second)).toEqual({ m2: "ABORTED finished conflict" });
  expect(await world.records("outbox")).toHaveLength(1);
});

it("listings show the others, and say which cannot be read", async () => {
  const requests = await damaged(async (world, id) =>
    approvalKey(id, (await requestFor(world, id, "broken")).approval_id),
  );
  const query = { status: "open", limit: 10, mine: "false" } as const;
  const queue = await approvalQueue(requests.world.deps)(query, { name: "ann", scopes: ["approvals:decide"] });
  expect(queue.plans.map(({ execution_id }) => execution_id)).toEqual([requests.whole]);
  expect(queue.unreadable).toEqual([expect.stringMatching(/^ap-/)]);
  const shown = await showExecution(requests.world.deps)(requests.broken, { steps_limit: 10 });
  expect(shown).toMatchObject({ ok: true, value: { steps: [{ step_id: "broken" }] } });

  const executions = await damaged(async (_world, id) => executionKey(id));
  const page = await executions.world.deps.executions.list({ limit: 10, next: null });
  expect(page).toMatchObject({ items: [{ execution_id: executions.whole }], unreadable: [executions.broken] });
});

it.each(PLACES.slice(0, 3))(
  "an abort is put down for an execution with %s that cannot be read",
  async (_what, keyOf) => {
    const { world, broken } = await damaged(keyOf);
    const answer = await abortExecution(world.deps)(broken, { by: "olga", reason: "wrong customer" });
    expect(answer).toMatchObject({ ok: true, value: { execution: { abort_requested: { by: "olga" } } } });
    await world.settle();
  },
);

it("an execution ends whose request holds half a character in what a person said, and its audit says it with a sign", async () => {
  const world = await startWorld();
  const id = await submit(world, one("s1", "c1"));
  const request = await requestFor(world, id, "s1");
  const decided_at = world.deps.clock.now().toISOString();
  const said = { status: "rejected", decided_by: "bob", decided_at, comment: "no \ud83d" } as const;
  await world.deps.approvals.update({ ...request, ...said });
  await world.deps.waker.wake([id]);
  await world.settle();
  expect(await standing(world, id)).toEqual({ s1: "DRY_RUN finished rejected" });
  expect(await statusOf(world, id)).toBe("INCOMPLETE");
  const decided = (await eventsOf(world, id)).filter(({ type }) => type === "approval_decided");
  expect(decided.map(({ body }) => body.comment)).toEqual(["no \ufffd"]);
});
