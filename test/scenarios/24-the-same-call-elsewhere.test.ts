import { describe, expect, it } from "vitest";
import { tellExecution } from "../../functions/api/act/decide-many.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { previewRollBack } from "../../functions/api/read/preview-roll-back.ts";
import { sweep } from "../../functions/execution/wait/sweep.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, decide, must, openRequests, requestFor, submit, tryToDecide } from "../harness/people.ts";
import { call, create, mail, plan, type StepBody, update } from "../harness/plans.ts";
import { standardWith } from "../harness/standard-with.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const once = (world: TestWorld, steps: readonly StepBody[], config: JsonObject = {}): Promise<string> =>
  submit(world, { plans: [plan("p1", [...steps])], config });

describe("a call that another execution made", () => {
  const sending: JsonObject = {
    tool_name: "w_mail",
    risk_level: "HIGH",
    reversible: false,
    timeout_seconds: 20,
    requires_approval: true,
    approvals_required: 1,
    outcome_resolution: "OPAQUE",
    input_schema: {
      type: "object",
      properties: {
        to: { type: "array", items: { type: "string" }, uniqueItems: true },
        cc: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
        subject: { type: "string" },
      },
      required: ["to", "subject"],
      additionalProperties: false,
    },
  };
  const written: JsonObject = { to: ["a@example.org", "b@example.org"], subject: "Offer" };
  const otherwise: JsonObject = { subject: "Offer", cc: null, to: ["b@example.org", "a@example.org"] };

  it("a call another execution made is the same with a default written out and a set reordered: it is not made again", async () => {
    const world = await startWorld({ contracts: [sending] });
    const first = await once(world, [call("m1", "w_mail", written)]);
    await approve(world, first, "m1");
    const second = await once(world, [call("m2", "w_mail", otherwise)]);
    expect(await standing(world, second)).toEqual({ m2: "ABORTED finished conflict" });
  });

  it("a person is told of a call like theirs that is approved and not sent, also when an edit made it so", async () => {
    const world = await startWorld({ contracts: [sending] });
    const first = await once(world, [create("a", "new@example.org"), call("m1", "w_mail", written, { after: ["a"] })]);
    await approve(world, first, "m1", { by: "ben" });
    const second = await once(world, [call("m2", "w_mail", { ...written, subject: "Another" })]);
    await decide(world, second, "m2", "edit", { arguments: otherwise });
    expect((await requestFor(world, second, "m2")).earlier_decisions).toMatchObject([
      { execution_id: second, status: "edited" },
      { execution_id: first, step_id: "m1", status: "approved", decided_by: "ben" },
    ]);
  });

  it("a person is told of a call like theirs also when both were asked at once, and within one execution", async () => {
    const world = await startWorld({ contracts: [sending] });
    const first = await once(world, [call("m1", "w_mail", written)]);
    const second = await once(world, [call("m2", "w_mail", otherwise)]);
    await approve(world, first, "m1");
    await approve(world, second, "m2");
    await world.rest();
    expect(await standing(world, second)).toEqual({ m2: "ABORTED finished conflict" });
    const steps = [call("m3", "w_mail", { ...written, cc: "c" }), call("m4", "w_mail", { ...otherwise, cc: "c" })];
    const third = await once(world, steps);
    expect((await openRequests(world, third)).map(({ step_id }) => step_id)).toEqual(["m3"]);
  });
});

const sensitive = standardWith("ghl_update_contact", { duplicate_sensitive: true });
const change = (step_id: string): StepBody => update(step_id, "c1", { stage: "customer" });
const undo = async (world: TestWorld, id: string): Promise<void> => {
  expect(await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong customer" }, null)).toMatchObject({
    ok: true,
  });
  await world.rest();
};

