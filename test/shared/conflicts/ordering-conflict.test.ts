import { describe, expect, it } from "vitest";
import { resolveConflicts } from "../../../shared/conflicts/resolve-conflicts.ts";
import { brief, contractWith, edgesOf, inputOf, stepOf } from "./input-of.ts";

const inspect = (id: string) => ({ id, tool: "vision_inspect" });
const fill = (id: string) => ({ id, tool: "form_fill" });
const click = (id: string) => ({ id, tool: "button_click" });

describe("contract dependencies", () => {
  it("a contract's dependency is met by the nearest instance before the step: inspect, fill, click, twice, is no conflict", () => {
    const steps = [inspect("i1"), fill("f1"), click("c1"), inspect("i2"), fill("f2"), click("c2")];
    const schedule = resolveConflicts(inputOf({ p1: { steps } }));
    expect(schedule.conflicts).toEqual([]);
    expect(edgesOf(schedule)).toEqual([
      "i1 -> f1 (contract)",
      "i1 -> c1 (contract)",
      "f1 -> c1 (contract)",
      "i2 -> f2 (contract)",
      "i2 -> c2 (contract)",
      "f2 -> c2 (contract)",
    ]);
    expect(schedule.steps.map(({ step_id }) => step_id)).toEqual(["i1", "f1", "c1", "i2", "f2", "c2"]);
  });

  it("a contract's dependency moves a step behind a lone later instance, its agent kept", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: [fill("f1"), inspect("i1")] } }));
    expect(brief(schedule.conflicts)).toEqual(["ORDERING_CONFLICT REASSIGN resolved: i1, f1"]);
    expect(schedule.conflicts[0]?.severity_score).toBe(6);
    expect(edgesOf(schedule)).toEqual(["i1 -> f1 (contract)"]);
    expect(schedule.plans[0]?.step_ids).toEqual(["i1", "f1"]);
    expect(stepOf(schedule, "f1")).toMatchObject({ rank: 1, position: 0, acting_agent_id: "p1-agent" });
  });

  it("a contract's dependency warns where the plan has no instance at all, and puts nothing in the way", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: [fill("f1"), fill("f2")] } }));
    expect(schedule.conflicts).toEqual([]);
    expect(schedule.edges).toEqual([]);
    expect(schedule.plans[0]?.warnings).toEqual([expect.stringContaining("form_fill depends on vision_inspect")]);
  });

  it("a contract's dependency is never met by another plan's step", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: [inspect("i1")] }, p2: { steps: [fill("f1")] } }));
    expect(schedule.edges).toEqual([]);
    expect(schedule.plans[1]?.warnings).toHaveLength(1);
  });
});

describe("depends_on", () => {
  it("depends_on moves a step behind one that is listed later", () => {
    const steps = [{ id: "s1", tool: "goal_query", after: ["s3"] }, { id: "s2", tool: "goal_query" }, inspect("s3")];
    const schedule = resolveConflicts(inputOf({ p1: { steps } }));
    expect(brief(schedule.conflicts)).toEqual(["ORDERING_CONFLICT REASSIGN resolved: s3, s1"]);
    expect(schedule.plans[0]?.step_ids).toEqual(["s2", "s3", "s1"]);
  });
});

describe("an agent's own order", () => {
  it("an agent's own order gives way to a dependency and is joined again around the moved step", () => {
    const steps = [
      inspect("i0"),
      { id: "g", tool: "goal_query", runsAfter: ["i0"] },
      { ...click("c1"), after: ["i2"], runsAfter: ["g"] },
      { id: "i2", tool: "screenshot_capture", runsAfter: ["c1"] },
      { id: "z", tool: "goal_query", runsAfter: ["i2"] },
    ];
    const schedule = resolveConflicts(inputOf({ p1: { steps } }));
    expect(schedule.plans[0]?.step_ids).toEqual(["i0", "g", "i2", "c1", "z"]);
    expect(edgesOf(schedule).filter((edge) => edge.endsWith("(order)"))).toEqual([
      "i0 -> g (order)",
      "g -> i2 (order)",
      "i2 -> c1 (order)",
      "c1 -> z (order)",
    ]);
  });
});

describe("a circle of dependencies", () => {
  const extra = [
    contractWith({ tool_name: "egg", dependencies: ["hen"], duplicate_sensitive: false }),
    contractWith({ tool_name: "hen" }),
  ];

  it("a circle of dependencies aborts the steps on it, whatever depends on them, and nothing else", () => {
    const steps = [
      { id: "egg", tool: "egg" },
      { id: "hen", tool: "hen", after: ["egg"] },
      { id: "soup", tool: "goal_query", after: ["hen"] },
      { id: "bread", tool: "goal_query" },
    ];
    const schedule = resolveConflicts(inputOf({ p1: { steps } }, { extra }));
    expect(brief(schedule.conflicts)).toEqual(["ORDERING_CONFLICT ABORT resolved: egg, hen"]);
    expect(schedule.steps.filter((step) => step.aborted_by_conflict !== null).map(({ step_id }) => step_id)).toEqual([
      "egg",
      "hen",
      "soup",
    ]);
    expect(edgesOf(schedule)).toEqual(["hen -> soup (depends_on)"]);
  });
});

describe("advice on the order of a plan", () => {
  const create = { id: "create", tool: "ghl_create_contact", args: { email: "a@example.org" } };
  const update = { id: "update", tool: "ghl_update_contact", args: { contact_id: "c1", fields: {} } };
  const search = { id: "search", tool: "ghl_search" };

  it("advice warns of an irreversible step that stands before a reversible one, and says the better order", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: [search, create, update] } }));
    expect(schedule.conflicts).toEqual([]);
    expect(schedule.plans[0]?.warnings).toEqual([
      expect.stringMatching(
        /^create .*cannot be undone.*Better: update \(ghl_update_contact\), create \(ghl_create_contact\)$/,
      ),
    ]);
    expect(schedule.plans[0]?.step_ids).toEqual(["search", "create", "update"]);
  });

  it("advice says nothing where the reversible step depends on the irreversible one", () => {
    const steps = [search, create, { ...update, after: ["create"] }];
    expect(resolveConflicts(inputOf({ p1: { steps } })).plans[0]?.warnings).toEqual([]);
  });

  it("advice says nothing where the irreversible step is last", () => {
    expect(resolveConflicts(inputOf({ p1: { steps: [search, update, create] } })).plans[0]?.warnings).toEqual([]);
  });
});
