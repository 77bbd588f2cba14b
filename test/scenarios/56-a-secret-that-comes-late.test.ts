import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { READ_SECRET, startCrm, WRITE_SECRET } from "../counterparts/crm.ts";
import { crmWayOut, setFields } from "../functions/tools/http/crm-tools.ts";
import { logOf, reported, standing, stepOf } from "../harness/outcome.ts";
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

/** A world whose secrets can be taken away and kept again. */
const start = async () => {
  const kept = { read: true, write: true };
  const secretsOf = (family: "read" | "write", text: string) => ({
    family,
    get: async () => (kept[family] ? text : undefined),
  });
  const way = crmWayOut(crm);
  const world = await startWorld({
    out: { ...way, read: secretsOf("read", READ_SECRET), write: secretsOf("write", WRITE_SECRET) },
    policy: { allowed_hosts: [crm.host] },
    contracts: [setFields(crm)],
  });
  return { world, kept };
};
const win: { plans: JsonObject[] } = {
  plans: [plan("p1", [call("s1", "crm_set_fields", { contact_id: "c1", stage: "won" })])],
};
const NOTE = 'changed c1 {"stage":"won"}';

describe("a call whose secret is not there when it is to be sent", () => {
  it.each(["read", "write"] as const)(
    "an approved call without its secret of %s/ waits, says which one it waits for, and goes on under its approval when that is kept",
    async (family) => {
      const { world, kept } = await start();
      const id = await submit(world, win);
      kept[family] = false;
      await approve(world, id, "s1");
      await world.settle();
      const waiting = await stepOf(world, id, "s1");
      expect([waiting.state, waiting.phase, crm.effects]).toEqual(["LIVE", "open", []]);
      const chain = await world.deps.auditLog.chain(id, "step:s1");
      expect(chain.at(-1)?.body.reason).toContain(`there is no secret ${family}/crm: an operator keeps it first`);
      await world.pass(60);
      kept[family] = true;
      await world.rest();
      expect(crm.effects).toEqual([NOTE]);
      expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    },
  );

  it("an approved call whose secret nobody keeps fails after five minutes with its name, and nothing was sent", async () => {
    const { world, kept } = await start();
    const id = await submit(world, win);
    kept.write = false;
    await approve(world, id, "s1");
    await world.pass(290);
    expect(await stepOf(world, id, "s1")).toMatchObject({ state: "LIVE", phase: "open" });
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect((await logOf(world, id)).s1?.error_message).toContain("there is no secret write/crm");
    expect(crm.effects).toEqual([]);
  });

  it("a roll back whose secret is not there waits as well, and undoes once when it is kept", async () => {
    const { world, kept } = await start();
    const id = await submit(world, win);
    await approve(world, id, "s1");
    await world.rest();
    kept.write = false;
    await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong" }, null);
    await world.settle();
    expect(crm.effects).toEqual([NOTE]);
    kept.write = true;
    await world.rest();
    expect(crm.effects).toHaveLength(2);
    expect(crm.contacts.get("c1")).toMatchObject({ stage: "new" });
  });
});
