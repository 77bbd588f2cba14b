import { expect, it } from "vitest";
import { conflictsOf, logOf, reported, standing } from "../harness/outcome.ts";
import { approve, requestFor, submit } from "../harness/people.ts";
import { call, EVERYTHING, plan, recall, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

/** A write that needs no approval by itself. */
const tag = {
  tool_name: "ghl_tag_contact",
  risk_level: "MEDIUM",
  reversible: true,
  required_permissions: ["ghl_write"],
  timeout_seconds: 10,
  requires_approval: false,
  approvals_required: 0,
  resources: [{ key: "ghl:contact:{contact_id}", access: "write" }],
  compensation: "adapter",
  outcome_resolution: "QUERYABLE",
};

it("a step that its agent may not take is taken by a colleague who may, if a person agrees", async () => {
  const world = await startWorld({ contracts: [tag] });
  const id = await submit(world, {
    plans: [
      plan("p1", [call("s1", "ghl_tag_contact", { contact_id: "c1", tag: "vip" })], {
        permissions: { a1: ["ghl_access"], a2: EVERYTHING },
      }),
    ],
  });
  const asked = await requestFor(world, id, "s1");
  expect(asked).toMatchObject({ proposed_by: "a1", acting_agent_id: "a2", approvals_required: 1 });
  expect(asked.reasons.join("\n")).toContain("proposed by a1, runs as a2");
  await approve(world, id, "s1");
  expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
  expect((await logOf(world, id)).s1?.agent_id).toBe("a2");
  expect(await conflictsOf(world, id)).toMatchObject([
    { conflict_type: "PERMISSION_CONFLICT", resolution_strategy: "REASSIGN", agents_involved: ["a1", "a2"] },
  ]);
});

it("a step that nobody may take is aborted with what depends on it, and other steps go on", async () => {
  const world = await startWorld();
  const id = await submit(world, {
    plans: [
      plan(
        "p1",
        [
          update("s1", "c1", { stage: "customer" }),
          recall("s2", "invoices", { after: ["s1"] }),
          recall("s3", "invoices"),
        ],
        { permissions: { a1: ["ghl_access"] } },
      ),
    ],
  });
  expect(await standing(world, id)).toEqual({
    s1: "ABORTED finished conflict",
    s2: "ABORTED finished conflict",
    s3: "LIVE finished live",
  });
  expect(await reported(world, id)).toEqual({
    s1: "blocked/not_required/MOCK",
    s2: "blocked/not_required/MOCK",
    s3: "success/not_required/LIVE",
  });
  expect((await logOf(world, id)).s1?.error_message).toContain("ghl_write");
  expect(await conflictsOf(world, id)).toMatchObject([
    { conflict_type: "PERMISSION_CONFLICT", resolution_strategy: "ABORT", resolution_status: "resolved" },
  ]);
});
