import { describe, expect, it } from "vitest";
import { lockSystem, unlockSystem } from "../../functions/api/act/lock-system.ts";
import { resumeExecution } from "../../functions/api/act/resume-execution.ts";
import type { LedgerRow } from "../../shared/execution/record/ledger-row.ts";
import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";
import { ODD, type OddAdapter, oddToolbox, oddWorld } from "../harness/odd-tools.ts";
import { logOf, reported, standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, approveAll, decide, must, openRequests, requestFor, submit } from "../harness/people.ts";
import { call, create, plan, type StepBody, search, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const searchThenUpdate = (query: string) => ({
  plans: [
    plan("p1", [search("find", query), update("set", { $from: "find", path: "/contact_id" }, { stage: "customer" })]),
  ],
});

it("an update takes the id that a search found: asked when it is final, and run with that id only", async () => {
  const world = await startWorld();
  const wanted = await world.contact("c7");
  const id = await submit(world, searchThenUpdate(String(wanted?.email)));
  expect(await standing(world, id)).toMatchObject({ find: "LIVE finished live" });
  const asked = await requestFor(world, id, "set");
  expect(asked.arguments).toEqual({ contact_id: "c7", fields: { stage: "customer" } });
  expect(asked.argument_sources).toEqual([{ at: "/contact_id", from: "find", path: "/contact_id" }]);
  await approve(world, id, "set");
  expect(await world.contact("c7")).toMatchObject({ stage: "customer" });
  const row = await world.deps.ledger.get({ execution_id: id, step_id: "set", side: "forward" });
  expect(row?.arguments).toEqual(asked.arguments);
  expect(await reported(world, id)).toEqual({ find: "success/not_required/LIVE", set: "success/approved/LIVE" });
});

it("a search that finds nothing ends the update with a clear reason, and not with an empty id", async () => {
  const world = await startWorld();
  const id = await submit(world, searchThenUpdate("nobody@nowhere.example"));
  expect(await standing(world, id)).toMatchObject({ set: "ABORTED finished failed" });
  expect((await logOf(world, id)).set?.error_message).toContain(
    "/contact_id in the output of step find does not exist",
  );
  expect(await statusOf(world, id)).toBe("FAILED");
  expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
});

it("a reference to a field that a tool never returns ends the plan at rehearsal, with the near name and nothing sent", async () => {
  const world = await startWorld();
  const id = await submit(world, {
    plans: [
      plan("p1", [search("find", "c7"), update("set", { $from: "find", path: "/contct_id" }, { stage: "customer" })]),
    ],
  });
  expect((await logOf(world, id)).set?.error_message).toContain(
    '/contct_id in the output of step find does not exist, so there is no value for /contact_id; did you mean "contact_id"?',
  );
  expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
});

it("a value of another type than the tool takes ends the plan at rehearsal, before the call that would give it is asked about", async () => {
  const world = await startWorld();
  const id = await submit(world, {
    plans: [plan("p1", [create("new", "new@example.org"), update("s1", "c1", { $from: "new", path: "/contact_id" })])],
  });
  expect(await openRequests(world, id)).toEqual([]);
  expect(await standing(world, id)).toEqual({ new: "ABORTED finished plan_failed", s1: "ABORTED finished failed" });
  expect((await stepOf(world, id, "s1")).reason).toBe(
    "/contact_id in the output of step new does not fit /fields of ghl_update_contact: it must be object",
  );
});

const taken = (path: string, given: JsonObject = {}) => ({
  plans: [
    plan("p1", [call("give", ODD.tool_name, given), call("take", "calm_write", { value: { $from: "give", path } })]),
  ],
});

it.each<[string, string, JsonObject, JsonObject]>([
  [
    "that no mock can make",
    "/pin",
    { type: "object", required: ["pin"], properties: { pin: { type: "string", pattern: "^(?=4711)\\d+$" } } },
    { pin: "4711" },
  ],
  [
    "that its output schema leaves open",
    "/free/x",
    { type: "object", properties: { free: { type: "object" } } },
    { free: { x: "4711" } },
  ],
  [
    "of one of two answers that its output schema has, of which a mock makes the other",
    "/created_id",
    {
      anyOf: [
        { type: "object", properties: { existing_id: { type: "string" } }, additionalProperties: false },
        { type: "object", properties: { created_id: { type: "string" } } },
      ],
    },
    { created_id: "4711" },
  ],
])("a reference to a field %s waits for the call, which gives it", async (_, path, output_schema, output) => {
  const world = await startWorld(
    oddWorld({ call: async () => ({ kind: "committed", output, undo: null }) }, { output_schema }),
  );
  const id = await submit(world, taken(path));
  await world.rest();
  expect(await standing(world, id)).toEqual({ give: "LIVE finished live", take: "LIVE finished live" });
  const row = await world.deps.ledger.get({ execution_id: id, step_id: "take", side: "forward" });
  expect(row?.arguments).toEqual({ value: "4711" });
});

it("a reference into an output that has nothing in it ends the plan in words that name none of what is there", async () => {
  const world = await startWorld(oddWorld({}));
  const id = await submit(world, taken("/free/x", { free: {} }));
  expect((await logOf(world, id)).take?.error_message).toMatch(/so there is no value for \/value; nothing is in it$/u);
});

const NEW = "new@example.org";
const query = (given: JsonObject | string) => ({ query: given });
const idOf = (from: string): JsonObject => ({ $from: from, path: "/contact_id" });
/** The contact is made, looked for in some way, and what was found is changed. */
const found = (...looks: StepBody[]): StepBody[] => [
  search("before", "c1"),
  create("new", NEW),
  ...looks,
  update("set", idOf("find"), { stage: "customer" }),
];

describe("a value of a read that stands behind a write", () => {
  const ways: [string, StepBody[]][] = [
    ["by the id that came", [call("find", "ghl_search", query(idOf("new")))]],
    ["by what was written, after it", [search("find", NEW, { after: ["new"] })]],
    [
      "by one read after the other",
      [call("one", "ghl_search", query(idOf("new"))), call("find", "ghl_search", query(idOf("one")))],
    ],
    [
      "behind a read of something else",
      [call("one", "ghl_search", query(idOf("before")), { after: ["new"] }), search("find", NEW, { after: ["one"] })],
    ],
  ];

  it.each(ways)("a value of a read that looks for what the plan writes is waited for: %s", async (_, looks) => {
    const world = await startWorld();
    const id = await submit(world, { plans: [plan("p1", found(...looks))] });
    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["new"]);
    expect(await stepOf(world, id, "set")).toMatchObject({
      ...{ state: "DRY_RUN", phase: "open", provisional: true },
      reason: "provisional: it rests on what has not run yet",
    });
    await approve(world, id, "new");
    const made = await world.deps.ledger.get({ execution_id: id, step_id: "new", side: "forward" });
    const asked = await requestFor(world, id, "set");
    expect(asked.arguments).toEqual({ contact_id: outputOf(made).contact_id, fields: { stage: "customer" } });
    await approve(world, id, "set");
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });

  it.each(ways)(
    "a value of a read is not missed under dry_run_only, where no write goes before it: %s",
    async (_, looks) => {
      const world = await startWorld();
      const id = await submit(world, { plans: [plan("p1", found(...looks))], config: { dry_run_only: true } });
      expect(await standing(world, id)).toMatchObject({
        ...{ find: "DRY_RUN finished ceiling", set: "DRY_RUN finished ceiling" },
      });
      expect(await statusOf(world, id)).toBe("SUCCEEDED");
    },
  );

  it.each(ways)("a value of a read is given up with the write that was rejected: %s", async (_, looks) => {
    const world = await startWorld();
    const id = await submit(world, { plans: [plan("p1", found(...looks))] });
    await decide(world, id, "new", "reject");
    expect(await standing(world, id)).toMatchObject({
      ...{ new: "DRY_RUN finished rejected", find: "DRY_RUN finished ceiling", set: "DRY_RUN finished ceiling" },
    });
    expect(await statusOf(world, id)).toBe("INCOMPLETE");
  });

  it("a value of a read that does not fit yet, and will by the write before it, is waited for", async () => {
    const look = async (pin: Json) => ({ summary: "looks", output: { pin }, changes: [] });
    const world = await startWorld(
      oddWorld(
        { preview: () => look(7), call: async () => ({ kind: "committed", output: { pin: "c7" }, undo: null }) },
        {
          ...{ risk_level: "LOW", timeout_seconds: 5, compensation: "none", outcome_resolution: "OPAQUE" },
          ...{ output_schema: { type: "object", properties: { pin: { type: ["string", "integer"] } } } },
        },
      ),
    );
    const steps = [
      call("w", "calm_write", { n: 1 }),
      call("find", ODD.tool_name, {}, { after: ["w"] }),
      update("set", { $from: "find", path: "/pin" }, { stage: "customer" }),
    ];
    const id = await submit(world, { plans: [plan("p1", steps)] });
    await world.rest();
    expect((await requestFor(world, id, "set")).arguments).toEqual({ contact_id: "c7", fields: { stage: "customer" } });
  });

  const PIN = { type: "object", properties: { pin: { type: "string" }, stage: { type: "string" } }, required: ["pin"] };
  const needing = (...names: string[]) => ({ anyOf: names.map((name) => ({ required: [name] })) });
  const only = (stage: string) => ({ properties: { ...PIN.properties, stage: { type: "string", enum: [stage] } } });
  const real = { $from: "before", path: "/contact_id" };

  it.each<[string, JsonObject, JsonObject, string]>([
    ["what is missing beside it", needing("stage", "other"), {}, 'argument "stage" is required'],
    [
      "what a case asks for",
      {
        if: { required: ["stage"] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
        then: { required: ["other"] },
      },
      { stage: "b" },
      '/other argument "other" is required',
    ],
    ["the real value of another read", only("b"), { stage: real }, '/stage must be one of "b"'],
    [
      "the real value of another read, which is not there",
      {},
      { stage: { ...real, path: "/no" } },
      "/no in the output of step before does not exist",
    ],
    ["none of several forms", { oneOf: [only("b"), only("c")] }, { stage: real }, '/stage must be one of "b"'],
  ])("a value of a read is not waited for where the call cannot be right with any: %s", async (_, more, given, why) => {
    for (const from of ["find", "new"]) {
      const world = await startWorld({
        contracts: [{ ...ODD, input_schema: { ...PIN, ...more }, resources: [] } as never],
      });
      const steps = found(search("find", NEW, { after: ["new"] }));
      const set = call("set", ODD.tool_name, { pin: idOf(from), ...given });
      const id = await submit(world, { plans: [plan("p1", [...steps.slice(0, -1), set])] });
      expect(await standing(world, id)).toMatchObject({
        ...{ new: "ABORTED finished plan_failed", set: "ABORTED finished failed" },
      });
      expect((await stepOf(world, id, "set")).reason).toContain(why);
    }
  });

  it("a value of a read is waited for where it may be the one that makes the call right", async () => {
    const pinned = (pin: JsonObject) => ({ properties: { pin }, required: ["pin"] });
    const world = await startWorld({
      contracts: [
        {
          ...ODD,
          resources: [],
          input_schema: {
            ...PIN,
            anyOf: [{ required: ["stage"] }, pinned({ pattern: "^(?!c1$)" })],
            if: pinned({ const: "c1" }),
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
            then: { required: ["other"] },
          },
        } as never,
      ],
    });
    const look = found(search("find", "c1", { after: ["new"] })).slice(0, -1);
    const steps = [...look, call("set", ODD.tool_name, { pin: idOf("find") })];
    const id = await submit(world, { plans: [plan("p1", steps)] });
    expect(await stepOf(world, id, "set")).toMatchObject({
      state: "DRY_RUN",
      phase: "open",
      provisional: true,
    });
  });

  it("a value that a read lacks once the write before it is made ends the step that takes it with a clear reason", async () => {
    const world = await startWorld();
    const steps = found(search("find", "nobody@nowhere.example", { after: ["new"] }));
    const id = await submit(world, { plans: [plan("p1", steps)] });
    await approve(world, id, "new");
    expect(await standing(world, id)).toMatchObject({
      ...{ new: "LIVE finished live", find: "LIVE finished live", set: "ABORTED finished failed" },
    });
    expect((await stepOf(world, id, "set")).reason).toContain("/contact_id in the output of step find does not exist");
  });

  it("a value of a read that runs behind a write by its agent's own order alone is waited for", async () => {
    let written = false;
    const pin = () => (written ? { pin: "c7" } : {});
    const look: OddAdapter = {
      preview: async () => ({ summary: "looks", output: pin(), changes: [] }),
      call: async () => ({ kind: "committed", output: pin(), undo: null }),
    };
    const writes: OddAdapter = {
      call: async () => {
        written = true;
        return { kind: "committed", output: { ok: true }, undo: null };
      },
    };
    const output_schema = { type: "object", properties: { pin: { type: "string" } } };
    const reads = {
      risk_level: "LOW",
      timeout_seconds: 5,
      compensation: "none",
      outcome_resolution: "OPAQUE",
    } as const;
    const world = await startWorld({
      contracts: [
        { ...ODD, ...reads, resources: [], output_schema },
        { ...ODD, tool_name: "calm_write", resources: [] },
      ],
      depsFor: (_state, deps) => ({
        ...deps,
        toolbox: oddToolbox(oddToolbox(deps.toolbox, look), writes, "calm_write"),
      }),
    });
    const set = { contact_id: { $from: ODD.tool_name, path: "/pin" }, fields: { stage: "customer" } };
    const tools = ["calm_write", ODD.tool_name, "ghl_update_contact"];
    const short = {
      plan_id: "p1",
      agent_assignments: { a1: tools },
      tool_arguments: { calm_write: { n: 1 }, [ODD.tool_name]: {}, ghl_update_contact: set },
      confidence_scores: Object.fromEntries(tools.map((tool) => [tool, 0.95])),
      agent_permissions: { a1: ["ghl_access", "ghl_write"] },
    };
    const id = await submit(world, { plans: [short] });
    await world.rest();
    await approveAll(world, id);
    await world.rest();
    expect(await stepOf(world, id, "p1.ghl_update_contact")).toMatchObject({ ending: "live" });
    expect(await world.contact("c7")).toMatchObject({ stage: "customer" });
  });

  it("a value of a read that a lock held before it was used is waited for like any other", async () => {
    const world: TestWorld = await startWorld({
      wrap: (tasks) => ({
        ...tasks,
        "Next wave": async (input) => {
          const { execution_id } = input as { readonly execution_id: string };
          const find = await world.deps.steps.get(execution_id, "find");
          const set = await world.deps.steps.get(execution_id, "set");
          if (find?.preview && set?.preview === null && find.state === "DRY_RUN") {
            await lockSystem(world.deps)({ scope: EVERYTHING, mode: "stop_forward", reason: "look" }, "olga");
          }
          return tasks["Next wave"]?.(input);
        },
      }),
    });
    const steps = found(call("find", "ghl_search", query(idOf("new"))));
    const id = await submit(world, { plans: [plan("p1", steps)] });
    expect(await standing(world, id)).toMatchObject({ find: "LOCKED open lock", set: "LOCKED open lock" });
    must(await unlockSystem(world.deps)({ scope: EVERYTHING, reason: "it was nothing" }, "omar"));
    must(await resumeExecution(world.deps)(id, { by: "omar", reason: "it was nothing" }));
    await world.settle();
    await approveAll(world, id);
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });
});

const EVERYTHING = { kind: "everything" } as const;

const outputOf = (row: LedgerRow | undefined): JsonObject => (isJsonObject(row?.output) ? row.output : {});
