import { expect, it } from "vitest";
import type { JsonObject } from "../../shared/plan/json.ts";
import { ODD, oddWorld } from "../harness/odd-tools.ts";
import { logOf, reported, standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, openRequests, requestFor, submit } from "../harness/people.ts";
import { call, create, plan, search, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

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
