import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { systemState } from "../../functions/api/read/system-state.ts";
import { mcpServer } from "../../shared/contracts/binding/mcp/mcp-server.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { startCrm } from "../counterparts/crm.ts";
import { startContacts } from "../counterparts/mcp-over-http.ts";
import { crmWayOut, searchContacts, setFields, setFieldsByKey } from "../functions/tools/http/crm-tools.ts";
import { makeContact, onLoopback, wayTo } from "../functions/tools/mcp/contact-tools.ts";
import { conflictsOf, reported, standing, stepOf } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const crm = await startCrm({});
afterAll(() => crm.stop());
beforeEach(() => {
  crm.contacts.clear();
  for (const id of ["c1", "c2"]) crm.contacts.set(id, { stage: "new", note: null });
  crm.effects.length = 0;
  crm.requests.length = 0;
  crm.forgetKeys();
  crm.behave();
});

const start = () =>
  startWorld({
    out: crmWayOut(crm),
    policy: { allowed_hosts: [crm.host] },
    contracts: [setFields(crm), setFieldsByKey(crm), searchContacts(crm)],
  });
const win = (contact_id = "c1", tool = "crm_set_fields"): { plans: JsonObject[] } => ({
  plans: [plan("p1", [call("s1", tool, { contact_id, stage: "won" })])],
});
const sent = (method: string): number => crm.requests.filter((request) => request.method === method).length;
const reasons = async (world: TestWorld, id: string): Promise<unknown[]> =>
  (await world.deps.auditLog.chain(id, "step:s1")).map((event) => event.body.reason);

describe("a service that answers 429 with Retry-After", () => {
  it("a service that is too busy is asked again when it said, twice if need be, and the call has one effect", async () => {
    const world = await start();
    const id = await submit(world, win());
    crm.misbehaveOn("PUT", "too_many_requests");
    crm.misbehaveOn("PUT", "too_many_requests");
    await approve(world, id, "s1");
    await world.settle();
    expect([sent("PUT"), crm.effects]).toEqual([1, []]);
    expect((await systemState(world.deps)()).left_alone).toEqual([
      {
        service: crm.host,
        until: "2026-03-02T09:00:30.000Z",
        reason: "it asked crm_set_fields to come again in 30 s",
      },
    ]);
    await world.pass(29);
    expect(sent("PUT")).toBe(1);
    await world.pass(1);
    expect([sent("PUT"), crm.effects]).toEqual([2, []]);
    await world.pass(30);
    expect([sent("PUT"), crm.effects]).toEqual([3, ['changed c1 {"stage":"won"}']]);
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect((await systemState(world.deps)()).left_alone).toEqual([]);
    const keys = crm.requests.flatMap(({ headers }) => headers["idempotency-key"] ?? []);
    expect(new Set(keys).size).toBe(1);
    expect(await reasons(world, id)).toContain(
      'answered 429: {"error":"too many"}; asked for again at 2026-03-02T09:00:30.000Z',
    );
  });

  it("a service that is too busy is left alone by every other call meanwhile, and each of them runs after that", async () => {
    const world = await start();
    const [first, other] = [await submit(world, win()), await submit(world, win("c2", "crm_set_by_key"))];
    crm.misbehaveOn("PUT", "too_many_requests");
    await approve(world, first, "s1");
    await world.settle();
    await approve(world, other, "s1");
    await world.settle();
    expect(sent("PUT")).toBe(1);
    await world.rest();
    expect(crm.effects.toSorted()).toEqual(['changed c1 {"stage":"won"}', 'changed c2 {"stage":"won"}']);
    expect(await reported(world, other)).toEqual({ s1: "success/approved/LIVE" });
  });

  it("a service that is too busy has its tools delayed when a plan is resolved", async () => {
    const world = await start();
    const first = await submit(world, win());
    crm.misbehaveOn("PUT", "too_many_requests");
    await approve(world, first, "s1");
    await world.settle();
    const reads = sent("GET");
    const later = await submit(world, { plans: [plan("p2", [call("s1", "crm_search", { q: "x" })])] });
    await world.settle();
    expect(sent("GET")).toBe(reads + 1);
    await world.rest();
    expect(await conflictsOf(world, later)).toMatchObject([
      {
        conflict_type: "TIMEOUT_CONFLICT",
        resolution_strategy: "DELAY",
        details: {
          seconds_left: 30,
          reason: `${crm.host} is left alone: it asked crm_set_fields to come again in 30 s`,
        },
      },
    ]);
    expect(await reported(world, later)).toEqual({ s1: "success/not_required/LIVE" });
  });

  it("a service that is too busy again and again is believed after five minutes: the call fails, without effect", async () => {
    const world = await start();
    const id = await submit(world, win());
    for (let times = 0; times < 20; times += 1) crm.misbehaveOn("PUT", "too_many_requests");
    await approve(world, id, "s1");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect((await stepOf(world, id, "s1")).rungs.at(-1)).toMatchObject({ outcome: "failed" });
    expect([sent("PUT"), crm.effects]).toEqual([11, []]);
  });

  it("a service too busy for a read is waited for in the rehearsal, and puts one in LIVE off", async () => {
    const world = await start();
    crm.misbehaveOn("GET", "too_many_requests");
    const id = await submit(world, { plans: [plan("p1", [call("s1", "crm_search", { q: "x" })])] });
    await world.settle();
    expect(await standing(world, id)).toEqual({ s1: "DRY_RUN open -" });
    crm.misbehaveOn("GET", "too_many_requests");
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/not_required/LIVE" });
    expect(sent("GET")).toBe(4);
  });

  it("a service too busy for the preview made again before LIVE puts the call off, which is not asked anew", async () => {
    const world = await start();
    const id = await submit(world, win());
    await world.settle();
    crm.misbehaveOn("GET", "too_many_requests");
    await approve(world, id, "s1");
    await world.settle();
    expect(sent("PUT")).toBe(0);
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(crm.effects).toHaveLength(1);
  });

  it("a service too busy for a roll back puts that off, and it is made in the end", async () => {
    const world = await start();
    const id = await submit(world, win());
    await approve(world, id, "s1");
    await world.rest();
    crm.misbehaveOn("PUT", "too_many_requests");
    await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong customer" }, null);
    await world.settle();
    expect(await standing(world, id)).toEqual({ s1: "ROLLBACK open -" });
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
    expect(crm.contacts.get("c1")).toEqual({ stage: "new", note: null });
    expect([sent("PUT"), crm.effects.length]).toEqual([3, 2]);
  });
});

