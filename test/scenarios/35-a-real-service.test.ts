import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import { startCrm } from "../counterparts/crm.ts";
import {
  createContact,
  crmWayOut,
  defined,
  searchContacts,
  setFields,
  setFieldsByKey,
} from "../functions/tools/http/crm-tools.ts";
import { notingStores } from "../harness/noting-stores.ts";
import { reported, standing } from "../harness/outcome.ts";
import { approve, decide, requestFor, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { inMemory } from "../harness/stores.ts";
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

const start = (stores = inMemory()) =>
  startWorld({
    stores,
    out: crmWayOut(crm),
    policy: { allowed_hosts: [crm.host] },
    contracts: [setFields(crm), setFieldsByKey(crm), createContact(crm), searchContacts(crm)],
  });
/** The same tool, whose calls go to another place. */
const boundElsewhere = (tool: JsonObject): JsonObject => {
  const binding = jsonObject.parse(tool.binding);
  const moved = { ...jsonObject.parse(binding.call), url: `${crm.origin}/moved/{contact_id}` };
  return { ...tool, description: "moved", binding: { ...binding, call: moved } };
};

/** A world in which a tool is bound otherwise as soon as an approved call is about to be made. */
const startBinding = (tool: JsonObject, others: readonly JsonObject[]) => {
  let starts = 0;
  return startWorld({
    out: crmWayOut(crm),
    policy: { allowed_hosts: [crm.host] },
    contracts: [tool, ...others],
    wrap: (tasks, { contracts }) => ({
      ...tasks,
      Live: async (input) => {
        if (starts === 0) await contracts.put(defined(boundElsewhere(tool), 2));
        starts += 1;
        return tasks.Live?.(input);
      },
    }),
  });
};
const win = (tool = "crm_set_fields", args: JsonObject = { contact_id: "c1", stage: "won" }) => ({
  plans: [plan("p1", [call("s1", tool, args)])],
});

describe("a call to a real service", () => {
  it("a call to a real service is made once as it was approved, and undone when a person asks for it", async () => {
    const world = await start();
    const id = await submit(world, win());
    const asked = await requestFor(world, id, "s1");
    expect(asked.summary).toContain(`PUT ${crm.origin}/contacts/c1 with authorization`);
    expect(asked.changes).toEqual([{ record: `${crm.origin}/contacts/c1`, field: "stage", old: "new", new: "won" }]);
    expect(crm.effects).toEqual([]);

    await approve(world, id, "s1");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(crm.effects).toEqual(['changed c1 {"stage":"won"}']);

    await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong customer" }, null);
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
    expect(crm.contacts.get("c1")).toEqual({ stage: "new", note: null });
  });

  it("a call to a real service is not undone over what somebody else wrote since: a person is asked", async () => {
    const world = await start();
    const id = await submit(world, win());
    await approve(world, id, "s1");
    crm.contacts.set("c1", { stage: "churned", note: null });
    await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong customer" }, null);
    await world.rest();
    expect((await requestFor(world, id, "s1")).kind).toBe("undo_failed");
    expect(crm.contacts.get("c1")).toEqual({ stage: "churned", note: null });
  });

  it.each([
    ["stands as it was made, is taken away", undefined, "compensated", undefined],
    ["somebody else has changed since, stands, and a person is asked", { stage: "churned" }, null, "undo_failed"],
  ])(
    "a record that a call to a real service made and that %s, when it is rolled back",
    async (_, since, ending, kind) => {
      const world = await start();
      const id = await submit(world, win("crm_create", { stage: "lead" }));
      await approve(world, id, "s1");
      expect(crm.contacts.get("n2")).toEqual({ stage: "lead" });
      if (since !== undefined) crm.contacts.set("n2", since);
      await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong customer" }, null);
      await world.rest();
      expect((await world.deps.steps.get(id, "s1"))?.ending).toBe(ending);
      expect(crm.contacts.get("n2")).toEqual(since);
      if (kind !== undefined) expect((await requestFor(world, id, "s1")).kind).toBe(kind);
    },
  );

  it("a call to a real service whose answer lacks what would undo it says so at once, and a person is asked without further starts", async () => {
    const world = await start();
    const id = await submit(world, win("crm_create", { stage: "lead" }));
    await requestFor(world, id, "s1");
    crm.misbehaveOn("POST", "broken_text");
    await approve(world, id, "s1");
    const words = "its answer does not tell /id";
    expect(JSON.stringify(await world.deps.auditLog.chain(id, "step:s1"))).toContain(words);
    await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong customer" }, null);
    await world.rest();
    expect(await requestFor(world, id, "s1")).toMatchObject({ kind: "undo_failed" });
  });

  it("a call whose answer breaks off after the service acted is looked up, and committed with one effect", async () => {
    const world = await start();
    const id = await submit(world, win());
    await requestFor(world, id, "s1");
    // The preview is made again first: that reads, and is left alone.
    crm.misbehaveOn("PUT", "reset_in_the_body");
    await approve(world, id, "s1");
    expect((await world.deps.ledger.get({ execution_id: id, step_id: "s1", side: "forward" }))?.status).toBe(
      "INDETERMINATE",
    );
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(crm.effects).toHaveLength(1);
  });

  it("a call to a real service that failed after it acted is sent again under the same key, and has one effect", async () => {
    const world = await start();
    const id = await submit(world, win("crm_set_by_key"));
    crm.misbehaveOn("PUT", "fail_after_acting");
    await approve(world, id, "s1");
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(crm.effects).toHaveLength(1);
    expect(crm.requests.filter(({ method }) => method === "PUT")).toHaveLength(2);
  });

  it("a call of unknown outcome that nobody can look up is a person's question, and is not sent again", async () => {
    const world = await start();
    const id = await submit(world, win("crm_create", { stage: "lead" }));
    crm.misbehaveOn("POST", "fail_after_acting");
    await approve(world, id, "s1");
    await world.rest();
    expect(await requestFor(world, id, "s1")).toMatchObject({ kind: "reconcile" });
    await decide(world, id, "s1", "happened");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(crm.effects).toEqual(["created n2"]);
  });

  it("a call goes back to a person when what it would overwrite in the service has changed since it was approved", async () => {
    const world = await start();
    const id = await submit(world, win());
    crm.contacts.set("c1", { stage: "churned", note: null });
    await approve(world, id, "s1");
    expect((await requestFor(world, id, "s1")).drift).toEqual([
      { record: `${crm.origin}/contacts/c1`, field: "stage", old: "new", new: "churned" },
    ]);
    expect(crm.effects).toEqual([]);
  });

  it("a call to a real service whose tool is bound otherwise since its approval goes back to a person, once, and is made as it was submitted", async () => {
    const world = await startBinding(setFields(crm), []);
    const id = await submit(world, win());
    await approve(world, id, "s1");
    expect(crm.effects).toEqual([]);
    const asked = await requestFor(world, id, "s1");
    expect(asked).toMatchObject({
      kind: "approve",
      summary: expect.stringMatching(
        /PUT https:\/\/localhost:\d+\/contacts\/c1 with .*; crm_set_fields is bound otherwise since version 2 of its contract; this call is made as version 1 says$/,
      ),
    });
    await approve(world, id, "s1");
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(crm.requests.filter(({ method }) => method === "PUT").map(({ path }) => path)).toEqual(["/contacts/c1"]);
  });

  it("a call to a real service whose undoing tool is bound otherwise since its approval goes back to a person, once, and is undone as it was submitted", async () => {
    const { binding, ...contract } = setFields(crm);
    const { undo: _by_another, ...bound } = jsonObject.parse(binding);
    const undone_by = { tool_name: "crm_put_back", arguments: { contact_id: "{contact_id}", stage: "new" } };
    const tool = { ...contract, tool_name: "crm_win", compensation: undone_by, binding: bound };
    const world = await startBinding(setFields(crm, { tool_name: "crm_put_back" }), [tool]);
    const id = await submit(world, win("crm_win"));
    await approve(world, id, "s1");
    expect(crm.effects).toEqual([]);
    expect(await requestFor(world, id, "s1")).toMatchObject({
      kind: "approve",
      summary: expect.stringMatching(
        /; crm_put_back is bound otherwise since version 2 of its contract; this call is undone as version 1 says$/,
      ),
    });
    await approve(world, id, "s1");
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong customer" }, null);
    await world.rest();
    expect((await requestFor(world, id, "s1")).kind).toBe("undo");
    await approve(world, id, "s1");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
    const changes = crm.requests.filter(({ method }) => method === "PUT").map(({ path, body }) => [path, body]);
    expect(changes).toEqual([
      ["/contacts/c1", { stage: "won" }],
      ["/contacts/c1", { stage: "new" }],
    ]);
  });

  it("a call to a real service whose contract says something else by now, and is bound alike, is not asked anew", async () => {
    const world = await start();
    const id = await submit(world, win());
    await world.deps.contracts.put(defined(setFields(crm, { description: "said better" }), 2));
    await approve(world, id, "s1");
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
  });

  it("a call whose output does not fit its output_schema stays committed, and that is on record", async () => {
    const world = await start();
    const id = await submit(world, win("crm_create", { stage: "lead" }));
    await approve(world, id, "s1");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    const events = await world.deps.auditLog.chain(id, "step:s1");
    expect(JSON.stringify(events)).toContain("its output does not fit its output_schema: /id must be integer");
  });

  it("a call to a real service leaves the text of no secret in anything that is written", async () => {
    const { stores, written } = notingStores();
    const world = await start(stores);
    crm.echoAuthorization();
    const id = await submit(world, {
      plans: [
        plan("p1", [call("s1", "crm_set_fields", { contact_id: "c1", stage: "won" }), call("s2", "crm_search", {})]),
      ],
    });
    await approve(world, id, "s1");
    await world.rest();
    const other = await submit(world, win("crm_set_fields", { contact_id: "none", stage: "won" }));
    await world.rest();
    expect(await reported(world, id)).toMatchObject({ s1: "success/approved/LIVE", s2: "success/not_required/LIVE" });
    expect(await standing(world, other)).toEqual({ s1: "ABORTED finished failed" });
    const everything = [...written, JSON.stringify(world.logged)].join("\n");
    expect(everything).toContain("(secret)");
    expect(everything).not.toContain("canary-");
  });
});
