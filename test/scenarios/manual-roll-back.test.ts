import { describe, expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { previewRollBack } from "../../functions/api/read/preview-roll-back.ts";
import { reported, rollbacksOf, standing, statusOf } from "../harness/outcome.ts";
import { approve, approveAll, decide, must, openRequests, requestFor, submit } from "../harness/people.ts";
import { call, create, mail, plan, update } from "../harness/plans.ts";
import { standardWith } from "../harness/standard-with.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const SENSITIVE = standardWith("ghl_update_contact", { duplicate_sensitive: true });

const undo = async (world: TestWorld, id: string, depth: number | null = null): Promise<void> => {
  const asked = await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong customer" }, depth);
  expect(asked).toMatchObject({ ok: true });
  await world.rest();
};

describe("a roll back that a person asks for", () => {
  it("a roll back undoes what can be undone, last first, and asks before it undoes what something that stays rests on", async () => {
    const world = await startWorld();
    const before = [await world.contact("c1"), await world.contact("c2")];
    const id = await submit(world, {
      plans: [
        plan("p1", [
          update("s1", "c1", { stage: "customer" }),
          update("s2", "c2", { stage: "customer" }, { after: ["s1"] }),
          create("s3", "new@example.org", { after: ["s2"] }),
        ]),
      ],
    });
    await approveAll(world, id);
    await undo(world, id);
    expect((await openRequests(world, id)).map(({ step_id, kind }) => [step_id, kind])).toEqual([["s2", "undo"]]);
    expect((await requestFor(world, id, "s2")).reasons.join()).toContain("s3 (ghl_create_contact)");
    await approve(world, id, "s2");
    await approve(world, id, "s1");
    expect([await world.contact("c1"), await world.contact("c2")]).toEqual(before);
    expect(await standing(world, id)).toEqual({
      s1: "ABORTED finished compensated",
      s2: "ABORTED finished compensated",
      s3: "LIVE finished live",
    });
    expect(await reported(world, id)).toMatchObject({ s1: "rollback/approved/LIVE", s3: "success/approved/LIVE" });
    expect(await rollbacksOf(world, id)).toMatchObject([
      { trigger: "manual", affected_executions: ["s2", "s1"], recovery_status: "completed" },
    ]);
    expect((await world.deps.executions.get(id))?.manifests).toBe(2);
  });

  it("a roll back by a tool that makes a record finds the record that it made, and has nothing left to undo", async () => {
    const compensation = { tool_name: "ghl_create_contact", arguments: { email: "{contact_id}@example.org" } };
    const world = await startWorld({ contracts: [standardWith("ghl_update_contact", { compensation })] });
    const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
    await approveAll(world, id);
    await undo(world, id);
    await approve(world, id, "s1");
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
  });

  it("a roll back to a depth undoes that many layers from the end", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [
        plan("p1", [
          update("s1", "c1", { stage: "customer" }),
          update("s2", "c2", { stage: "customer" }, { after: ["s1"] }),
        ]),
      ],
    });
    await approveAll(world, id);
    await undo(world, id, 1);
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live", s2: "ABORTED finished compensated" });
  });

  it("a roll back to a depth counts layers of what still stands, however often it is asked for", async () => {
    const world = await startWorld();
    const steps = ["s1", "s2", "s3", "s4"];
    const id = await submit(world, {
      plans: [
        plan(
          "p1",
          steps.map((step_id, place) =>
            update(
              step_id,
              `c${place + 1}`,
              { stage: "customer" },
              { after: steps.slice(Math.max(0, place - 1), place) },
            ),
          ),
        ),
      ],
    });
    await approveAll(world, id);
    const undone = async (): Promise<string[]> =>
      Object.entries(await standing(world, id)).flatMap(([step_id, stands]) =>
        stands === "ABORTED finished compensated" ? [step_id] : [],
      );
    await undo(world, id, 1);
    expect(await undone()).toEqual(["s4"]);
    await undo(world, id, 1);
    expect(await undone()).toEqual(["s3", "s4"]);
    await undo(world, id, 3);
    expect(await undone()).toEqual(steps);
  });

  it("a roll back to a depth that reaches only what cannot be undone is refused, with the depth that reaches further", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), mail("m", "Welcome", { after: ["s1"] })])],
    });
    await approveAll(world, id);
    const asked = await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong customer" }, 1);
    expect(asked).toMatchObject({ ok: false });
    expect(JSON.stringify(asked)).toContain("begins at depth 2");
    expect((await world.deps.executions.get(id))?.rollback_requested).toBeNull();
    await undo(world, id, 2);
    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["s1"]);
  });

  it("a roll back to a depth counts what rests on a call by way of another plan's duplicate as a layer behind it", async () => {
    const world = await startWorld({ contracts: [SENSITIVE] });
    const id = await submit(world, {
      plans: [
        plan("p1", [update("s1", "c1", { stage: "customer" })]),
        plan("p2", [
          update("s2", "c1", { stage: "customer" }, { agent: "a2" }),
          update("s3", "c2", { stage: "customer" }, { agent: "a2", after: ["s2"] }),
        ]),
      ],
    });
    await approveAll(world, id);
    expect(await standing(world, id)).toMatchObject({ s2: "ABORTED finished conflict" });
    const { steps } = must(await previewRollBack(world.deps)(id, 1));
    expect(steps.map(({ step_id, layer, would }) => [step_id, layer, would])).toEqual([
      ["s3", 1, "undo"],
      ["s1", 2, "stay"],
    ]);
    await undo(world, id, 1);
    expect(await standing(world, id)).toMatchObject({
      s1: "LIVE finished live",
      s3: "ABORTED finished compensated",
    });
    await undo(world, id, 1);
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
  });

  it("a roll back to a depth counts what another plan wrote to the same record afterwards as a layer behind it", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [
        plan("p1", [update("s1", "c1", { stage: "lead" })]),
        plan("p2", [
          update("t1", "c1", { stage: "customer" }, { agent: "a2" }),
          update("t2", "c2", { stage: "customer" }, { agent: "a2", after: ["t1"] }),
        ]),
      ],
    });
    await approveAll(world, id);
    const { steps } = must(await previewRollBack(world.deps)(id, 1));
    expect(steps.map(({ step_id, layer, would }) => [step_id, layer, would])).toEqual([
      ["t2", 1, "undo"],
      ["t1", 2, "stay"],
      ["s1", 3, "stay"],
    ]);
    await undo(world, id, 1);
    expect(await standing(world, id)).toEqual({
      s1: "LIVE finished live",
      t1: "LIVE finished live",
      t2: "ABORTED finished compensated",
    });
  });

  it("a roll back asks about what rests on a call by way of a duplicate in its own plan before it asks about the call", async () => {
    const world = await startWorld({ contracts: [SENSITIVE] });
    const id = await submit(world, {
      plans: [
        plan("p1", [
          update("s1", "c1", { stage: "customer" }),
          update("s2", "c1", { stage: "customer" }, { agent: "a2" }),
          update("s3", "c2", { stage: "customer" }, { agent: "a3", after: ["s2"] }),
          mail("m", "Welcome", { agent: "a3", after: ["s3"] }),
        ]),
      ],
    });
    await approveAll(world, id);
    expect(await standing(world, id)).toMatchObject({ s2: "ABORTED finished conflict" });
    await undo(world, id);
    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["s3"]);
    await approve(world, id, "s3");
    const { reasons } = await requestFor(world, id, "s1");
    expect(reasons.join()).toContain("m (msgraph_send_email)");
    expect(reasons.join()).not.toContain("s3");
  });

  it("a roll back asks before it undoes what an irreversible call rests on, anew each time, and leaves what is refused", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), mail("m", "Welcome", { after: ["s1"] })])],
    });
    await approveAll(world, id);
    await undo(world, id);
    await decide(world, id, "s1", "reject");
    expect(await standing(world, id)).toEqual({ m: "LIVE finished live", s1: "LIVE finished live" });
    await undo(world, id);
    await approve(world, id, "s1");
    expect(await standing(world, id)).toEqual({ m: "LIVE finished live", s1: "ABORTED finished compensated" });
  });

  it("a roll back puts one field back through both values that a plan gave it", async () => {
    const world = await startWorld();
    const before = await world.contact("c1");
    const id = await submit(world, {
      plans: [
        plan("p1", [
          update("s1", "c1", { stage: "customer" }),
          update("s2", "c1", { stage: "lost" }, { after: ["s1"] }),
        ]),
      ],
    });
    await approveAll(world, id);
    await undo(world, id);
    expect(await standing(world, id)).toEqual({
      s1: "ABORTED finished compensated",
      s2: "ABORTED finished compensated",
    });
    expect(await world.contact("c1")).toEqual(before);
  });

  it("a roll back puts one field back through the values that two plans gave it, the later plan's first", async () => {
    const world = await startWorld();
    const before = await world.contact("c1");
    const id = await submit(world, {
      plans: [
        plan("p1", [update("s1", "c1", { stage: "lead" })]),
        plan("p2", [update("t1", "c1", { stage: "customer" }, { agent: "a2" })]),
      ],
    });
    await approveAll(world, id);
    await undo(world, id);
    expect(await standing(world, id)).toEqual({
      s1: "ABORTED finished compensated",
      t1: "ABORTED finished compensated",
    });
    expect(await world.contact("c1")).toEqual(before);
  });

  it("a roll back is taken up though the last wait of the execution ended by its time, and not by being woken", async () => {
    const world = await startWorld();
    const before = await world.contact("c1");
    const id = await submit(world, {
      plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), update("s2", "c2", { stage: "customer" })])],
      config: { approval_timeout_seconds: 3_600 },
    });
    await approve(world, id, "s1");
    await world.pass(3_600);
    expect(await statusOf(world, id)).toBe("INCOMPLETE");
    await undo(world, id);
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
    expect(await world.contact("c1")).toEqual(before);
    expect(await statusOf(world, id)).toBe("ROLLED_BACK");
  });

  it("a roll back asks before it undoes what a step rests on whose undo failed and was accepted as it stands", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [
        plan("p1", [
          update("s1", "c1", { stage: "customer" }),
          update("s2", "c2", { stage: "customer" }, { after: ["s1"] }),
        ]),
      ],
    });
    await approveAll(world, id);
    await world.changeContact("c2", { stage: "vip" });
    await undo(world, id);
    expect(await standing(world, id)).toMatchObject({ s2: "LOCKED undo_failed -" });
    await decide(world, id, "s2", "accepted", { comment: "it stays" });
    expect(await standing(world, id)).toMatchObject({ s1: "AWAITING_APPROVAL undo_asked live" });
    expect((await requestFor(world, id, "s1")).reasons.join()).toContain("s2 (ghl_update_contact)");
    await approve(world, id, "s1");
    expect(await standing(world, id)).toEqual({
      s1: "ABORTED finished compensated",
      s2: "ABORTED finished undo_accepted",
    });
  });

  it("a roll back stops where somebody else has written since, and a person settles it", async () => {
    const world = await startWorld();
    const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
    await approveAll(world, id);
    await world.changeContact("c1", { stage: "vip" });
    await undo(world, id);
    expect(await world.contact("c1")).toMatchObject({ stage: "vip" });
    expect(await standing(world, id)).toEqual({ s1: "LOCKED undo_failed -" });
    expect(await statusOf(world, id)).toBe("LOCKED");
  });
});