describe("an MCP server whose issuer of tokens answers 429 with Retry-After", () => {
  it("an MCP server whose issuer of tokens is too busy is sent nothing until then, and the call has one effect", async () => {
    const contacts = await startContacts();
    contacts.fresh();
    const token_url = new URL("/token", contacts.url).href;
    const auth = { as: "client_credentials", token_url, client_id: "buddy", secret: "contacts" };
    const way = wayTo(
      mcpServer.parse({ kind: "http", server: "contacts", url: contacts.url, auth }),
      onLoopback(contacts.host),
    );
    const world = await startWorld({ mcp: way, contracts: [makeContact()] });
    const id = await submit(world, { plans: [plan("p1", [call("s1", "contacts_make", { stage: "lead" })])] });
    await world.settle();
    contacts.misbehave({ status: 429, acts: false, on: "POST", headers: { "retry-after": "30" } });
    await approve(world, id, "s1");
    await world.settle();
    expect([contacts.methods.at(-1), contacts.calls]).toEqual(["POST", []]);
    const [alone] = (await systemState(world.deps)()).left_alone;
    expect(alone).toMatchObject({ until: "2026-03-02T09:00:30.000Z", reason: expect.stringContaining("in 30 s") });
    const before = contacts.methods.length;
    await world.pass(29);
    expect(contacts.methods).toHaveLength(before);
    await world.rest();
    expect(contacts.effects).toEqual(["made n3"]);
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    await way.stop();
    await contacts.stop();
  });
});

describe("a service that answers 503 with Retry-After after it acted", () => {
  it("a service that is too busy after it acted is sent the same key no sooner than it said, with one effect", async () => {
    const world = await start();
    const id = await submit(world, win("c1", "crm_set_by_key"));
    crm.misbehaveOn("PUT", "busy_after_acting");
    await approve(world, id, "s1");
    await world.pass(89);
    expect([sent("PUT"), crm.effects.length]).toEqual([1, 1]);
    await world.rest(100);
    expect([sent("PUT"), crm.effects.length]).toEqual([2, 1]);
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
  });

  it("a call is looked up no sooner than its busy service has asked", async () => {
    const world = await start();
    const id = await submit(world, win());
    crm.misbehaveOn("PUT", "busy_after_acting");
    await approve(world, id, "s1");
    const asked = () => crm.requests.filter(({ path }) => path.startsWith("/calls/")).length;
    await world.pass(89);
    expect(asked()).toBe(0);
    await world.rest(100);
    expect(asked()).toBe(1);
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(crm.effects).toHaveLength(1);
  });
});
