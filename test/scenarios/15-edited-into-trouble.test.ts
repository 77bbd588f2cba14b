import { describe, expect, it } from "vitest";
import { conflictsOf, pathOf, standing, statusOf } from "../harness/outcome.ts";
import { approve, decide, openRequests, requestFor, submit, tryToDecide } from "../harness/people.ts";
import { call, create, plan, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

describe("an edit", () => {
  it("an edit that turns a step to what another one writes is checked like a new step: it waits, and is asked anew", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [
        plan("p1", [update("s1", "c1", { stage: "customer" })]),
        plan("p2", [update("s2", "c2", { stage: "lost" }, { agent: "a2" })]),
      ],
    });
    const first = await requestFor(world, id, "s1");
    await decide(world, id, "s1", "edit", {
      comment: "meant the other one",
      arguments: { contact_id: "c2", fields: { stage: "customer" } },
    });
    // It waits for s2, which is still asked for as before.
    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["s2"]);
    expect(await standing(world, id)).toMatchObject({ s1: "DRY_RUN open -" });

    await approve(world, id, "s2");
    const again = await requestFor(world, id, "s1");
    expect(again.approval_id).not.toBe(first.approval_id);
    expect(again.votes).toEqual([]);
    expect(again.changes).toEqual([{ record: "ghl:contact:c2", field: "stage", old: "lost", new: "customer" }]);
    await approve(world, id, "s1");
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    expect(await world.contact("c2")).toMatchObject({ stage: "customer" });
    expect(await world.contact("c1")).not.toMatchObject({ stage: "customer" });
    expect(await conflictsOf(world, id)).toMatchObject([
      { conflict_type: "RESOURCE_CONFLICT", resolution_strategy: "DELAY", details: { first: "s2", second: "s1" } },
    ]);
    expect(await pathOf(world, id, "s1")).toContain("edited");
  });

  it("an edit of a HIGH step cannot be approved by the person who made it", async () => {
    const world = await startWorld();
    const id = await submit(world, { plans: [plan("p1", [create("s1", "old@example.org")])] });
    await decide(world, id, "s1", "edit", { comment: "new address", arguments: { email: "new@example.org" } });
    const again = await requestFor(world, id, "s1");
    expect(again.arguments).toEqual({ email: "new@example.org" });
    expect(again.excluded).toEqual(["sam", "ann"]);
    expect(await tryToDecide(world, again, "approve", { by: "ann" })).toMatchObject({ ok: false });
    await approve(world, id, "s1", { by: "ben" });
    expect((await world.records("ghlContacts")).map(({ email }) => email)).toContain("new@example.org");
    expect((await world.records("ghlContacts")).map(({ email }) => email)).not.toContain("old@example.org");
  });

  it("an edit that does not fit the tool's schema, and a fourth one, are refused", async () => {
    const world = await startWorld();
    const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
    const edit = (args: { contact_id: string; fields: Record<string, string> }) =>
      decide(world, id, "s1", "edit", { comment: "better", arguments: args });
    await expect(edit({ contact_id: "c1", fields: {} })).rejects.toThrow("refused");
    for (const stage of ["a", "b", "c"]) await edit({ contact_id: "c1", fields: { stage } });
    await expect(edit({ contact_id: "c1", fields: { stage: "d" } })).rejects.toThrow("refused");
    await approve(world, id, "s1");
    expect(await world.contact("c1")).toMatchObject({ stage: "c" });
  });

  it("an edit to a contact that does not exist ends the step and its plan, with nothing done", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [
        plan("p1", [
          update("s1", "c1", { stage: "customer" }),
          call("s2", "ghl_update_contact", { contact_id: "c2", fields: { stage: "x" } }),
        ]),
      ],
    });
    await decide(world, id, "s1", "edit", {
      comment: "typo",
      arguments: { contact_id: "c999", fields: { stage: "x" } },
    });
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed", s2: "ABORTED finished plan_failed" });
    expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
  });
});
