import { expect, it } from "vitest";
import { reported, standing } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { call, create, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

it("a read that fails after its plan has begun to act fails by itself: nothing is undone for it", async () => {
  const world = await startWorld();
  await world.fail({ tool_name: "memory_search", rung: "call", kind: "reject" });
  const id = await submit(world, {
    plans: [
      plan("p1", [
        create("s1", "new@example.org"),
        // Takes from the write, so that it fails when that has run.
        call("r1", "memory_search", { query: { $from: "s1", path: "/contact_id" } }, { agent: "a2" }),
        call("s2", "ghl_update_contact", { contact_id: "c1", fields: { stage: "customer" } }, { agent: "a3" }),
      ]),
    ],
  });
  await approve(world, id, "s1");
  expect(await standing(world, id)).toMatchObject({ s1: "LIVE finished live", r1: "ABORTED finished failed" });
  await approve(world, id, "s2");
  expect(await reported(world, id)).toMatchObject({
    s1: "success/approved/LIVE",
    r1: expect.stringContaining("failed/"),
    s2: "success/approved/LIVE",
  });
});
