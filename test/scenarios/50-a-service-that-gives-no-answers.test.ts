import { afterAll, expect, it } from "vitest";
import { systemState } from "../../functions/api/read/system-state.ts";
import { startCrm } from "../counterparts/crm.ts";
import { crmWayOut, searchContacts, setFields } from "../functions/tools/http/crm-tools.ts";
import { conflictsOf, stepOf } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const crm = await startCrm({});
afterAll(() => crm.stop());

const way = crmWayOut(crm);
/** So many reads are answered in time before the service falls silent: that of the rehearsal, and none in LIVE. */
let answers = Number.POSITIVE_INFINITY;
const out: typeof way = {
  ...way,
  client: {
    send: async (...sent) => {
      if (sent[0].method !== "GET" || answers > 0) {
        answers -= 1;
        return way.client.send(...sent);
      }
      return { kind: "unknown", error: "no whole answer came in time", timed_out: true };
    },
  },
};

it("five reads that a service leaves unanswered open its circuit: operators read it, and a write of the next plan waits it out", async () => {
  crm.contacts.set("c1", { stage: "new", note: null });
  const world = await startWorld({
    out,
    policy: { allowed_hosts: [crm.host] },
    contracts: [setFields(crm), searchContacts(crm)],
  });
  for (const number of [1, 2, 3, 4, 5]) {
    answers = 1;
    const id = await submit(world, { plans: [plan(`p${number}`, [call("s1", "crm_search", { q: "x" })])] });
    await world.settle();
    expect((await stepOf(world, id, "s1")).rungs.at(-1)).toMatchObject({ mode: "LIVE", timed_out: true });
  }
  answers = Number.POSITIVE_INFINITY;
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
