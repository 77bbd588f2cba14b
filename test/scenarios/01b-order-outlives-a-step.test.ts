import { expect, it } from "vitest";
import { standing } from "../harness/outcome.ts";
import { approve, decide, openRequests, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

it("three plans write one contact: when the second one fails its rehearsal, the third still waits for the first", async () => {
  const world = await startWorld();
  await world.fail({
    tool_name: "ghl_update_contact",
    rung: "preview",
    kind: "reject",
    arguments: { contact_id: "c9" },
  });
  const id = await submit(world, {
    plans: [
      plan("p1", [update("s1", "c1", { stage: "customer" })]),
      plan("p2", [
        update("s2", "c1", { stage: "lost" }, { agent: "a2" }),
        update("fails", "c9", { stage: "lost" }, { agent: "a2" }),
      ]),
      plan("p3", [update("s3", "c1", { stage: "lead" }, { agent: "a3" })]),
    ],
  });
  expect(await standing(world, id)).toMatchObject({ s2: "ABORTED finished plan_failed" });
  expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["s1"]);
  await approve(world, id, "s1");
  const [third] = await openRequests(world, id);
  expect(third).toMatchObject({ step_id: "s3", changes: [{ old: "customer", new: "lead" }] });
});

it("an agent's steps keep their order when one between them is rejected", async () => {
  const world = await startWorld();
  const id = await submit(world, {
    plan_id: "p1",
    agent_assignments: { a1: ["form_fill", "ghl_update_contact", "goal_query"] },
    confidence_scores: { form_fill: 0.95, ghl_update_contact: 0.95, goal_query: 0.95 },
    tool_arguments: {
      form_fill: { selector: "#email", value: "ann@example.org" },
      ghl_update_contact: { contact_id: "c1", fields: { stage: "customer" } },
    },
    agent_permissions: { a1: ["ghl_access", "ghl_write"] },
  });
  const idOf = async (tool: string) =>
    (await openRequests(world, id)).find(({ tool_name }) => tool_name === tool)?.step_id ?? tool;
  await decide(world, id, await idOf("ghl_update_contact"), "reject");
  const query = Object.entries(await standing(world, id)).filter(([step_id]) => step_id.includes("goal_query"));
  expect(query.map(([, stands]) => stands)).toEqual(["DRY_RUN open -"]);
  await approve(world, id, await idOf("form_fill"));
  const after = Object.entries(await standing(world, id)).filter(([step_id]) => step_id.includes("goal_query"));
  expect(after.map(([, stands]) => stands)).toEqual(["LIVE finished live"]);
});
