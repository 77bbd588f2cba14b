import { describe, expect, it } from "vitest";
import { showStep } from "../../functions/api/read/show-step.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { conflictsOf, eventsOf, reported, standing, stepOf } from "../harness/outcome.ts";
import { approve, decide, openRequests, requestFor, submit } from "../harness/people.ts";
import { call, mail, plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const thanks = (from: string) =>
  update("note", "c2", { last_mail: { $from: from, path: "/message_id" } }, { agent: "a2" });

const shownStep = async (world: TestWorld, execution_id: string, step_id: string) => {
  const shown = await showStep(world.deps)({ execution_id, step_id }, 0);
  return shown.ok ? shown.value : undefined;
};

const duplicates = (more: { allow_duplicate?: boolean } = {}) => ({
  plans: [
    plan("p1", [mail("first", "Offer")]),
    plan("p2", [mail("later", "Offer", { agent: "a2", ...more }), thanks("later")]),
  ],
});

describe("a mail that two plans of one submission send", () => {
  it("a mail in two plans goes out once: the later one waits and is aborted, and its dependents use the first's result", async () => {
    const world = await startWorld();
    const id = await submit(world, duplicates());
    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["first"]);

    await approve(world, id, "first");
    expect(await world.records("outbox")).toHaveLength(1);
    expect((await stepOf(world, id, "later")).reason).toContain("DUPLICATE_ACTION");

    const [sent] = await world.records("outbox");
    expect(sent).toBeDefined();
    const note = await requestFor(world, id, "note");
    expect(note.changes).toHaveLength(1);
    await approve(world, id, "note");
    expect(await standing(world, id)).toEqual({
      first: "LIVE finished live",
      later: "ABORTED finished conflict",
      note: "LIVE finished live",
    });
    const written = (await world.contact("c2"))?.last_mail;
    expect(written).toMatch(/^mail_/);
    expect(await reported(world, id)).toEqual({
      first: "success/approved/LIVE",
      later: "blocked/not_required/DRY_RUN",
      note: "success/approved/LIVE",
    });
    expect(await conflictsOf(world, id)).toMatchObject([
      { conflict_type: "DUPLICATE_ACTION", resolution_strategy: "DELAY", resolution_status: "resolved" },
    ]);
  });

  it("a mail in two plans goes out by the later one, on its own approval, when the first was rejected", async () => {
    const world = await startWorld();
    const id = await submit(world, duplicates());
    await decide(world, id, "first", "reject");
    expect(await world.records("outbox")).toEqual([]);
    expect((await requestFor(world, id, "later")).votes).toEqual([]);
    await approve(world, id, "later");
    expect(await world.records("outbox")).toHaveLength(1);
    await approve(world, id, "note");
    expect(await reported(world, id)).toEqual({
      first: "blocked/rejected/DRY_RUN",
      later: "success/approved/LIVE",
      note: "success/approved/LIVE",
    });
  });

  it("a mail in two plans goes out twice when the plan says so and an approver, who sees both, permits it", async () => {
    const world = await startWorld();
    const id = await submit(world, duplicates({ allow_duplicate: true }));
    await approve(world, id, "first");
    const later = await requestFor(world, id, "later");
    expect(later.reasons.join("\n")).toContain("DUPLICATE_ACTION");
    await approve(world, id, "later");
    expect(await world.records("outbox")).toHaveLength(2);
  });

  it("a mail in two plans is aborted when nobody knows whether the first went out, and its dependents wait for that", async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "msgraph_send_email", rung: "call", kind: "time_out_after_effect", times: 1 });
    const id = await submit(world, duplicates());
    await approve(world, id, "first");
    expect(await standing(world, id)).toMatchObject({
      first: "AWAITING_APPROVAL reconcile -",
      later: "ABORTED finished conflict",
    });
    expect((await stepOf(world, id, "note")).phase).toBe("open");
    await decide(world, id, "first", "did_not_happen");
    expect(await standing(world, id)).toMatchObject({
      first: "ABORTED finished failed",
      later: "ABORTED finished conflict",
      note: "ABORTED finished dependency",
    });
    expect(await world.records("outbox")).toHaveLength(1);
  });
});

describe("a mail that is written in two ways", () => {
  const [ann, ben] = ["ann@example.org", "ben@example.org"];
  const written = (step_id: string, more: JsonObject) =>
    call(step_id, "msgraph_send_email", { subject: "Offer", body: "As agreed.", ...more });

  it.each<[string, JsonObject, JsonObject]>([
    ["its one recipient as text and as a list", { to: ann }, { to: [ann] }],
    ["no copies left out and written as an empty list", { to: ann }, { to: ann, cc: [] }],
    ["recipients in another order", { to: [ann, ben] }, { to: [ben, ann] }],
    ["copies in another order", { to: ann, cc: [ann, ben] }, { to: ann, cc: [ben, ann] }],
    ["a recipient named twice", { to: [ann, ann] }, { to: ann }],
  ])("a mail goes out once, as the first plan wrote it: %s", async (_, one, other) => {
    const world = await startWorld();
    const plans = [plan("p1", [written("first", one)]), plan("p2", [written("later", other)])];
    const id = await submit(world, { plans });
    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["first"]);
    await approve(world, id, "first");
    expect(await standing(world, id)).toEqual({ first: "LIVE finished live", later: "ABORTED finished conflict" });
    const sent = await world.records("outbox");
    expect(sent).toEqual([expect.objectContaining({ subject: "Offer", ...one })]);
  });

  it("a mail to another recipient beside the same ones is another mail", async () => {
    const world = await startWorld();
    const plans = [plan("p1", [written("first", { to: ann })]), plan("p2", [written("later", { to: [ann, ben] })])];
    const id = await submit(world, { plans });
    expect((await openRequests(world, id)).map(({ step_id }) => step_id).sort()).toEqual(["first", "later"]);
  });
});

