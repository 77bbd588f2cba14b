import { describe, expect, it } from "vitest";
import { newStepRecord } from "../../../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../../../shared/execution/record/step-record.ts";
import { stepsGoingOn } from "../../../../shared/execution/view/going-on.ts";
import { scheduleOf } from "../../../harness/arbitrary-schedules.ts";
import { plan, update } from "../../../harness/plans.ts";

/** `p2` writes what `p1` writes, so that it waits for it; `p3` waits for nobody. */
const schedule = scheduleOf([
  plan("p1", [update("s1", "c1", { stage: "customer" }, { agent: "a1" })]),
  plan("p2", [update("s2", "c1", { stage: "churned" }, { agent: "a2" })]),
  plan("p3", [update("s3", "c3", { stage: "customer" }, { agent: "a3" })]),
]);

const goingOn = (standing: Readonly<Record<string, Partial<StepRecord>>>): number =>
  stepsGoingOn(schedule, (step_id) => ({
    ...newStepRecord({ execution_id: "e", plan_id: "p", step_id }, "2026-03-02T09:00:00.000Z"),
    ...standing[step_id],
  }));

describe("steps that go on without anybody's decision", () => {
  it("steps that go on without anybody's decision are all that are unfinished while nobody is asked anything", () => {
    expect(goingOn({})).toBe(3);
    expect(goingOn({ s1: { phase: "finished" } })).toBe(2);
  });

  it("steps that go on are not one that a person is asked about, nor what waits for it in another plan", () => {
    expect(goingOn({ s1: { state: "AWAITING_APPROVAL" } })).toBe(1);
    expect(goingOn({ s1: { state: "AWAITING_APPROVAL" }, s3: { phase: "finished" } })).toBe(0);
  });

  it("a step that a lock holds does not count as going on", () => {
    expect(goingOn({ s1: { phase: "finished" }, s2: { state: "LOCKED" }, s3: { state: "LOCKED" } })).toBe(0);
  });
});
