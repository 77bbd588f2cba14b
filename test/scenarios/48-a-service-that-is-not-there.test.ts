import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { startCrm } from "../counterparts/crm.ts";
import { crmWayOut, searchContacts, setFields } from "../functions/tools/http/crm-tools.ts";
import { reported, standing, stepOf } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const crm = await startCrm({});
afterAll(() => crm.stop());
beforeEach(() => {
  crm.contacts.clear();
  crm.contacts.set("c1", { stage: "new", note: null });
  crm.effects.length = 0;
  crm.requests.length = 0;
  crm.forgetKeys();
  crm.behave();
});

const start = () =>
  startWorld({
    out: crmWayOut(crm),
    policy: { allowed_hosts: [crm.host] },
    contracts: [setFields(crm), searchContacts(crm)],
  });
const win = { plans: [plan("p1", [call("s1", "crm_set_fields", { contact_id: "c1", stage: "won" })])] };
const sent = (method: string): number => crm.requests.filter((request) => request.method === method).length;

describe("a service that is not there for a moment while a call is rehearsed", () => {
  it.each(["unavailable", "reset_before_acting", "reset_in_the_body"] as const)(
    "a service not there for a moment in a rehearsal is asked again, and people are asked as if nothing were (%s)",
    async (how) => {
      const world = await start();
      for (let times = 0; times < 3; times += 1) crm.misbehaveOn("GET", how);
      const id = await submit(world, win);
      await world.settle();
      expect(await standing(world, id)).toEqual({ s1: "DRY_RUN open -" });
      await world.pass(7);
      expect(sent("GET")).toBe(4);
      await approve(world, id, "s1");
      await world.rest();
      expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
      expect(crm.effects).toHaveLength(1);
    },
  );

  it("a step ends after its service was asked six times, with how often it was asked on record, and nothing done", async () => {
    const world = await start();
    for (let times = 0; times < 6; times += 1) crm.misbehaveOn("GET", "unavailable");
    const id = await submit(world, win);
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    const { rungs } = await stepOf(world, id, "s1");
    expect(rungs.at(-1)).toMatchObject({
      mode: "DRY_RUN",
      error: expect.stringMatching(/503.*; asked 6 times in 31 s/u),
    });
    expect([sent("GET"), sent("PUT"), crm.effects]).toEqual([6, 0, []]);
  });
});

it("a service that is not there when an approved call is previewed again is asked later, and people are not asked anew", async () => {
  const world = await start();
  const id = await submit(world, win);
  await world.settle();
  for (let times = 0; times < 3; times += 1) crm.misbehaveOn("GET", "unavailable");
  await approve(world, id, "s1");
  await world.settle();
  expect([sent("PUT"), await standing(world, id)]).toEqual([0, { s1: "LIVE open -" }]);
  await world.rest();
  expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
  expect((await stepOf(world, id, "s1")).approvals_asked).toBe(1);
  expect(crm.effects).toHaveLength(1);
});

describe("a service that is not there when a read of it is LIVE", () => {
  const find = { plans: [plan("p1", [call("s1", "crm_search", { q: "x" })])] };
  /** It answers the rehearsal, and is not there for so many questions after that. */
  const goneFor = async (questions: number) => {
    let asked = 0;
    const going = await startCrm(
      {},
      {
        misbehaves: () => {
          asked += 1;
          return asked > 1 && asked <= 1 + questions ? "unavailable" : undefined;
        },
      },
    );
    const contracts = [searchContacts(going)];
    const world = await startWorld({ out: crmWayOut(going), policy: { allowed_hosts: [going.host] }, contracts });
    const id = await submit(world, find);
    await world.rest();
    await going.stop();
    return { world, id, asked };
  };

  it("a service not there when a read of it is LIVE is asked again later, and the step succeeds", async () => {
    const { world, id, asked } = await goneFor(10);
    expect(await reported(world, id)).toEqual({ s1: "success/not_required/LIVE" });
    expect(asked).toBe(12);
  });

  it("a LIVE read's step fails where its service is not there for five minutes, with what it answered on record", async () => {
    const { world, id } = await goneFor(Number.POSITIVE_INFINITY);
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    const { rungs } = await stepOf(world, id, "s1");
    expect(rungs.at(-1)).toMatchObject({ mode: "LIVE", outcome: "failed", error: expect.stringContaining("503") });
  });
});

it("a service that says no when a call is rehearsed is not asked again", async () => {
  const world = await start();
  crm.misbehaveOn("GET", "refuse");
  const id = await submit(world, win);
  await world.rest();
  expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
  expect(sent("GET")).toBe(1);
});