describe("a call that was made and undone", () => {
  it("a call made and undone does not count as made: the same call runs again, and its dependents run on that", async () => {
    const world = await startWorld({ contracts: [sensitive] });
    const first = await once(world, [change("s1")]);
    await approve(world, first, "s1");
    await undo(world, first);
    expect(await world.contact("c1")).not.toMatchObject({ stage: "customer" });

    const second = await once(world, [change("s2"), mail("m", "Welcome", { after: ["s2"] })]);
    await approve(world, second, "s2");
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
    await approve(world, second, "m");
    expect(await standing(world, second)).toEqual({ m: "LIVE finished live", s2: "LIVE finished live" });
  });

  /** `second` took the change of `first` for its own, and asks about a mail on it. */
  const mailAsked = async (): Promise<{ world: TestWorld; first: string; second: string }> => {
    const world = await startWorld({ contracts: [sensitive] });
    const first = await once(world, [change("s1")]);
    await approve(world, first, "s1");
    const second = await once(world, [change("s2"), mail("m", "Welcome", { after: ["s2"] })]);
    expect(await standing(world, second)).toMatchObject({ s2: "ABORTED finished conflict" });
    return { world, first, second };
  };
  const swept = async (world: TestWorld): Promise<number> => {
    const { woken } = await sweep(world.deps)();
    await world.settle();
    return woken;
  };

  it("a call made and undone stops what is asked about on a duplicate of it, by the next sweep and without anybody's word", async () => {
    const { world, first, second } = await mailAsked();
    const { approval_id } = await requestFor(world, second, "m");
    expect(await swept(world)).toBe(0);
    await undo(world, first);
    expect(await swept(world)).toBe(1);
    expect(await openRequests(world, second)).toEqual([]);
    expect(await standing(world, second)).toMatchObject({ m: "ABORTED finished dependency" });
    const { reason } = await stepOf(world, second, "m");
    expect(reason).toBe(
      "s2, which it depends on, was dropped as a duplicate, and the call made before it has been undone since",
    );
    expect(await world.deps.approvals.get(approval_id)).toMatchObject({ status: "voided", comment: reason });
    expect(await world.records("outbox")).toEqual([]);
  });

  it("a call made and undone wakes what rests on a duplicate of it once, though more waits in that execution", async () => {
    const world = await startWorld({ contracts: [sensitive] });
    const first = await once(world, [change("s1")]);
    await approve(world, first, "s1");
    const second = await once(world, [change("s2"), mail("m", "Welcome", { after: ["s2"] }), mail("n", "Other")]);
    await undo(world, first);
    expect(await swept(world)).toBe(1);
    expect((await openRequests(world, second)).map(({ step_id }) => step_id)).toEqual(["n"]);
    expect(await swept(world)).toBe(0);
  });

  it("a call made and undone wakes what rests on a duplicate of it by a later sweep where the first wake was lost", async () => {
    const { world, first, second } = await mailAsked();
    await undo(world, first);
    const deaf = { ...world.deps, waker: { wake: async () => new Set<string>() } };
    expect(await sweep(deaf)()).toMatchObject({ woken: 0 });
    expect(await swept(world)).toBe(1);
    expect(await standing(world, second)).toMatchObject({ m: "ABORTED finished dependency" });
  });

  it("a call made and undone is what a yes is answered with that comes before the sweep, and an edit; a no is taken", async () => {
    const { world, first, second } = await mailAsked();
    await undo(world, first);
    const request = await requestFor(world, second, "m");
    const edited = { ...request.arguments, subject: "Another" };
    for (const refused of [
      await tryToDecide(world, request, "approve"),
      await tryToDecide(world, request, "edit", { comment: "so", arguments: edited }),
    ]) {
      expect(refused).toMatchObject({
        ok: false,
        refusal: { status: 409, reason: "closed", detail: expect.stringContaining("has been undone since") },
      });
    }
    expect(await requestFor(world, second, "m")).toMatchObject({ status: "open", votes: [] });
    await decide(world, second, "m", "reject");
    expect(await standing(world, second)).toMatchObject({ m: "DRY_RUN finished rejected" });
  });

  it("a call made and undone keeps no yes from a step that does not rest on it", async () => {
    const world = await startWorld({ contracts: [sensitive] });
    const first = await once(world, [change("s1")]);
    await approve(world, first, "s1");
    const second = await once(world, [change("s2"), mail("m", "Welcome", { after: ["s2"] }), mail("n", "Other")]);
    await undo(world, first);
    expect(await tryToDecide(world, await requestFor(world, second, "n"), "approve")).toMatchObject({ ok: true });
  });

  it("a call that is undone between two looks of its dependent's execution stops that without a sweep", async () => {
    const { world, first, second } = await mailAsked();
    const request = await requestFor(world, second, "m");
    must(await tryToDecide(world, request, "approve"));
    await undo(world, first);
    await tellExecution(world.deps, { ...request, status: "approved" });
    await world.settle();
    expect(await world.records("outbox")).toEqual([]);
    expect(await standing(world, second)).toMatchObject({ m: "ABORTED finished dependency" });
    expect((await stepOf(world, second, "m")).reason).toContain("has been undone since");
  });

  it("a call is looked at again after the intent of its dependent was written: undone in that moment, nothing is sent", async () => {
    const world = await startWorld({ contracts: [sensitive] });
    const first = await once(world, [change("s1")]);
    await approve(world, first, "s1");
    const second = await once(world, [change("s2"), mail("m", "Welcome", { after: ["s2"] })]);
    const { intend } = world.deps.ledger;
    let undone = false;
    world.deps.ledger.intend = async (row) => {
      if (row.step_id === "m" && !undone) {
        undone = true;
        await intend({ ...row, execution_id: first, step_id: "s1", side: "compensation", call_digest: "undo:x" });
      }
      return intend(row);
    };
    await approve(world, second, "m");
    expect(await world.records("outbox")).toEqual([]);
    expect((await stepOf(world, second, "m")).reason).toContain("is being undone");
  });
});

