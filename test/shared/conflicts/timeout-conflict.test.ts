import { describe, expect, it } from "vitest";
import { noFacts, resolveConflicts } from "../../../shared/conflicts/resolve-conflicts.ts";
import { brief, inputOf, type StepSketch, stepOf, update } from "./input-of.ts";

const chain: StepSketch[] = [
  { id: "q", tool: "ghl_search" },
  update("s1", "c1", { after: ["q"] }),
  update("s2", "c2", { after: ["s1"] }),
  { id: "g", tool: "goal_query" },
];
const modes = (schedule: ReturnType<typeof resolveConflicts>) =>
  Object.fromEntries(schedule.steps.map(({ step_id, ceiling }) => [step_id, ceiling.mode]));

describe("a plan whose critical path is longer than its deadline", () => {
  // Timeouts: ghl_search 15 s, ghl_update_contact 20 s each: 55 s in all.
  it("a plan longer than its deadline keeps what can finish and ends the rest in DRY_RUN", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: chain, deadline: 40 } }));
    expect(brief(schedule.conflicts)).toEqual(["TIMEOUT_CONFLICT DOWNGRADE resolved: s2"]);
    expect(schedule.conflicts[0]).toMatchObject({
      severity_score: 4,
      details: { deadline_seconds: 40, critical_path_seconds: 55 },
    });
    expect(modes(schedule)).toEqual({ q: "LIVE", s1: "LIVE", s2: "DRY_RUN", g: "LIVE" });
  });

  it("a plan's critical path is judged by typical latency where that is known", () => {
    const latency_seconds = new Map([["ghl_update_contact", 2]]);
    const facts = { ...noFacts, latency_seconds };
    expect(resolveConflicts(inputOf({ p1: { steps: chain, deadline: 40 } }, { facts })).conflicts).toEqual([]);
  });

  it("a critical path is no conflict without a deadline, nor with one that is just long enough", () => {
    expect(resolveConflicts(inputOf({ p1: { steps: chain } })).conflicts).toEqual([]);
    expect(resolveConflicts(inputOf({ p1: { steps: chain, deadline: 55 } })).conflicts).toEqual([]);
  });

  it("a write downgraded for the deadline caps what depends on it", () => {
    const fill = { id: "s2", tool: "form_fill", after: ["s1"] };
    const schedule = resolveConflicts(inputOf({ p1: { steps: [...chain.slice(0, 2), fill], deadline: 30 } }));
    expect(brief(schedule.conflicts)).toEqual(["TIMEOUT_CONFLICT DOWNGRADE resolved: s1"]);
    expect(modes(schedule)).toEqual({ q: "LIVE", s1: "DRY_RUN", s2: "DRY_RUN" });
    expect(stepOf(schedule, "s2").ceiling.reasons).toContainEqual(expect.objectContaining({ cause: "dependency" }));
  });
});

describe("a tool that is not to be called for a while", () => {
  const open = (seconds_left: number) => ({
    ...noFacts,
    open_circuits: new Map([["ghl_update_contact", { seconds_left, reason: "5 of 5 calls timed out" }]]),
  });

  it("a tool that is held back is called when its circuit closes, where the deadline allows", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: chain, deadline: 600 } }, { facts: open(60) }));
    expect(brief(schedule.conflicts)).toEqual(["TIMEOUT_CONFLICT DELAY resolved: s1, s2"]);
    expect(stepOf(schedule, "s1")).toMatchObject({ not_before_seconds: 60, ceiling: { mode: "LIVE" } });
    expect(schedule.conflicts.map(({ resolution }) => resolution)).toEqual([
      "LIVE not before 60 s after its submission",
    ]);
    expect(stepOf(schedule, "q").not_before_seconds).toBe(0);
  });

  it("a step of a tool that is held back ends in DRY_RUN where the deadline is over before that", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: chain, deadline: 70 } }, { facts: open(60) }));
    expect(brief(schedule.conflicts)).toEqual(["TIMEOUT_CONFLICT DOWNGRADE resolved: s2, s1"]);
    expect(modes(schedule)).toEqual({ q: "LIVE", s1: "DRY_RUN", s2: "DRY_RUN", g: "LIVE" });
  });

  it("a tool that is held back lengthens the critical path by the wait", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: chain, deadline: 90 } }, { facts: open(60) }));
    expect(brief(schedule.conflicts)).toEqual([
      "TIMEOUT_CONFLICT DELAY resolved: s1, s2",
      "TIMEOUT_CONFLICT DOWNGRADE resolved: s2",
    ]);
  });
});