describe("a contact that is created in two plans", () => {
  it.each<[string, string, JsonObject, JsonObject]>([
    ["tags in another order", "ghl_create_contact", { fields: { tags: ["a", "b"] } }, { fields: { tags: ["b", "a"] } }],
    ["no further fields, in GoHighLevel", "ghl_create_contact", {}, { fields: {} }],
    ["no further fields, in Mployer", "mployer_add_contact", {}, { fields: {} }],
  ])("a contact is created once, written in two ways: %s", async (_, tool, one, other) => {
    const world = await startWorld();
    const created = (step_id: string, more: JsonObject) => call(step_id, tool, { email: "new@example.org", ...more });
    const id = await submit(world, {
      plans: [plan("p1", [created("first", one)]), plan("p2", [created("later", other)])],
    });
    await approve(world, id, "first");
    expect(await standing(world, id)).toEqual({ first: "LIVE finished live", later: "ABORTED finished conflict" });
  });
});

describe("a mail that an earlier submission sent", () => {
  it("a mail that an earlier submission sent is not sent again, and dependents use what the earlier one returned", async () => {
    const world = await startWorld();
    const first = await submit(world, { plans: [plan("p1", [mail("first", "Offer")])] });
    await approve(world, first, "first");
    const second = await submit(world, { plans: [plan("p2", [mail("later", "Offer"), thanks("later")])] });
    expect((await openRequests(world, second)).map(({ step_id }) => step_id)).toEqual(["note"]);
    await approve(world, second, "note");
    expect(await standing(world, second)).toEqual({
      later: "ABORTED finished conflict",
      note: "LIVE finished live",
    });
    expect((await world.contact("c2"))?.last_mail).toMatch(/^mail_/);
    expect(await world.records("outbox")).toHaveLength(1);
    expect(await conflictsOf(world, second)).toMatchObject([
      { conflict_type: "DUPLICATE_ACTION", resolution_strategy: "ABORT", resolution_status: "resolved" },
    ]);
  });

  it("a mail that an earlier submission sent is not sent again either when both were asked for at the same time", async () => {
    const world = await startWorld();
    const first = await submit(world, { plans: [plan("p1", [mail("first", "Offer")])] });
    const second = await submit(world, { plans: [plan("p2", [mail("later", "Offer"), thanks("later")])] });
    await approve(world, first, "first");
    await approve(world, second, "later");
    await world.rest();
    expect(await world.records("outbox")).toHaveLength(1);
    expect((await stepOf(world, second, "later")).reason).toContain("DUPLICATE_ACTION");
    expect(await standing(world, second)).toMatchObject({ later: "ABORTED finished conflict" });
    expect(await shownStep(world, second, "later")).toMatchObject({
      mode_reached: "DRY_RUN",
      committed: false,
      output: { message_id: expect.stringMatching(/^mail_/) },
    });
    await approve(world, second, "note");
    expect(await standing(world, second)).toMatchObject({ note: "LIVE finished live" });
    expect((await world.contact("c2"))?.last_mail).toMatch(/^mail_/);
    const ended = (await eventsOf(world, second)).find(({ type }) => type === "aborted");
    expect(await conflictsOf(world, second)).toMatchObject([
      {
        conflict_type: "DUPLICATE_ACTION",
        severity: "high",
        severity_score: 9,
        resolution_strategy: "ABORT",
        resolution_status: "resolved",
        timestamp: ended?.at,
        tools_involved: ["msgraph_send_email"],
        details: {
          step_ids: ["later"],
          duplicate_of: { execution_id: first, step_id: "first", status: "COMMITTED" },
          allow_duplicate: false,
        },
      },
    ]);
  });

  it("an earlier submission's mail is on record in the same words, found before anything ran or at the last moment", async () => {
    const world = await startWorld();
    const first = await submit(world, { plans: [plan("p1", [mail("first", "Offer")])] });
    const atOnce = await submit(world, { plans: [plan("p2", [mail("later", "Offer")])] });
    await approve(world, first, "first");
    const after = await submit(world, { plans: [plan("p2", [mail("later", "Offer")])] });
    await approve(world, atOnce, "later");
    await world.rest();
    const [[found], [foundLate]] = [await conflictsOf(world, after), await conflictsOf(world, atOnce)];
    expect(found).toBeDefined();
    expect({ ...foundLate, timestamp: null }).toEqual({ ...found, timestamp: null });
  });

  it("a mail that an earlier submission sent may be sent again after the window", async () => {
    const world = await startWorld();
    const first = await submit(world, { plans: [plan("p1", [mail("first", "Offer")])] });
    await approve(world, first, "first");
    await world.pass(25 * 3_600);
    const second = await submit(world, { plans: [plan("p2", [mail("later", "Offer")])] });
    await approve(world, second, "later");
    expect(await world.records("outbox")).toHaveLength(2);
  });
});
