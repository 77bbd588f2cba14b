import { describe, expect, it } from "vitest";
import { standing, stepOf } from "../harness/outcome.ts";
import { approve, decide, openRequests, requestFor, submit } from "../harness/people.ts";
import { create, mail, plan, recall, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

/** p2: a contact is created, the offer is mailed (which p1 mails too), and the contact's record says so. */
const behindADuplicate = {
  plans: [
    plan("p1", [mail("m1", "Offer")]),
    plan("p2", [
      create("a", "new@example.org", { agent: "a2" }),
      mail("m2", "Offer", { agent: "a2", after: ["a"] }),
      update("c", "c1", { stage: "customer" }, { agent: "a3", after: ["m2"] }),
    ]),
  ],
};

describe("a step behind a duplicate whose call was made elsewhere", () => {
  it("a step behind a duplicate made elsewhere waits for what stands ahead of that, and goes LIVE after it", async () => {
    const world = await startWorld();
    const id = await submit(world, behindADuplicate);
    await approve(world, id, "m1");
    expect(await standing(world, id)).toMatchObject({ m2: "ABORTED finished conflict" });
    await approve(world, id, "c");
    expect((await stepOf(world, id, "c")).committed).toBe(false);
    await approve(world, id, "a");
    expect(await standing(world, id)).toMatchObject({ a: "LIVE finished live", c: "LIVE finished live" });
  });

  it.each([["before"], ["after"]])(
    "a step behind a duplicate made elsewhere stays in DRY_RUN when what is ahead is rejected, %s it was approved itself",
    async (when) => {
      const world = await startWorld();
      const before = await world.contact("c1");
      const id = await submit(world, behindADuplicate);
      await approve(world, id, "m1");
      if (when === "after") await approve(world, id, "c");
      await decide(world, id, "a", "reject");
      expect(await standing(world, id)).toMatchObject({
        a: "DRY_RUN finished rejected",
        m2: "ABORTED finished conflict",
        c: "DRY_RUN finished ceiling",
      });
      expect((await stepOf(world, id, "c")).reason).toContain("a (ghl_create_contact)");
      expect(await openRequests(world, id)).toEqual([]);
      expect(await world.contact("c1")).toEqual(before);
    },
  );

  it("a step behind a duplicate made elsewhere is aborted when nobody decides in time about what is ahead", async () => {
    const world = await startWorld();
    const id = await submit(world, { ...behindADuplicate, config: { approval_timeout_seconds: 3_600 } });
    await approve(world, id, "m1");
    await approve(world, id, "c");
    await world.pass(3_600);
    expect(await standing(world, id)).toMatchObject({
      a: "ABORTED finished expired",
      c: "ABORTED finished dependency",
    });
  });

  it("a step behind a duplicate stays in DRY_RUN too when the call was made by an earlier submission", async () => {
    const world = await startWorld();
    const first = await submit(world, { plans: [plan("p1", [mail("m1", "Offer")])] });
    await approve(world, first, "m1");
    const [, p2] = behindADuplicate.plans;
    const id = await submit(world, { plans: [p2 ?? null] });
    await approve(world, id, "c");
    await decide(world, id, "a", "reject");
    expect(await standing(world, id)).toMatchObject({
      m2: "ABORTED finished conflict",
      c: "DRY_RUN finished ceiling",
    });
  });

  it("a step behind a duplicate does not overtake a write of the same record that stands ahead of that", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [
        plan("p1", [mail("m1", "Offer")]),
        plan("p2", [
          update("a", "c1", { stage: "lead" }, { agent: "a2" }),
          mail("m2", "Offer", { agent: "a2", after: ["a"] }),
          update("c", "c1", { stage: "customer" }, { agent: "a3", after: ["m2"] }),
        ]),
      ],
    });
    await approve(world, id, "m1");
    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["a"]);
    await approve(world, id, "a");
    expect((await requestFor(world, id, "c")).changes).toMatchObject([{ old: "lead", new: "customer" }]);
    await approve(world, id, "c");
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  });
});

const behindARead = [
  create("a", "new@example.org"),
  recall("b", "Ann", { after: ["a"] }),
  create("c", "other@example.org", { after: ["b"] }),
];

describe("a step behind a read", () => {
  it.each([["before"], ["after"]])(
    "a step behind a read never goes LIVE when what stands ahead of the read is rejected %s it is approved",
    async (when) => {
      const world = await startWorld();
      const id = await submit(world, { plans: [plan("p1", behindARead)] });
      expect((await requestFor(world, id, "a")).rejection_stops).toEqual(["b", "c"]);
      if (when === "after") await approve(world, id, "c");
      await decide(world, id, "a", "reject");
      expect(await standing(world, id)).toEqual({
        a: "DRY_RUN finished rejected",
        b: "DRY_RUN finished ceiling",
        c: "DRY_RUN finished ceiling",
      });
    },
  );

  it.each([
    ["its confidence", { confidence: 0.2 }, {}],
    ["its failed validation", {}, { validations: [{ validation_id: "v1", plan_id: "p1", status: "failed" }] }],
  ])(
    "a step behind a read never goes LIVE when what stands ahead of the read may not for %s",
    async (_why, more, body) => {
      const world = await startWorld();
      const id = await submit(world, {
        plans: [plan("p1", [{ ...create("a", "new@example.org"), ...more }, ...behindARead.slice(1)])],
        ...body,
      });
      const stands = await standing(world, id);
      expect(stands.a).toMatch(/^(MOCK|DRY_RUN) finished ceiling$/);
      expect(stands.c).toBe(stands.a);
      expect(await openRequests(world, id)).toEqual([]);
    },
  );

  it("a step behind a read goes LIVE behind a read that was only not confident enough, and whose output it does not use", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [plan("p1", [recall("b", "Ann", { confidence: 0.2 }), create("c", "new@example.org", { after: ["b"] })])],
    });
    await approve(world, id, "c");
    expect(await standing(world, id)).toEqual({ b: "MOCK finished ceiling", c: "LIVE finished live" });
  });
});
