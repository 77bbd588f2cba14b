import { describe, expect, it } from "vitest";
import { resolveConflicts } from "../../../shared/conflicts/resolve-conflicts.ts";
import { inputOf, stepOf, update } from "./input-of.ts";

const updates = (count: number) =>
  Array.from({ length: count }, (_, index) => update(`s${index + 1}`, `c${index + 1}`));

describe("the live budget", () => {
  it("the live budget ends all writing steps of a plan in DRY_RUN where there are too many, and leaves its reads alone", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: [{ id: "q", tool: "ghl_search" }, ...updates(7)] } }));
    expect(schedule.steps.filter(({ ceiling }) => ceiling.mode === "LIVE").map(({ step_id }) => step_id)).toEqual([
      "q",
    ]);
    expect(stepOf(schedule, "s1").ceiling.reasons).toEqual([
      expect.objectContaining({ cause: "live_budget", message: expect.stringContaining("7 steps of plan p1") }),
    ]);
    expect(schedule.plans[0]?.warnings).toEqual([expect.stringContaining("7 steps of plan p1")]);
  });

  it("the live budget counts plan by plan", () => {
    const other = { steps: Array.from({ length: 5 }, (_, index) => update(`t${index}`, `d${index}`)) };
    const schedule = resolveConflicts(inputOf({ p1: { steps: updates(5) }, p2: other }));
    expect(schedule.steps.every(({ ceiling }) => ceiling.mode === "LIVE")).toBe(true);
  });

  it("the live budget does not count steps that were aborted for want of a permission", () => {
    const steps = [...updates(5), update("x", "c9", { agent: "weak" })];
    const schedule = resolveConflicts(inputOf({ p1: { steps, agents: { weak: [], "p1-agent": [] } } }, {}));
    expect(schedule.steps.every((step) => step.aborted_by_conflict !== null)).toBe(true);
    const mixed = {
      steps: [...updates(5), { id: "m", tool: "mployer_add_contact", args: { email: "a@example.org" } }],
    };
    const agents = { "p1-agent": ["ghl_access", "ghl_write"] };
    const allowed = resolveConflicts(inputOf({ p1: { ...mixed, agents } }));
    expect(stepOf(allowed, "m").aborted_by_conflict).not.toBeNull();
    expect(stepOf(allowed, "s1").ceiling.mode).toBe("LIVE");
  });
});

describe("a step's ceiling", () => {
  it("a step's ceiling is not above that of a writing step it depends on", () => {
    const steps = [update("s1", "c1", { confidence: 0.7 }), update("s2", "c2", { after: ["s1"] })];
    const schedule = resolveConflicts(inputOf({ p1: { steps } }));
    expect(stepOf(schedule, "s2").ceiling).toMatchObject({
      mode: "DRY_RUN",
      reasons: [{ cause: "dependency", mode: "DRY_RUN" }],
    });
  });

  it("a step's ceiling is not above a read's whose output it uses, but may be above that of one it only follows", () => {
    const low = { id: "q", tool: "ghl_search", confidence: 0.7 };
    const fed = update("s1", "c1", { args: { contact_id: { $from: "q", path: "/id" }, fields: {} } });
    const schedule = resolveConflicts(inputOf({ p1: { steps: [low, fed, update("s2", "c2", { after: ["q"] })] } }));
    expect(stepOf(schedule, "s1").ceiling.mode).toBe("DRY_RUN");
    expect(stepOf(schedule, "s2").ceiling.mode).toBe("LIVE");
  });
});
