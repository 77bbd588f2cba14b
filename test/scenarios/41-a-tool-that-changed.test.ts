import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { acceptDefinitions } from "../../functions/api/administer/accept-definitions.ts";
import { definitionsOf } from "../../functions/api/read/definitions-of.ts";
import { systemState } from "../../functions/api/read/system-state.ts";
import { toolDefinition } from "../../shared/contracts/binding/mcp/tool-definition.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { type HttpMisbehaviour, startContacts } from "../counterparts/mcp-over-http.ts";
import { getContact, onLoopback, overHttp, setContact, wayTo } from "../functions/tools/mcp/contact-tools.ts";
import { logOf, reported, standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, openRequests, requestFor, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const server = await startContacts();
const way = wayTo(overHttp(server.url), onLoopback(server.host));
afterAll(async () => {
  await way.stop();
  await server.stop();
});
beforeEach(server.fresh);

/** The tools as an import pins them: as the server describes them now. */
const pinned = async (contract: JsonObject, ...tools: string[]): Promise<JsonObject> => {
  const target = { server: overHttp(server.url), credentials: { family: "none", headers: {}, env: {} } } as const;
  const listed = await way.client.tools(target, { timeout_ms: 5_000 });
  if (!listed.ok) throw new Error(listed.refusal.error);
  const pins = listed.value.tools
    .filter(({ name }) => tools.includes(name))
    .map((pin) => ({ ...toolDefinition.parse(pin) }));
  return { ...contract, binding: { ...(contract.binding as JsonObject), pins } };
};

const start = async (): Promise<TestWorld> =>
  startWorld({
    mcp: way,
    contracts: [
      await pinned(setContact(), "set_contact", "get.contact"),
      await pinned(getContact(), "get.contact"),
      await pinned(freely, "set_contact"),
    ],
  });

/** Nobody is asked before it. */
const freely = setContact({ tool_name: "contacts_set_freely", requires_approval: false, approvals_required: 0 });

const OTHERWISE = "Changes a contact, and tells everybody";
const read = call("r1", "contacts_get", { contact_id: "c1" });
const write = call("w1", "contacts_set", { contact_id: "c1", stage: "won" }, { after: ["r1"] });
const both = { plans: [plan("p1", [read, write])] };

const accept = async (world: TestWorld, by: string, tool = "contacts_set") => {
  const found = await definitionsOf(world.deps)(tool);
  if (!found.ok) throw new Error(found.refusal.detail);
  const read_by = found.value.definitions.flatMap(({ quarantined, changed }) =>
    quarantined && changed !== null ? [changed.definition] : [],
  );
  return acceptDefinitions(world.deps)(tool, read_by, by);
};

const quarantined = async (world: TestWorld, tool = "contacts_set") => {
  const found = await definitionsOf(world.deps)(tool);
  return found.ok ? found.value.definitions.filter((each) => each.quarantined).map((each) => each.tool) : [];
};

describe("a tool of an MCP server that describes it otherwise", () => {
  it("a tool described otherwise after it was approved is not called, is shown, and is called when a person accepted it", async () => {
    const world = await start();
    const id = await submit(world, both);
    expect(await stepOf(world, id, "r1")).toMatchObject({ state: "LIVE", phase: "finished" });
    server.description = OTHERWISE;
    await approve(world, id, "w1");
    await world.rest();
    expect(server.effects).toEqual([]);
    expect(await reported(world, id)).toMatchObject({ w1: "partial/not_required/DRY_RUN" });
    expect(await statusOf(world, id)).toBe("INCOMPLETE");
    const events = await world.deps.auditLog.chain(id, "step:w1");
    expect(events.at(-1)).toMatchObject({
      type: "ceiling_fell",
      body: { reason: expect.stringContaining('quarantined: server contacts describes "set_contact" otherwise') },
    });
    const shown = await definitionsOf(world.deps)("contacts_set");
    expect(shown).toMatchObject({
      value: {
        definitions: [
          { tool: "get.contact", quarantined: false, changed: null },
          {
            ...{ tool: "set_contact", quarantined: true },
            changed: { changes: [{ part: "description", was: "Changes a contact", is: OTHERWISE }] },
          },
        ],
      },
    });

    const accepted = await accept(world, "olga");
    expect(accepted).toMatchObject({ ok: true, value: { accepted: [{ tool: "set_contact", accepted_by: "olga" }] } });
    const operators = await world.deps.auditLog.chain("operators", "operators");
    expect(operators.at(-1)).toMatchObject({
      type: "definition_accepted",
      actor: "olga",
      body: { tool: "set_contact" },
    });
    const again = await submit(world, both);
    expect((await requestFor(world, again, "w1")).summary).toContain("as olga accepted at");
    await approve(world, again, "w1");
    await world.rest();
    expect(server.effects).toEqual(['changed c1 {"stage":"won"}']);
    expect(await statusOf(world, again)).toBe("SUCCEEDED");
  });

  it("a tool described otherwise, accepted before the approved call began, is asked anew: another tool was approved", async () => {
    const world = await start();
    const id = await submit(world, both);
    server.description = OTHERWISE;
    // Another execution comes upon it first.
    await submit(world, { plans: [plan("p2", [call("w2", "contacts_set", { contact_id: "c/2", stage: "won" })])] });
    await accept(world, "olga");
    await approve(world, id, "w1");
    expect(server.effects).toEqual([]);
    expect((await requestFor(world, id, "w1")).summary).toContain("as olga accepted at");
    await approve(world, id, "w1");
    await world.rest();
    expect(server.effects).toEqual(['changed c1 {"stage":"won"}']);
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });

  it("a tool described otherwise before the rehearsal is previewed without asking it, and its dependents go no higher", async () => {
    const world = await start();
    server.description = OTHERWISE;
    const steps = [
      call("w1", "contacts_set_freely", { contact_id: "c1", stage: "won" }),
      call("w2", "contacts_set", { contact_id: "c/2", stage: "won" }, { after: ["w1"] }),
      call("m1", "memory_search", { query: "a" }),
    ];
    const id = await submit(world, { plans: [plan("p1", steps)] });
    await world.rest();
    expect(await openRequests(world, id)).toEqual([]);
    expect(await standing(world, id)).toEqual({
      m1: "LIVE finished live",
      w1: "DRY_RUN finished ceiling",
      w2: "DRY_RUN finished ceiling",
    });
    expect(server.effects).toEqual([]);
    expect(await quarantined(world, "contacts_set_freely")).toEqual(["set_contact"]);
  });

  it("a tool described otherwise fails no plan by what its mock, which stands for what it would give, does not have", async () => {
    const reading = { kind: "mcp", server: "contacts", call: { tool: "set_contact", output: "/contact" } };
    const world = await startWorld({
      mcp: way,
      contracts: [await pinned({ ...getContact(), binding: reading }, "set_contact")],
    });
    server.description = OTHERWISE;
    const steps = [
      call("r1", "contacts_get", { contact_id: "c1" }),
      call("r2", "memory_search", { query: { $from: "r1", path: "/owner" } }),
      call("m1", "memory_search", { query: "a" }),
    ];
    const id = await submit(world, { plans: [plan("p1", steps)] });
    await world.rest();
    expect(await standing(world, id)).toEqual({
      ...{ r1: "DRY_RUN finished ceiling", r2: "DRY_RUN finished ceiling", m1: "LIVE finished live" },
    });
  });

  it("a tool described otherwise leaves an execution that asked for previews INCOMPLETE: its step was not rehearsed", async () => {
    const world = await start();
    server.description = OTHERWISE;
    const id = await submit(world, { ...both, config: { dry_run_only: true } });
    await world.rest();
    expect(await reported(world, id)).toMatchObject({
      r1: "success/not_required/DRY_RUN",
      w1: "partial/not_required/DRY_RUN",
    });
    expect(await statusOf(world, id)).toBe("INCOMPLETE");
  });

  it("a tool described otherwise between rehearsal and LIVE is held back unasked, and its ledger row taken back", async () => {
    let listed = 0;
    const changing = async (...asked: Parameters<typeof way.client.tools>) => {
      listed += 1;
      // The preview and its read have looked; LIVE has not.
      if (listed === 3) server.description = OTHERWISE;
      return way.client.tools(...asked);
    };
    const mcp = { ...way, client: { ...way.client, tools: changing } };
    const world = await startWorld({ mcp, contracts: [await pinned(freely, "set_contact")] });
    const step = call("w1", "contacts_set_freely", { contact_id: "c1", stage: "won" });
    const id = await submit(world, { plans: [plan("p1", [step])] });
    await world.rest();
    expect(await standing(world, id)).toEqual({ w1: "DRY_RUN finished ceiling" });
    expect(server.effects).toEqual([]);
    expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
  });

  it("a tool described otherwise and then as it was reviewed, before anybody accepted, is called as ever", async () => {
    const world = await start();
    server.description = OTHERWISE;
    await submit(world, both);
    expect(await quarantined(world)).toEqual(["set_contact"]);
    server.description = "Changes a contact";
    const id = await submit(world, both);
    expect(await quarantined(world)).toEqual([]);
    await approve(world, id, "w1");
    await world.rest();
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    expect(await accept(world, "olga")).toMatchObject({ ok: true, value: { accepted: [] } });
  });

  it("a tool described otherwise again after it was accepted is quarantined, and what was read before is not accepted", async () => {
    const world = await start();
    server.description = OTHERWISE;
    await submit(world, both);
    const first = await definitionsOf(world.deps)("contacts_set");
    const digests = first.ok ? first.value.definitions.flatMap(({ changed }) => changed?.definition ?? []) : [];
    const [ann, bob] = await Promise.all(
      ["ann", "bob"].map((by) => acceptDefinitions(world.deps)("contacts_set", digests, by)),
    );
    expect(ann).toEqual(bob);
    server.description = "Changes everything";
    const id = await submit(world, both);
    await world.rest();
    expect(await standing(world, id)).toMatchObject({ w1: "DRY_RUN finished ceiling" });
    expect(await quarantined(world)).toEqual(["set_contact"]);
    expect(await acceptDefinitions(world.deps)("contacts_set", digests, "ann")).toMatchObject({
      refusal: { status: 409, detail: expect.stringContaining("read it again") },
    });
    server.description = OTHERWISE;
    const back = await submit(world, both);
    await approve(world, back, "w1");
    await world.rest();
    expect(await statusOf(world, back)).toBe("SUCCEEDED");
  });

  it("a tool that its server has no more, or whose server cannot be reached, fails its plan with nothing sent", async () => {
    const world = await start();
    server.offered = false;
    const gone = await submit(world, both);
    await world.rest();
    expect((await logOf(world, gone)).w1?.error_message).toContain('has no tool "set_contact" any more');
    expect(await quarantined(world)).toEqual([]);
    server.offered = true;
    // The rehearsal of each step asks six times, and each question may be asked once more over a new connection.
    for (let n = 0; n < 24; n += 1) server.misbehave({ status: 500, acts: false, on: "tools/list" });
    const closed = await submit(world, both);
    await world.rest();
    expect(await statusOf(world, closed)).toBe("FAILED");
    expect(server.effects).toEqual([]);
  });
});

describe("an MCP server that asks to be left alone", () => {
  const busy = (on: string) => server.misbehave({ status: 429, acts: false, on, headers: { "retry-after": "30" } });

  it("an MCP server that asks to be left alone is asked again when it said, its other tools neither, with one effect", async () => {
    const world = await start();
    const id = await submit(world, both);
    busy("tools/call");
    // The read that makes the preview again before LIVE meets it.
    await approve(world, id, "w1");
    await world.settle();
    expect((await systemState(world.deps)()).left_alone).toMatchObject([
      { service: "mcp:contacts", reason: "it asked contacts_set to come again in 30 s" },
    ]);
    expect(server.effects).toEqual([]);
    await world.pass(30);
    await world.rest();
    expect(await reported(world, id)).toMatchObject({ w1: "success/approved/LIVE" });
    expect(server.effects).toHaveLength(1);
  });

  it("an MCP server that asks to be left alone where it lists its tools is waited for as well", async () => {
    const world = await start();
    const id = await submit(world, both);
    busy("tools/list");
    await approve(world, id, "w1");
    await world.settle();
    expect((await systemState(world.deps)()).left_alone).toHaveLength(1);
    await world.pass(30);
    await world.rest();
    expect(server.effects).toHaveLength(1);
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });
});

describe("a tool of an MCP server that is gone while many calls of it wait", () => {
  it("a tool that is gone while many calls of it wait is called by none, each ends and says why, and others are called", async () => {
    const world = await start();
    const contacts = Array.from({ length: 30 }, (_, n) => `n${n}`);
    for (const each of contacts) server.contacts.set(each, { stage: "new", note: null });
    const ids: string[] = [];
    for (const contact_id of contacts) {
      const change = call("w1", "contacts_set", { contact_id, stage: "won" });
      ids.push(await submit(world, { plans: [plan(`p-${contact_id}`, [change])] }));
    }
    server.offered = false;
    for (const id of ids) await approve(world, id, "w1");
    await world.rest();
    expect(server.effects).toEqual([]);
    for (const id of ids) {
      expect(await statusOf(world, id)).not.toMatch(/RUNNING|SUCCEEDED/);
      const events = await world.deps.auditLog.chain(id, "step:w1");
      expect(JSON.stringify(events)).toContain('has no tool \\"set_contact\\" any more');
    }
    const others = await submit(world, { plans: [plan("p-read", [read])] });
    await world.rest();
    expect(await statusOf(world, others)).toBe("SUCCEEDED");
  });
});

describe("a list of an MCP server's tools that cannot be had for a moment", () => {
  const page = { status: 200, acts: false, on: "tools/list", headers: { "content-type": "text/html" } };
  const away = { plans: [plan("p1", [call("w1", "contacts_set", { contact_id: "c1", stage: "won" })])] };
  /** A list that cannot be had is asked for once more, as of a server that has forgotten who asks. */
  const meetTwice = (how: HttpMisbehaviour) => {
    server.misbehave(how);
    server.misbehave(how);
  };

  it.each([
    ["a page comes in its place", page],
    ["who asks is not let in", { ...page, status: 401 }],
    ["its endpoint is not there", { ...page, status: 404 }],
    ["it is sent elsewhere", { ...page, status: 307 }],
  ])("an approved call waits and is made, and people are not asked anew, where %s", async (_, how) => {
    const world = await start();
    const id = await submit(world, away);
    meetTwice(how);
    await approve(world, id, "w1");
    await world.settle();
    expect([server.effects, await standing(world, id)]).toEqual([[], { w1: "LIVE open -" }]);
    await world.rest();
    expect(await reported(world, id)).toEqual({ w1: "success/approved/LIVE" });
    expect((await stepOf(world, id, "w1")).approvals_asked).toBe(1);
    expect(server.effects).toHaveLength(1);
  });

  it("an approved call waits and is made where its server lists the tool a moment later", async () => {
    const world = await start();
    const id = await submit(world, away);
    server.offered = false;
    await approve(world, id, "w1");
    await world.settle();
    expect(await standing(world, id)).toEqual({ w1: "LIVE open -" });
    server.offered = true;
    await world.rest();
    expect(await reported(world, id)).toEqual({ w1: "success/approved/LIVE" });
  });

  it.each([
    ["is gone from its list", () => ({ offered: false })],
    [
      "is listed in two ways",
      () => ({ more: [{ name: "set_contact", description: "", inputSchema: { type: "object" as const } }] }),
    ],
  ])("a call of a tool that %s may be made again unchanged, later", async (_, how) => {
    const world = await start();
    Object.assign(server, how());
    const id = await submit(world, away);
    await world.rest();
    expect(await standing(world, id)).toEqual({ w1: "ABORTED finished failed" });
    expect(await stepOf(world, id, "w1")).toMatchObject({ passing: true });
    expect(server.effects).toEqual([]);
  });
});
