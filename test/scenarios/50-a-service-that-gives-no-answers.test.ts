import { expect, it, onTestFinished } from "vitest";
import { systemState } from "../../functions/api/read/system-state.ts";
import { jsonObject } from "../../shared/plan/json.ts";
import { startCrm } from "../counterparts/crm.ts";
import { crmWayOut, searchContacts, setFields, setFieldsByKey } from "../functions/tools/http/crm-tools.ts";
import { conflictsOf, stepOf } from "../harness/outcome.ts";
import { approve, decide, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const LONG_AGO = "2000-01-01T00:00:00.000Z";

/** A CRM of one test alone: writes under the keys of another's executions would be its own to it. */
const begin = async () => {
  const crm = await startCrm({});
  onTestFinished(() => crm.stop());
  const way = crmWayOut(crm);
  const service = {
    /** So many reads are answered in time before the service falls silent: that of the rehearsal, and none in LIVE. */
    answers: Number.POSITIVE_INFINITY,
    /** Whether writes are made and their answers lost. */
    answersAreLost: false,
    /** With what writes are answered that nobody looks at. */
    refuses: undefined as number | undefined,
  };
  const out: typeof way = {
    ...way,
    client: {
      send: async (...sent) => {
        if (sent[0].method !== "GET" && service.refuses !== undefined) {
          return { kind: "answered", status: service.refuses, body: null };
        }
        if (sent[0].method !== "GET" && service.answersAreLost) {
          await way.client.send(...sent);
          return { kind: "unknown", error: "no whole answer came in time", timed_out: true };
        }
        if (sent[0].method !== "GET" || service.answers > 0) {
          service.answers -= 1;
          return way.client.send(...sent);
        }
        return { kind: "unknown", error: "no whole answer came in time", timed_out: true };
      },
    },
  };
  return { crm, out, service };
};

it("five reads that a service leaves unanswered open its circuit: operators read it, and a write of the next plan waits it out", async () => {
  const { crm, out, service } = await begin();
  crm.contacts.set("c1", { stage: "new", note: null });
  const world = await startWorld({
    out,
    policy: { allowed_hosts: [crm.host] },
    contracts: [setFields(crm), searchContacts(crm)],
  });
  for (const number of [1, 2, 3, 4, 5]) {
    service.answers = 1;
    const id = await submit(world, { plans: [plan(`p${number}`, [call("s1", "crm_search", { q: "x" })])] });
    await world.settle();
    expect((await stepOf(world, id, "s1")).rungs.at(-1)).toMatchObject({ mode: "LIVE", timed_out: true });
  }
  service.answers = Number.POSITIVE_INFINITY;
  const [left, ...others] = (await systemState(world.deps)()).left_alone;
  expect([left?.service, others]).toEqual([crm.host, []]);
  expect(left?.reason).toMatch(/^\d+ of the last 5 calls of .+ gave no answer in time$/);

  const later = await submit(world, {
    plans: [plan("later", [call("s1", "crm_set_fields", { contact_id: "c1", stage: "won" })])],
  });
  await world.settle();
  await approve(world, later, "s1");
  await world.pass(299);
  expect(crm.effects).toEqual([]);
  await world.rest();
  expect(crm.effects).toEqual(['changed c1 {"stage":"won"}']);
  const delayed = { conflict_type: "TIMEOUT_CONFLICT", resolution_strategy: "DELAY", details: { seconds_left: 300 } };
  expect(await conflictsOf(world, later)).toMatchObject([delayed]);
});

it.each([
  ["looked up", setFields],
  ["told under the same key", setFieldsByKey],
])(
  "five writes without an answer open its circuit though what became of each was %s, and found",
  async (_how, toolOf) => {
    const { crm, out, service } = await begin();
    const tool = toolOf(crm);
    for (const id of ["c1", "c2", "c3", "c4", "c5", "c6"]) crm.contacts.set(id, { stage: "new", note: null });
    const world = await startWorld({ out, policy: { allowed_hosts: [crm.host] }, contracts: [tool] });
    const write = async (contact_id: string): Promise<string> => {
      const step = call("s1", String(tool.tool_name), { contact_id, stage: "won" });
      const id = await submit(world, { plans: [plan(contact_id, [step])] });
      await world.settle();
      await approve(world, id, "s1");
      return id;
    };
    for (const contact of ["c1", "c2", "c3", "c4", "c5"]) {
      service.answersAreLost = true;
      const id = await write(contact);
      service.answersAreLost = false;
      await world.rest();
      const step = await stepOf(world, id, "s1");
      expect(step).toMatchObject({ committed: true, state: "LIVE", phase: "finished" });
      expect(step.rungs.filter(({ mode }) => mode === "LIVE")).toMatchObject([
        { outcome: "succeeded", timed_out: true },
      ]);
    }
    const [left] = (await systemState(world.deps)()).left_alone;
    expect(left?.reason).toBe(`5 of the last 5 calls of ${crm.host} gave no answer in time`);
    const later = await write("c6");
    await world.pass(299);
    await world.rest();
    expect(await conflictsOf(world, later)).toMatchObject([
      { conflict_type: "TIMEOUT_CONFLICT", resolution_strategy: "DELAY" },
    ]);
  },
);

const CONTACTS = ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11"];

/** Where nobody can find out what became of a write: a person is asked, and its execution goes on until then. */
const beginOpaque = async () => {
  const begun = await begin();
  const { crm, out } = begun;
  for (const id of CONTACTS) crm.contacts.set(id, { stage: "new", note: null });
  const { binding, ...contract } = setFields(crm, { outcome_resolution: "OPAQUE" });
  const { look_up: _, ...opaque } = jsonObject.parse(binding);
  const world = await startWorld({
    ...{ out, policy: { allowed_hosts: [crm.host] }, contracts: [{ ...contract, binding: opaque }] },
  });
  const propose = (contacts: readonly string[]): Promise<string> => {
    const plans = contacts.map((contact_id) =>
      plan(contact_id, [call(contact_id, "crm_set_fields", { contact_id, stage: "won" })]),
    );
    return submit(world, { plans });
  };
  const leaveWithoutAnswer = async (contact: string): Promise<string> => {
    begun.service.answersAreLost = true;
    const id = await propose([contact]);
    await world.settle();
    await approve(world, id, contact);
    await world.settle();
    begun.service.answersAreLost = false;
    expect(await stepOf(world, id, contact)).toMatchObject({ phase: "reconcile" });
    return id;
  };
  const leftAlone = async () => (await systemState(world.deps)()).left_alone;
  return { ...begun, world, propose, leaveWithoutAnswer, leftAlone };
};

it("five writes without an answer open its circuit while people are asked about each, until five minutes after the last", async () => {
  const { crm, world, propose, leaveWithoutAnswer, leftAlone } = await beginOpaque();
  for (const contact of ["c1", "c2", "c3", "c4", "c5"]) await leaveWithoutAnswer(contact);
  const [left] = await leftAlone();
  expect(left).toMatchObject({
    service: crm.host,
    reason: `5 of the last 5 calls of ${crm.host} gave no answer in time`,
  });
  await world.pass(100);
  expect(await leftAlone()).toEqual([left]);
  const effects = crm.effects.length;
  const later = await propose(["c6"]);
  await approve(world, later, "c6");
  await world.pass(150);
  expect(crm.effects).toHaveLength(effects);
  await world.pass(100);
  expect(crm.effects).toHaveLength(effects + 1);
  expect(await leftAlone()).toEqual([]);
  const delayed = { conflict_type: "TIMEOUT_CONFLICT", resolution_strategy: "DELAY" };
  expect(await conflictsOf(world, later)).toMatchObject([delayed]);
});

it("writes that got no answer long ago open no circuit when people settle them now", async () => {
  const { world, leaveWithoutAnswer, leftAlone } = await beginOpaque();
  const asked: [string, string][] = [];
  for (const contact of ["c1", "c2", "c3", "c4", "c5"]) asked.push([await leaveWithoutAnswer(contact), contact]);
  await world.pass(901);
  for (const [id, contact] of asked) await decide(world, id, contact, "did_not_happen");
  await world.settle();
  expect(await leftAlone()).toEqual([]);
});

it("a service that answers with what leaves open what came of a call has answered", async () => {
  const { service, world, propose, leftAlone } = await beginOpaque();
  service.refuses = 422;
  for (const contact of ["c1", "c2", "c3", "c4", "c5"]) {
    const id = await propose([contact]);
    await approve(world, id, contact);
    await world.settle();
    expect(await stepOf(world, id, contact)).toMatchObject({ phase: "reconcile" });
  }
  expect(await leftAlone()).toEqual([]);
});

it("answers within an execution that goes on count beside its calls without one", async () => {
  const { service, world, propose, leftAlone } = await beginOpaque();
  const id = await propose(CONTACTS);
  for (const [place, contact] of CONTACTS.entries()) {
    service.answersAreLost = place >= 6;
    await approve(world, id, contact);
    await world.settle();
  }
  expect(await stepOf(world, id, "c11")).toMatchObject({ phase: "reconcile" });
  expect(await leftAlone()).toEqual([]);
  expect((await world.deps.unansweredCalls.between(LONG_AGO, world.time.clock.now().toISOString())).length).toBe(5);
});
