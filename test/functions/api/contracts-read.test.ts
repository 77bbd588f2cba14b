import { expect, it, vi } from "vitest";
import { checkSubmission } from "../../../functions/api/submit/check-submission.ts";
import { harness, updatePlan } from "./harness.ts";

it("a submission reads the contracts of the tools that it names, and never every contract there is", async () => {
  const h = await harness();
  const all = vi.spyOn(h.deps.contracts, "all");
  const get = vi.spyOn(h.deps.contracts, "get");
  expect(await checkSubmission(h.deps)(updatePlan("p1"), "alice")).toMatchObject({ ok: true });
  expect(all).not.toHaveBeenCalled();
  expect(get.mock.calls.map(([name]) => name)).toEqual(["ghl_search", "ghl_update_contact"]);
});

it("a submission that names a tool which is not there is told the near name", async () => {
  const h = await harness();
  const body = JSON.parse(JSON.stringify(updatePlan("p1")).replaceAll("ghl_update_contact", "ghl_update_contct"));
  expect(JSON.stringify(await checkSubmission(h.deps)(body, "alice"))).toContain("ghl_update_contact");
});

it("a contract that is put reads the tool that undoes it, and never every contract there is", async () => {
  const h = await harness();
  const all = vi.spyOn(h.deps.contracts, "all");
  const reads = {
    risk_level: "LOW",
    reversible: true,
    timeout_seconds: 5,
    requires_approval: false,
    approvals_required: 0,
    outcome_resolution: "OPAQUE",
  };
  expect((await h.put("/contracts/crm_read", reads)).status).toBe(201);
  const undone = { compensation: { tool_name: "ghl_update_contact", arguments: { contact_id: "{id}", fields: {} } } };
  const writes = { ...reads, risk_level: "MEDIUM", timeout_seconds: 20, ...undone };
  expect((await h.put("/contracts/crm_write", writes)).status).toBe(201);
  expect(all).not.toHaveBeenCalled();
});
