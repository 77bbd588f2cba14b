import { describe, expect, it } from "vitest";
import { CONFLICT_CHECKS } from "../../../shared/conflicts/conflict-checks.ts";
import { noFacts, resolveConflicts } from "../../../shared/conflicts/resolve-conflicts.ts";
import { brief, contractWith, edgesOf, inputOf, mail, stepOf, unresolvable, update } from "./input-of.ts";

const reader = contractWith({
  tool_name: "read_contact",
  resources: [{ key: "ghl:contact:{contact_id}", access: "read" }],
  compensation: "none",
});
const read = (id: string, contact_id: string) => ({ id, tool: "read_contact", args: { contact_id } });
const unknown = (id: string, from: string) => ({
  id,
  tool: "ghl_update_contact",
  args: { contact_id: { $from: from, path: "/id" }, fields: { city: "Bern" } },
});

describe("two plans that write one contact", () => {
  it("two plans that write one contact are one conflict: the second waits for the first", () => {
    const schedule = resolveConflicts(
      inputOf({ p1: { steps: [update("s1", "c1")] }, p2: { steps: [update("s2", "c1")] } }),
    );
    expect(brief(schedule.conflicts)).toEqual(["RESOURCE_CONFLICT DELAY resolved: s1, s2"]);
    expect(schedule.conflicts[0]).toMatchObject({ severity_score: 8, details: { resources: ["ghl:contact:c1"] } });
    expect(edgesOf(schedule)).toEqual(["s1 -> s2 (delay)"]);
    expect(stepOf(schedule, "s2").rank).toBeGreaterThan(stepOf(schedule, "s1").rank);
  });

  it("two plans that write one contact are no conflict where a dependency orders them", () => {
    const steps = [
      update("s1", "c1"),
      { id: "q", tool: "goal_query", after: ["s1"] },
      update("s2", "c1", { after: ["q"] }),
    ];
    expect(resolveConflicts(inputOf({ p1: { steps } })).conflicts).toEqual([]);
  });

  it("writes of one contact are in order, and no conflict, also by way of a step that never goes LIVE", () => {
    const between = { id: "q", tool: "goal_query", after: ["s1"], confidence: 0.6 };
    const steps = [update("s1", "c1"), between, update("s2", "c1", { after: ["q"] })];
    const schedule = resolveConflicts(inputOf({ p1: { steps } }));
    expect(schedule.conflicts).toEqual([]);
    expect(edgesOf(schedule)).toEqual(["s1 -> q (depends_on)", "q -> s2 (depends_on)"]);
  });

  it("two plans that write one contact are no conflict where one of the writes never goes LIVE", () => {
    const plans = { p1: { steps: [update("s1", "c1")] }, p2: { steps: [update("s2", "c1", { confidence: 0.7 })] } };
    expect(resolveConflicts(inputOf(plans)).conflicts).toEqual([]);
    expect(resolveConflicts({ ...inputOf(plans), live_enabled: false }).conflicts).toEqual([]);
  });

  it("many writers of one contact are chained: n writers are n - 1 conflicts", () => {
    const plans = Object.fromEntries(["a", "b", "c", "d"].map((id) => [`p-${id}`, { steps: [update(id, "c1")] }]));
    expect(edgesOf(resolveConflicts(inputOf(plans)))).toEqual(["a -> b (delay)", "b -> c (delay)", "c -> d (delay)"]);
  });

  it("two plans give one record per pair of steps, however many resources these share", () => {
    const extra = [
      contractWith({
        tool_name: "merge",
        resources: [
          { key: "ghl:contact:{a}", access: "write" },
          { key: "ghl:contact:{b}", access: "write" },
        ],
      }),
    ];
    const merge = (id: string, a: string, b: string) => ({ steps: [{ id, tool: "merge", args: { a, b } }] });
    const schedule = resolveConflicts(inputOf({ p1: merge("s1", "x", "y"), p2: merge("s2", "y", "x") }, { extra }));
    expect(schedule.conflicts).toHaveLength(1);
    expect(schedule.conflicts[0]?.details.resources).toEqual(["ghl:contact:y", "ghl:contact:x"]);
  });
});

