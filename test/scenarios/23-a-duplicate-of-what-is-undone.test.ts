import { expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { standing, stepOf } from "../harness/outcome.ts";
import { approve, openRequests, requestFor, submit } from "../harness/people.ts";
import { call, mail, plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

/** A write that must not be made twice, and that can be undone. */
const book = {
  tool_name: "book_room",
  risk_level: "MEDIUM",
  reversible: true,
  timeout_seconds: 20,
  requires_approval: true,
  approvals_required: 1,
  duplicate_sensitive: true,
  compensation: "adapter",
  outcome_resolution: "QUERYABLE",
  resources: [{ key: "room:{room}", access: "write" }],
  input_schema: { type: "object", properties: { room: { type: "string" } } },
};

const booking = (step_id: string, agent: string) => call(step_id, "book_room", { room: "r1" }, { agent });

/** p books and then changes a contact, which is refused; q books the same and builds on it. */
const submitted = async (world: TestWorld, onIt: "mail" | "update"): Promise<string> => {
  await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "reject", arguments: { contact_id: "c9" } });
  const after = { agent: "b1", after: ["qb"] };
  return submit(world, {
    plans: [
      plan("p", [booking("pb", "a1"), update("pf", "c9", { stage: "lost" }, { agent: "a1", after: ["pb"] })]),
      plan("q", [
        booking("qb", "b1"),
        onIt === "mail" ? mail("on", "Booked", after) : update("on", "c2", { stage: "customer" }, after),
      ]),
    ],
  });
};

it.each(["mail", "update"] as const)(
  "a person is asked before a booking is undone on which another plan's %s was made",
  async (onIt) => {
    const world = await startWorld({ contracts: [book] });
    const id = await submitted(world, onIt);
    await approve(world, id, "pb");
    expect(await standing(world, id)).toMatchObject({ qb: "ABORTED finished conflict" });
    await approve(world, id, "on");
    expect(await standing(world, id)).toMatchObject({ on: "LIVE finished live" });
    await approve(world, id, "pf");
    expect(await standing(world, id)).toMatchObject({
      pf: "ABORTED finished failed",
      pb: "AWAITING_APPROVAL undo_asked live",
    });
    expect((await requestFor(world, id, "pb")).summary).toContain("on (");
    await approve(world, id, "pb");
    expect(await standing(world, id)).toMatchObject({ pb: "ABORTED finished compensated", on: "LIVE finished live" });
  },
);

it("a booking on which nothing was made yet is undone, and what was to be made on it is not made", async () => {
  const world = await startWorld({ contracts: [book] });
  const id = await submitted(world, "mail");
  await approve(world, id, "pb");
  await approve(world, id, "pf");
  await world.rest();
  expect(await standing(world, id)).toMatchObject({
    pb: "ABORTED finished compensated",
    qb: "ABORTED finished conflict",
    on: "ABORTED finished dependency",
  });
  expect((await stepOf(world, id, "on")).reason).toContain("pb, which it depends on, was undone");
  expect(await openRequests(world, id)).toEqual([]);
  expect(await world.records("outbox")).toEqual([]);
});

it("what was approved while a person was asked whether to undo a booking is not made on it once the answer is yes", async () => {
  const world = await startWorld({ contracts: [book] });
  await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "reject", arguments: { contact_id: "c9" } });
  const id = await submit(world, {
    plans: [
      plan("p", [booking("pb", "a1"), update("pf", "c9", { stage: "lost" }, { agent: "a1", after: ["pb"] })]),
      plan("q", [booking("qb", "b1"), mail("q-mail", "Booked by q", { agent: "b1", after: ["qb"] })]),
      plan("r", [booking("rb", "c1"), mail("r-mail", "Booked by r", { agent: "c1", after: ["rb"] })]),
    ],
  });
  await approve(world, id, "pb");
  await approve(world, id, "q-mail");
  await approve(world, id, "pf");
  expect((await requestFor(world, id, "pb")).kind).toBe("undo");
  await approve(world, id, "r-mail");
  await approve(world, id, "pb");
  await world.rest();
  expect(await standing(world, id)).toMatchObject({
    pb: "ABORTED finished compensated",
    "q-mail": "LIVE finished live",
    "r-mail": "ABORTED finished dependency",
  });
  expect((await world.records("outbox")).map(({ subject }) => subject)).toEqual(["Booked by q"]);
});

it("a booking that waits for its duplicate runs itself when that is never made", async () => {
  const world = await startWorld({ contracts: [book] });
  await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "reject", arguments: { contact_id: "c9" } });
  const id = await submit(world, {
    plans: [
      plan("p", [booking("pb", "a1"), update("pf", "c9", { stage: "lost" }, { agent: "a1" })]),
      plan("q", [
        mail("first", "Before", { agent: "b1" }),
        call("qb", "book_room", { room: "r1" }, { agent: "b1", after: ["first"] }),
      ]),
    ],
  });
  await approve(world, id, "pf");
  expect(await standing(world, id)).toMatchObject({
    pf: "ABORTED finished failed",
    pb: "ABORTED finished plan_failed",
  });
  await approve(world, id, "first");
  await approve(world, id, "qb");
  expect(await standing(world, id)).toMatchObject({ qb: "LIVE finished live" });
});

it("a roll back by hand undoes what another plan built on a duplicate before the call it was built on", async () => {
  const world = await startWorld({ contracts: [book] });
  const id = await submit(world, {
    plans: [
      plan("p", [booking("pb", "a1")]),
      plan("q", [booking("qb", "b1"), update("on", "c2", { stage: "customer" }, { agent: "b1", after: ["qb"] })]),
    ],
  });
  await approve(world, id, "pb");
  await approve(world, id, "on");
  expect(await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong room" }, null)).toMatchObject({
    ok: true,
  });
  await world.rest();
  expect(await standing(world, id)).toMatchObject({
    on: "ABORTED finished compensated",
    pb: "ABORTED finished compensated",
  });
  const undone = (await stepOf(world, id, "on")).updated_at <= (await stepOf(world, id, "pb")).updated_at;
  expect(undone).toBe(true);
});
