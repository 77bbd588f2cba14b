import { describe, expect, it } from "vitest";
import { logOf, pathOf, reported, standing, statusOf } from "../harness/outcome.ts";
import { approve, decide, requestFor, submit, tryToDecide } from "../harness/people.ts";
import { create, mail, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

describe("a call that timed out after the server acted", () => {
  it("a call that timed out after it acted is looked up where that is possible, and found committed, once", async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "ghl_create_contact", rung: "call", kind: "time_out_after_effect", times: 1 });
    const id = await submit(world, { plans: [plan("p1", [create("s1", "new@example.org")])] });
    await approve(world, id, "s1");
    const row = await world.deps.ledger.get({ execution_id: id, step_id: "s1", side: "forward" });
    expect(row?.status).toBe("INDETERMINATE");
    await world.rest();
    expect((await world.deps.ledger.get({ execution_id: id, step_id: "s1", side: "forward" }))?.status).toBe(
      "COMMITTED",
    );
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect((await world.records("ghlContacts")).filter(({ email }) => email === "new@example.org")).toHaveLength(1);
    expect(await world.deps.leases.get("ghl:contact_email:new@example.org")).toBeUndefined();
  });

  it("a call that timed out and did not act is found out, too, and fails without effect", async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "ghl_create_contact", rung: "call", kind: "time_out_before", times: 1 });
    const id = await submit(world, { plans: [plan("p1", [create("s1", "new@example.org")])] });
    await approve(world, id, "s1");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect((await world.records("ghlContacts")).filter(({ email }) => email === "new@example.org")).toEqual([]);
  });

  it.each([
    ["happened", "LIVE finished live", "success/approved/LIVE", "SUCCEEDED"],
    ["did_not_happen", "ABORTED finished failed", "failed/approved/DRY_RUN", "FAILED"],
  ] as const)(
    "a call that timed out is put to a person where nobody can look it up: %s ends it, and nothing is sent again",
    async (word, stands, told, status) => {
      const world = await startWorld();
      await world.fail({ tool_name: "msgraph_send_email", rung: "call", kind: "time_out_after_effect", times: 1 });
      const id = await submit(world, { plans: [plan("p1", [mail("s1", "Offer")])] });
      await approve(world, id, "s1");
      const asked = await requestFor(world, id, "s1");
      expect(asked).toMatchObject({ kind: "reconcile", expires_at: null, excluded: ["sam"] });
      const row = await world.deps.ledger.get({ execution_id: id, step_id: "s1", side: "forward" });
      expect(asked.sent).toEqual({ at: row?.started_at, idempotency_key: row?.idempotency_key });
      expect(await tryToDecide(world, asked, word, { by: "sam" })).toMatchObject({ ok: false });
      await world.pass(400 * 86_400);
      expect(await standing(world, id)).toEqual({ s1: "AWAITING_APPROVAL reconcile -" });
      await decide(world, id, "s1", word);
      expect(await standing(world, id)).toEqual({ s1: stands });
      expect(await reported(world, id)).toEqual({ s1: told });
      expect(await statusOf(world, id)).toBe(status);
      expect(await world.records("outbox")).toHaveLength(1);
      expect((await pathOf(world, id, "s1")).filter((type) => type === "live_unknown")).toHaveLength(1);
      const log = await logOf(world, id);
      expect(log.s1?.error_message === null).toBe(word === "happened");
    },
  );

  it("a call that timed out is answered for once: a second answer that says otherwise is refused, its comment on record", async () => {
    const world = await startWorld();
    await world.fail({ tool_name: "msgraph_send_email", rung: "call", kind: "time_out_after_effect", times: 1 });
    const id = await submit(world, { plans: [plan("p1", [mail("s1", "Offer")])] });
    await approve(world, id, "s1");
    const asked = await requestFor(world, id, "s1");
    const answer = (word: "happened" | "did_not_happen", by: string, comment?: string) =>
      tryToDecide(world, asked, word, comment === undefined ? { by } : { by, comment });
    expect(await answer("happened", "carol", "it is in the sent folder")).toMatchObject({ ok: true });
    const refused = [
      await answer("did_not_happen", "dave", "no, that was the other one"),
      await answer("happened", "carol", "and the customer has answered it"),
    ];
    for (const each of refused) {
      expect(each).toMatchObject({ ok: false, refusal: { status: 409, reason: "closed" } });
      expect(JSON.stringify(each)).toContain("kept on record");
    }
    // Her first reply was lost: the same again is no second answer.
    expect(await answer("happened", "carol", "it is in the sent folder")).toMatchObject({ ok: true });
    expect(await answer("happened", "carol")).toMatchObject({ ok: true });
    const kept = (await world.deps.auditLog.chain("operators", "operators")).filter(
      ({ type }) => type === "answer_refused",
    );
    expect(kept.map(({ actor, body }) => ({ actor, ...body }))).toMatchObject([
      { actor: "dave", decision: "did_not_happen", comment: "no, that was the other one", stands: "happened" },
      { actor: "carol", decision: "happened", comment: "and the customer has answered it", decided_by: "carol" },
    ]);
    expect(await world.deps.approvals.get(asked.approval_id)).toMatchObject({
      status: "happened",
      comment: "it is in the sent folder",
    });
  });
});