describe("what a roll back would do, shown before anybody asks for it", () => {
  /** `step would` of each call that stands, and whom it then asks about. */
  const shown = async (world: TestWorld, id: string): Promise<string[]> => {
    const { steps } = must(await previewRollBack(world.deps)(id, null));
    return steps.map(({ step_id, would }) => `${step_id} ${would}`);
  };
  const asked = async (world: TestWorld, id: string): Promise<string[]> => {
    await undo(world, id);
    const seen: string[] = [];
    for (let open = await openRequests(world, id); open.length > 0; open = await openRequests(world, id)) {
      for (const { step_id } of open) {
        seen.push(step_id);
        await approve(world, id, step_id);
      }
    }
    return seen;
  };

  it.each([
    ["a read stands between", (before: string) => call("r", "goal_query", { query: "x" }, { after: [before] })],
    [
      "a call that can be undone stands between",
      (before: string) => update("r", "c2", { stage: "customer" }, { after: [before] }),
    ],
  ])(
    "the preview of a roll back says that a person is asked before a call a mail rests on is undone, also where %s",
    async (_what, between) => {
      const world = await startWorld();
      const steps = [update("s1", "c1", { stage: "customer" }), between("s1"), mail("m", "Hi", { after: ["r"] })];
      const id = await submit(world, { plans: [plan("p1", steps)] });
      await approveAll(world, id);
      const before = await shown(world, id);
      expect(before).toContain("s1 ask");
      const expected = before.flatMap((each) => (each.endsWith(" ask") ? [each.slice(0, -4)] : []));
      expect(await asked(world, id)).toEqual(expected);
    },
  );

  it("the preview of a roll back says so of a call that another plan took for its own", async () => {
    const world = await startWorld({ contracts: [SENSITIVE] });
    const id = await submit(world, {
      plans: [
        plan("p1", [update("s1", "c1", { stage: "customer" })]),
        plan("p2", [
          update("s2", "c1", { stage: "customer" }, { agent: "a2" }),
          mail("m", "Hi", { agent: "a2", after: ["s2"] }),
        ]),
      ],
    });
    await approveAll(world, id);
    expect(await shown(world, id)).toEqual(["m stay", "s1 ask"]);
    expect(await asked(world, id)).toEqual(["s1"]);
  });

  it("the preview of a roll back says so of what stands ahead of a call that another plan took for its own", async () => {
    const world = await startWorld({ contracts: [SENSITIVE] });
    const id = await submit(world, {
      plans: [
        plan("p1", [
          update("s0", "c2", { stage: "customer" }),
          update("s1", "c1", { stage: "customer" }, { after: ["s0"] }),
        ]),
        plan("p2", [
          update("s2", "c1", { stage: "customer" }, { agent: "a2" }),
          mail("m", "Hi", { agent: "a2", after: ["s2"] }),
        ]),
      ],
    });
    await approveAll(world, id);
    expect(await standing(world, id)).toMatchObject({ s2: "ABORTED finished conflict" });
    expect(await shown(world, id)).toEqual(["m stay", "s1 ask", "s0 ask"]);
    expect(await asked(world, id)).toEqual(["s1", "s0"]);
  });

  it("the preview of a roll back says so of a call that another execution took for its own", async () => {
    const world = await startWorld({ contracts: [SENSITIVE] });
    const change = (step_id: string) => update(step_id, "c1", { stage: "customer" });
    const first = await submit(world, { plans: [plan("p1", [change("s1")])] });
    await approveAll(world, first);
    expect(await shown(world, first)).toEqual(["s1 undo"]);
    const second = await submit(world, { plans: [plan("p1", [change("s2"), mail("m", "Hi", { after: ["s2"] })])] });
    await approveAll(world, second);
    expect(await shown(world, first)).toEqual(["s1 ask"]);
    expect(await asked(world, first)).toEqual(["s1"]);
  });
});
