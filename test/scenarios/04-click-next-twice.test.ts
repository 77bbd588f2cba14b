import { expect, it } from "vitest";
import { conflictsOf, reported, statusOf } from "../harness/outcome.ts";
import { approveAll, submit } from "../harness/people.ts";
import { startWorld } from "../harness/world.ts";

it("inspect, fill and click twice in one plan is neither a conflict nor a cycle", async () => {
  const world = await startWorld();
  const tools = ["vision_inspect", "form_fill", "button_click"];
  const id = await submit(world, {
    plan_id: "wizard",
    agent_assignments: { a1: [...tools, ...tools] },
    execution_order: [...tools, ...tools],
    confidence_scores: Object.fromEntries(tools.map((tool) => [tool, 0.95])),
    tool_arguments: { form_fill: { selector: "#email", value: "ann@example.org" } },
  });
  await approveAll(world, id);
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
  expect(await conflictsOf(world, id)).toEqual([]);
  expect(Object.values(await reported(world, id)).sort()).toEqual([
    "success/approved/LIVE",
    "success/approved/LIVE",
    "success/approved/LIVE",
    "success/approved/LIVE",
    "success/not_required/LIVE",
    "success/not_required/LIVE",
  ]);
  const button = (await world.records("elements")).find(({ selector }) => selector === "#next");
  expect(button).toMatchObject({ clicks: 2 });
});
