import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { guardedClient } from "../../functions/adapters/http/guarded-client.ts";
import { memorySecrets } from "../../functions/adapters/memory/secrets.ts";
import { wayOut } from "../../functions/tools/http/way-out.ts";
import { contractFrom, templateOf } from "../../shared/contracts/templates/index.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { READ_SECRET, startCrm, WRITE_SECRET } from "../counterparts/crm.ts";
import { reported, stepOf } from "../harness/outcome.ts";
import { approve, decide, requestFor, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const crm = await startCrm({ c1: { email: "ann@example.com" } });
afterAll(() => crm.stop());
beforeEach(() => {
  crm.contacts.clear();
  crm.contacts.set("c1", { email: "ann@example.com" });
  crm.effects.length = 0;
  crm.requests.length = 0;
  crm.behave();
});

/** A template as a team completes it that was given an API. */
const filledIn = (tool: string, path: string): JsonObject => {
  const template = templateOf(tool);
  const made = template.ok ? contractFrom(template.value, { host: crm.host, path }) : template;
  if (!made.ok) throw new Error(made.refusal);
  return made.value;
};

const start = () =>
  startWorld({
    out: wayOut(
      guardedClient({ allowed_hosts: [crm.host], networks: [], loopback: true, authorities: [crm.cert] }),
      memorySecrets("read", { mployer: READ_SECRET }),
      memorySecrets("write", { mployer: WRITE_SECRET }),
      Date.now,
    ),
    policy: { allowed_hosts: [crm.host] },
    contracts: [filledIn("mployer_search", "search"), filledIn("mployer_add_contact", "contacts")],
  });

/** The added contact's tool wants that somebody has searched before. */
const adding = () => ({
  plans: [
    plan("p1", [
      call("s1", "mployer_search", { query: "Bea & Co", email: "bea@example.com" }),
      call("s2", "mployer_add_contact", { email: "bea@example.com", first_name: "Bea" }, { after: ["s1"] }),
    ]),
  ],
});

describe("Mployer's templates, filled in", () => {
  it("Mployer's templates search the service with the secret for reading, and add a contact there once a person has approved", async () => {
    const world = await start();
    const id = await submit(world, adding());
    const asked = await requestFor(world, id, "s2");
    expect(asked.summary).toContain(`POST https://${crm.host}/contacts with authorization`);
    expect(asked.summary).toContain('{"email":"bea@example.com","first_name":"Bea"}');
    expect(crm.effects).toEqual([]);
    await approve(world, id, "s2");
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/not_required/LIVE", s2: "success/approved/LIVE" });
    expect((await stepOf(world, id, "s2")).committed).toBe(true);
    expect(crm.effects).toEqual(["created n2"]);
    expect(crm.contacts.get("n2")).toEqual({ email: "bea@example.com", first_name: "Bea" });
    const searches = crm.requests.filter(({ method }) => method === "GET");
    expect(new Set(searches.map(({ path, headers }) => `${path} ${headers.authorization}`))).toEqual(
      new Set([`/search?query=Bea%20%26%20Co&email=bea%40example.com Bearer ${READ_SECRET}`]),
    );
  });

  it("an addition by Mployer's template that was never told is a person's question, and nothing is added a second time", async () => {
    const world = await start();
    const id = await submit(world, adding());
    crm.misbehaveOn("POST", "fail_after_acting");
    await approve(world, id, "s2");
    await world.rest();
    expect((await requestFor(world, id, "s2")).kind).toBe("reconcile");
    await decide(world, id, "s2", "happened");
    expect(await reported(world, id)).toMatchObject({ s2: "success/approved/LIVE" });
    expect(crm.effects).toEqual(["created n2"]);
  });
});