describe("a call on which what another execution did rests", () => {
  /** `second` took the change of `first` for its own, and sent a mail on it. */
  const mailSent = async (world: TestWorld): Promise<{ first: string; second: string }> => {
    const first = await once(world, [change("s1")]);
    await approve(world, first, "s1");
    const second = await once(world, [change("s2"), mail("m", "Welcome", { after: ["s2"] })]);
    await approve(world, second, "m");
    expect(await standing(world, second)).toEqual({ m: "LIVE finished live", s2: "ABORTED finished conflict" });
    return { first, second };
  };

  it("a call others rest on is not undone without a person, who is told of them, and undone when that one agrees", async () => {
    const world = await startWorld({ contracts: [sensitive] });
    const { first, second } = await mailSent(world);
    await undo(world, first);
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
    const request = await requestFor(world, first, "s1");
    expect(request.kind).toBe("undo");
    expect(request.summary).toContain(`m (msgraph_send_email) of execution ${second}, which rests on it, stands`);
    await decide(world, first, "s1", "approve");
    expect(await world.contact("c1")).not.toMatchObject({ stage: "customer" });
    expect(await standing(world, first)).toEqual({ s1: "ABORTED finished compensated" });
  });

  it("the preview of a roll back says ask of a call others rest on for as long as the roll back asks, and undo from then on", async () => {
    const world = await startWorld({ contracts: [sensitive] });
    const first = await once(world, [change("s1")]);
    await approve(world, first, "s1");
    const then = update("s9", "c2", { stage: "lost" }, { after: ["s2"] });
    const second = await once(world, [change("s2"), then]);
    await approve(world, second, "s9");
    const shown = async () => {
      const preview = await previewRollBack(world.deps)(first, null);
      return preview.ok ? preview.value.steps.map(({ would, why }) => `${would}: ${why}`) : preview.refusal;
    };
    expect(await shown()).toEqual([
      `ask: s9 (ghl_update_contact) of execution ${second}, which rests on it, stands and is not undone`,
    ]);
    await undo(world, second);
    expect(await shown()).toEqual(["undo: by ghl_update_contact"]);
    await undo(world, first);
    expect(await standing(world, first)).toEqual({ s1: "ABORTED finished compensated" });
  });

  it("a call others rest on is left as it stands when a person says no to undoing it", async () => {
    const world = await startWorld({ contracts: [sensitive] });
    const { first } = await mailSent(world);
    await undo(world, first);
    await decide(world, first, "s1", "reject");
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
    expect(await standing(world, first)).toEqual({ s1: "LIVE finished live" });
    expect(await statusOf(world, first)).not.toBe("RUNNING");
  });

  it("a call others rest on is asked about also when its plan failed", async () => {
    const world = await startWorld({ contracts: [sensitive] });
    await world.fail({
      tool_name: "ghl_update_contact",
      rung: "call",
      kind: "reject",
      arguments: { contact_id: "c2" },
    });
    const then = update("s9", "c2", { stage: "lost" }, { after: ["s1"] });
    const first = await once(world, [change("s1"), then]);
    await approve(world, first, "s1");
    const second = await once(world, [change("s2"), mail("m", "Welcome", { after: ["s2"] })]);
    await approve(world, second, "m");
    await approve(world, first, "s9");
    expect(await standing(world, first)).toMatchObject({ s1: "AWAITING_APPROVAL undo_asked live" });
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  });

  it("a call others rest on waits to be asked about while it is not known whether theirs was done", async () => {
    const opaque = standardWith("msgraph_send_email", { outcome_resolution: "OPAQUE" });
    const world = await startWorld({ contracts: [sensitive, opaque] });
    await world.fail({ tool_name: "msgraph_send_email", rung: "call", kind: "time_out_before" });
    const first = await once(world, [change("s1")]);
    await approve(world, first, "s1");
    const second = await once(world, [change("s2"), mail("m", "Welcome", { after: ["s2"] })]);
    await approve(world, second, "m");
    expect(await standing(world, second)).toMatchObject({ m: "AWAITING_APPROVAL reconcile -" });
    expect(await rollBackExecution(world.deps)(first, { by: "olga", reason: "wrong" }, null)).toMatchObject({
      ok: true,
    });
    await world.pass(10);
    expect(await standing(world, first)).toEqual({ s1: "ROLLBACK open -" });
    expect((await stepOf(world, first, "s1")).reason).toContain("is not known");
    await decide(world, second, "m", "did_not_happen");
    await world.pass(600);
    expect(await standing(world, first)).toEqual({ s1: "ABORTED finished compensated" });
  });

  it("a call others rest on is acted on by nobody else from the question until the answer", async () => {
    const world = await startWorld({ contracts: [sensitive] });
    const { first } = await mailSent(world);
    await undo(world, first);
    const third = await once(world, [change("s3"), mail("m3", "Welcome again", { after: ["s3"] })]);
    await approve(world, third, "m3");
    expect(await world.records("outbox")).toHaveLength(1);
    expect((await stepOf(world, third, "m3")).reason).toContain("is undone or not, as a person decides");
    await decide(world, first, "s1", "reject");
    await world.pass(600);
    expect(await world.records("outbox")).toHaveLength(2);
  });

  it("a call others rest on is asked about again for what came to rest on it after a person had agreed", async () => {
    const world = await startWorld({ contracts: [sensitive] });
    const { first } = await mailSent(world);
    await undo(world, first);
    const { restingOn } = world.deps.ledger;
    const other = await once(world, [mail("late", "Another")]);
    await approve(world, other, "late");
    world.deps.ledger.restingOn = async (call, limit) => [
      ...(await restingOn(call, limit)),
      { execution_id: other, step_id: "late" },
    ];
    await decide(world, first, "s1", "approve");
    const request = await requestFor(world, first, "s1");
    expect(request.summary).toContain(`late (msgraph_send_email) of execution ${other}`);
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  });
});

describe("a window of no hours, asked for by who submits", () => {
  it("a window of no hours that a submitter asks for does not reach below the deployment's floor", async () => {
    const world = await startWorld();
    const config = { duplicate_window_hours: 0 };
    const first = await once(world, [mail("m1", "Offer")], config);
    const atOnce = await once(world, [mail("m2", "Offer")], config);
    await approve(world, first, "m1");
    await approve(world, atOnce, "m2");
    await world.rest();
    const later = await once(world, [mail("m3", "Offer")], config);
    expect(await world.records("outbox")).toHaveLength(1);
    expect(await standing(world, later)).toEqual({ m3: "ABORTED finished conflict" });
    await world.pass(3_601);
    const afterwards = await once(world, [mail("m4", "Offer")], config);
    const { reasons } = await requestFor(world, afterwards, "m4");
    expect(reasons.join("\n")).toContain("counts as made for 0 h only (1 h are counted; 24 h are usual)");
  });
});
