import { describe, expect, it } from "vitest";
import { noFacts, resolveConflicts } from "../../../shared/conflicts/resolve-conflicts.ts";
import { brief, inputOf, stepOf, update } from "./input-of.ts";

const READ = ["ghl_access"];
const WRITE = ["ghl_access", "ghl_write"];
const sketch = { steps: [update("s1", "c1", { agent: "a1" })], agents: { a1: READ, a2: WRITE } };

describe("an agent that lacks a permission", () => {
  it("an agent that lacks a permission is stood in for by one of the same plan and owner, and a person must approve", () => {
    const schedule = resolveConflicts(inputOf({ p1: sketch }));
    expect(brief(schedule.conflicts)).toEqual(["PERMISSION_CONFLICT REASSIGN resolved: s1"]);
    expect(stepOf(schedule, "s1")).toMatchObject({
      agent_id: "a1",
      acting_agent_id: "a2",
      approval_needed: true,
      approvals_required: 1,
      aborted_by_conflict: null,
    });
    expect(schedule.conflicts[0]).toMatchObject({
      severity_score: 7,
      resolution: "proposed by a1, runs as a2; a person must approve it",
      agents_involved: ["a1", "a2"],
      details: { missing_permissions: ["ghl_write"], proposed_by: "a1", runs_as: "a2" },
    });
  });

  it("a reassigned step needs an approval even where the contract asks for none", () => {
    const search = { id: "s1", tool: "ghl_search", agent: "a1" };
    const schedule = resolveConflicts(inputOf({ p1: { steps: [search], agents: { a1: [], a2: READ } } }));
    expect(stepOf(schedule, "s1")).toMatchObject({
      acting_agent_id: "a2",
      approval_needed: true,
      approvals_required: 1,
    });
  });

  it("a step is aborted with its dependents where no agent has the permission, and other steps go on", () => {
    const steps = [
      update("s1", "c1", { agent: "a1" }),
      { id: "s2", tool: "memory_search", agent: "a1", after: ["s1"] },
      { id: "s3", tool: "goal_query", agent: "a1" },
    ];
    const schedule = resolveConflicts(inputOf({ p1: { steps, agents: { a1: READ } } }));
    expect(brief(schedule.conflicts)).toEqual(["PERMISSION_CONFLICT ABORT resolved: s1"]);
    expect(stepOf(schedule, "s1").aborted_by_conflict).toContain("a1 lacks ghl_write");
    expect(stepOf(schedule, "s2").aborted_by_conflict).toContain("depends on s1");
    expect(stepOf(schedule, "s3").aborted_by_conflict).toBeNull();
  });

  it("an agent that lacks a permission is not stood in for by another owner's agent", () => {
    const owners = { a1: { owner: "ann", granted: WRITE }, a2: { owner: "bob", granted: WRITE } };
    const schedule = resolveConflicts(inputOf({ p1: sketch }, { owners }));
    expect(brief(schedule.conflicts)).toEqual(["PERMISSION_CONFLICT ABORT resolved: s1"]);
  });

  it("a registered agent is not stood in for by an unregistered one", () => {
    const owners = { a1: { owner: "ann", granted: READ } };
    const schedule = resolveConflicts(inputOf({ p1: sketch }, { owners }));
    expect(stepOf(schedule, "s1").acting_agent_id).toBe("a1");
    expect(stepOf(schedule, "s1").aborted_by_conflict).not.toBeNull();
  });

  it("an agent that lacks a permission is not stood in for by an agent of another plan", () => {
    const alone = { steps: [update("s1", "c1", { agent: "a1" })], agents: { a1: READ } };
    const other = { steps: [update("t1", "c2", { agent: "a2" })], agents: { a2: WRITE } };
    expect(stepOf(resolveConflicts(inputOf({ p1: alone, p2: other })), "s1").aborted_by_conflict).not.toBeNull();
  });

  it("the rule of permissions counts what the registry grants, not what the plan declares", () => {
    const owners = { a1: { owner: "ann", granted: READ }, a2: { owner: "ann", granted: WRITE } };
    const declared = { ...sketch, agents: { a1: WRITE, a2: WRITE } };
    const schedule = resolveConflicts(inputOf({ p1: declared }, { owners, registry_open: false }));
    expect(stepOf(schedule, "s1").acting_agent_id).toBe("a2");
  });

  it("an agent that lacks a permission is not stood in for by a locked agent", () => {
    const facts = { ...noFacts, locked_agents: new Set(["a2"]) };
    expect(brief(resolveConflicts(inputOf({ p1: sketch }, { facts })).conflicts)).toEqual([
      "PERMISSION_CONFLICT ABORT resolved: s1",
    ]);
  });
});

describe("a locked agent", () => {
  const facts = { ...noFacts, locked_agents: new Set(["a1"]) };

  it("a locked agent keeps its steps: none is reassigned to slip past the lock", () => {
    const lacking = resolveConflicts(inputOf({ p1: sketch }, { facts }));
    expect(stepOf(lacking, "s1").acting_agent_id).toBe("a1");
    expect(stepOf(lacking, "s1").aborted_by_conflict).toContain("locked");
    const permitted = resolveConflicts(inputOf({ p1: { ...sketch, agents: { a1: WRITE, a2: WRITE } } }, { facts }));
    expect(stepOf(permitted, "s1")).toMatchObject({ acting_agent_id: "a1", aborted_by_conflict: null });
  });

  it("a lock of an agent touches nobody else's steps", () => {
    const two = { steps: [update("s1", "c1", { agent: "a1" }), update("s2", "c2", { agent: "a2" })] };
    const schedule = resolveConflicts(inputOf({ p1: two }, { facts }));
    expect(schedule.conflicts).toEqual([]);
    expect(schedule.steps.map((step) => step.ceiling.mode)).toEqual(["LIVE", "LIVE"]);
  });
});