describe("readers", () => {
  it("readers do not wait for each other, but for the writer before them, and hold up the one behind", () => {
    const plans = {
      p1: { steps: [update("w1", "c1")] },
      p2: { steps: [read("r1", "c1")] },
      p3: { steps: [read("r2", "c1")] },
      p4: { steps: [update("w2", "c1")] },
    };
    const schedule = resolveConflicts(inputOf(plans, { extra: [reader] }));
    expect(edgesOf(schedule)).toEqual(["w1 -> r1 (delay)", "w1 -> r2 (delay)", "r1 -> w2 (delay)", "r2 -> w2 (delay)"]);
  });
});

describe("a key that waits for a result", () => {
  it("a key that waits for a result conflicts with every key of its template", () => {
    const plans = {
      p1: { steps: [update("s1", "c1"), update("s2", "c2")] },
      p2: { steps: [{ id: "q", tool: "ghl_search" }, unknown("s3", "q")] },
      p3: { steps: [update("s4", "c2")] },
    };
    const schedule = resolveConflicts(inputOf(plans));
    expect(edgesOf(schedule).filter((edge) => edge.endsWith("(delay)"))).toEqual([
      "s1 -> s3 (delay)",
      "s2 -> s3 (delay)",
      "s3 -> s4 (delay)",
    ]);
  });

  it("a key that waits for a result does not conflict with keys of other templates", () => {
    const create = { id: "s1", tool: "ghl_create_contact", args: { email: "a@example.org" } };
    const plans = { p1: { steps: [create] }, p2: { steps: [{ id: "q", tool: "ghl_search" }, unknown("s3", "q")] } };
    expect(resolveConflicts(inputOf(plans)).conflicts).toEqual([]);
  });
});

describe("a lease of another execution", () => {
  const facts = { ...noFacts, leases: [{ key: "ghl:contact:c1", execution_id: "e0", step_id: "x" }] };

  it("a lease of another execution delays a step that writes the resource, without an edge, until it is free", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: [update("s1", "c1")] } }, { facts }));
    expect(brief(schedule.conflicts)).toEqual(["RESOURCE_CONFLICT DELAY pending: s1"]);
    expect(schedule.edges).toEqual([]);
    expect(schedule.conflicts[0]?.details.leases).toEqual(facts.leases);
  });

  it("a lease of another execution delays a step whose key may turn out to be the leased one", () => {
    const steps = [{ id: "q", tool: "ghl_search" }, unknown("s3", "q")];
    expect(brief(resolveConflicts(inputOf({ p1: { steps } }, { facts })).conflicts)).toEqual([
      "RESOURCE_CONFLICT DELAY pending: s3",
    ]);
  });

  it("a lease of another execution holds up neither other resources nor reads, which take no leases", () => {
    const steps = [update("s1", "c2"), read("s2", "c1"), mail("s3")];
    expect(resolveConflicts(inputOf({ p1: { steps } }, { facts, extra: [reader] })).conflicts).toEqual([]);
  });
});

describe("a plan that is aborted", () => {
  it("a plan that is aborted goes on standing between two others, which are in order by it", () => {
    const plans = {
      p1: { steps: [update("s1", "c1")] },
      p2: { steps: [update("s2", "c1"), update("h1", "c8"), update("h2", "c9")] },
      p3: { steps: [update("s3", "c1")] },
    };
    const input = inputOf(plans, { config: { max_conflicts_before_abort: 1 } });
    const schedule = resolveConflicts(input, [...CONFLICT_CHECKS, unresolvable(["h1", "h2"])]);
    expect(schedule.plans.map(({ aborted }) => aborted !== null)).toEqual([false, true, false]);
    expect(edgesOf(schedule)).toEqual(["s1 -> s2 (delay)", "s2 -> s3 (delay)"]);
  });
});
