import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApprovalOutcome } from "../../../shared/execution/outcome/execution-outcome.ts";
import type { StepOutcome } from "../../../shared/execution/outcome/step-outcome.ts";
import { type Aggregate, addAggregates, aggregateOf, emptyAggregate } from "../../../shared/feedback/aggregate.ts";
import { anomaliesOf } from "../../../shared/health/anomalies.ts";
import { METRIC_NAMES } from "../../../shared/health/metrics.ts";
import { healthReport, systemHealth } from "../../../shared/health/report.ts";
import { scoreOf, statusOfScore } from "../../../shared/health/score.ts";
import { arbitraryExecution } from "../../fixtures/arbitrary-outcomes.ts";
import {
  aConflict,
  aFailedStep,
  anApproval,
  anExecution,
  anUnknownStep,
  aScheduleOf,
  aStep,
  ENDED_AT,
} from "../../fixtures/outcomes.ts";

const aggregateFor = (steps: readonly StepOutcome[], approvals: ApprovalOutcome[] = []): Aggregate => {
  const outcome = anExecution(steps, { approvals });
  return aggregateOf(outcome, aScheduleOf(outcome));
};

const many = (count: number, make: (changes: Partial<StepOutcome>) => StepOutcome, prefix = "s"): StepOutcome[] =>
  Array.from({ length: count }, (_, n) => make({ step_id: `${prefix}${n}` }));

const requests = (count: number, status: ApprovalOutcome["status"], prefix: string): ApprovalOutcome[] =>
  Array.from({ length: count }, (_, n) =>
    anApproval({ approval_id: `${prefix}${n}`, step_id: `${prefix}${n}`, status }),
  );

const report = (window: Aggregate) =>
  healthReport({ window, at: ENDED_AT, execution_mode: "LIVE", active_executions: 2 });

const scoreFor = (window: Aggregate): number => scoreOf(window, anomaliesOf(window))?.score ?? Number.NaN;

describe("the eight metrics", () => {
  it("the metrics of health are null where there is nothing to divide by", () => {
    expect(Object.values(report(emptyAggregate).metrics)).toEqual(METRIC_NAMES.map(() => null));
  });

  it("the metrics of health are counted from what happened", () => {
    const undone = (changes: Partial<StepOutcome>) =>
      aStep({
        ...changes,
        ending: "compensated",
        status: "rollback",
        committed: true,
        compensated: true,
        mode_reached: "LIVE",
      });
    const steps = [
      ...many(3, aStep),
      ...many(1, undone, "u"),
      ...many(1, aFailedStep, "f"),
      ...many(1, anUnknownStep, "x"),
    ];
    const approvals = [
      ...requests(3, "approved", "p"),
      ...requests(1, "rejected", "r"),
      ...requests(2, "expired", "e"),
    ];
    const outcome = anExecution(steps, { approvals });
    const schedule = aScheduleOf(outcome, { steps: { s0: { acting_agent_id: "agent-2" } } });
    expect(report(aggregateOf(outcome, schedule)).metrics).toMatchObject({
      tool_success_rate: 4 / 5,
      execution_latency_ms: 300,
      rollback_frequency: 1 / 4,
      conflict_rate: 1 / 6,
      live_execution_ratio: 4 / 6,
      confidence_drift: expect.closeTo(0.1),
      approval_rate: 3 / 4,
    });
  });

  it("the metrics of health are of the names that a history is asked for by", () => {
    expect(Object.keys(report(emptyAggregate).metrics)).toEqual([...METRIC_NAMES]);
  });
});

describe("the score", () => {
  it("the score of health is worked out by its formula", () => {
    // success (18 + 1/2) / 19, nothing undone, no conflicts, no drift (0.9 below 1), approval (4 + 1/2) / 6.
    const window = aggregateFor(many(18, aStep), [
      ...requests(3, "approved", "p"),
      ...requests(1, "rejected", "r"),
      ...requests(1, "expired", "e"),
    ]);
    const expected = 100 * (0.3 * (18.5 / 19) + 0.15 + 0.15 + 0.1 + 0.3 * (4.5 / 6));
    expect(scoreFor(window)).toBeCloseTo(expected, 1);
  });

  it("the score of health is not lowered by a rejection, which is a decision made in time", () => {
    const approved = aggregateFor([aStep()], requests(5, "approved", "p"));
    const rejected = aggregateFor([aStep()], requests(5, "rejected", "p"));
    expect(scoreFor(rejected)).toBe(scoreFor(approved));
  });

  it("the score of health is not lowered by requests that Buddy withdrew", () => {
    const asked = requests(5, "approved", "p");
    expect(scoreFor(aggregateFor([aStep()], [...asked, ...requests(9, "voided", "v")]))).toBe(
      scoreFor(aggregateFor([aStep()], asked)),
    );
  });

  it("the score of health is not lowered by a call of unknown outcome", () => {
    expect(scoreFor(aggregateFor([...many(9, aStep), anUnknownStep({ step_id: "x" })]))).toBe(
      scoreFor(aggregateFor(many(9, aStep))),
    );
  });

  it("the score of health lies between 0 and 100, whatever happened", () => {
    fc.assert(
      fc.property(fc.array(arbitraryExecution, { minLength: 1, maxLength: 4 }), (executions) => {
        const window = executions
          .map(({ outcome, schedule }) => aggregateOf(outcome, schedule))
          .reduce(addAggregates, emptyAggregate);
        const score = scoreFor(window);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
      }),
    );
  });

  const confidence = fc.integer({ min: 700, max: 1000 }).map((thousandths) => thousandths / 1000);
  const calls = fc.array(fc.record({ confidence, failed: fc.boolean() }), { minLength: 1, maxLength: 40 });
  const asSteps = (list: readonly { confidence: number; failed: boolean }[]) =>
    list.map((call, n) => (call.failed ? aFailedStep : aStep)({ step_id: `s${n}`, confidence: call.confidence }));

  it("the score of health never rises when a call that succeeded fails instead", () => {
    fc.assert(
      fc.property(calls, fc.nat(), (list, pick) => {
        const worse = list.map((call, n) => (n === pick % list.length ? { ...call, failed: true } : call));
        expect(scoreFor(aggregateFor(asSteps(worse)))).toBeLessThanOrEqual(scoreFor(aggregateFor(asSteps(list))));
      }),
    );
  });

  it("the score of health never rises with one failure more of no less confidence than the others had", () => {
    fc.assert(
      fc.property(calls, (list) => {
        const most = Math.max(...list.map((call) => call.confidence));
        const worse = [...list, { confidence: most, failed: true }];
        expect(scoreFor(aggregateFor(asSteps(worse)))).toBeLessThanOrEqual(scoreFor(aggregateFor(asSteps(list))));
      }),
    );
  });

  it("the score of health never rises when a committed call is undone", () => {
    const undone = aStep({
      step_id: "s0",
      ending: "compensated",
      status: "rollback",
      committed: true,
      compensated: true,
    });
    expect(scoreFor(aggregateFor([undone, ...many(7, aStep).slice(1)]))).toBeLessThan(
      scoreFor(aggregateFor(many(7, aStep))),
    );
  });

  it("the score of health never rises when requests expire", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(20), (decided, expired) => {
        const asked = [...requests(decided, "approved", "p"), ...requests(expired, "expired", "e")];
        const worse = [...asked, ...requests(1, "expired", "w")];
        expect(scoreFor(aggregateFor([], worse))).toBeLessThan(scoreFor(aggregateFor([], asked)));
      }),
    );
  });

  it.each([
    [8, 59],
    [10, 59],
    [7, 74],
    [6, 74],
    [5, 100],
  ])("the score of health is capped by an anomaly of severity %i at %i", (severity, cap) => {
    const window = aggregateFor(many(100, aStep), requests(100, "approved", "p"));
    const uncapped = scoreOf(window, [])?.score ?? Number.NaN;
    expect(scoreOf(window, [{ severity }, { severity: 1 }])?.score).toBe(Math.min(cap, uncapped));
    expect(uncapped).toBeGreaterThan(74);
  });

  it.each([
    [100, "EXCELLENT"],
    [90, "EXCELLENT"],
    [89.99, "GOOD"],
    [75, "GOOD"],
    [74.99, "FAIR"],
    [60, "FAIR"],
    [59.99, "POOR"],
    [0, "POOR"],
  ])("the score of health of %f is %s", (score, status) => {
    expect(statusOfScore(score)).toBe(status);
  });
});

describe("anomalies", () => {
  const types = (window: Aggregate) => anomaliesOf(window).map((found) => `${found.anomaly_type} ${found.severity}`);

  it("nothing is an anomaly below five outcomes", () => {
    expect(types(aggregateFor(many(4, aFailedStep)))).toEqual([]);
    expect(types(aggregateFor(many(5, aFailedStep)))).toEqual(["unsafe_escalation 7", "repeated_failures 8"]);
  });

  it("anomalies need more than half to fail, and more than 0.4 of drift", () => {
    const half = aggregateFor([
      ...many(5, (changes) => aStep({ ...changes, confidence: 0.85 })),
      ...many(5, (changes) => aFailedStep({ ...changes, confidence: 0.85 }), "f"),
    ]);
    expect(types(half)).toEqual([]);
  });

  it("many roll backs are an anomaly", () => {
    const undone = (changes: Partial<StepOutcome>) =>
      aStep({ ...changes, ending: "compensated", status: "rollback", committed: true, compensated: true });
    expect(types(aggregateFor([...many(7, aStep), ...many(3, undone, "u")]))).toEqual([]);
    expect(types(aggregateFor([...many(6, aStep), ...many(4, undone, "u")]))).toEqual(["high_rollback 6"]);
  });

  it("anomalies are seen in many steps that conflicts changed, not in those that only waited", () => {
    const outcome = anExecution(many(6, aStep));
    const conflicts = many(6, aStep).map(({ step_id }) => aConflict({ conflict_id: step_id, step_ids: [step_id] }));
    const failed = conflicts.map((conflict) => ({ ...conflict, resolution_status: "failed" as const }));
    expect(types(aggregateOf(outcome, aScheduleOf(outcome, { conflicts })))).toEqual([]);
    expect(types(aggregateOf(outcome, aScheduleOf(outcome, { conflicts: failed })))).toEqual(["high_conflict 8"]);
  });
});

describe("the report", () => {
  it("the report of health has no score and no status where there is no evidence at all, and says so", () => {
    const found = report(emptyAggregate);
    expect(found).toMatchObject({ health_score: null, health_status: null, anomalies: [] });
    expect(found.metrics.system_health_score).toBeNull();
    expect(found.health_assessment).toBe(
      "No evidence yet: no execution has ended in the last 24 hours, so there is no score.",
    );
    expect(systemHealth.parse(found)).toEqual(found);
  });

  it("the report of health counts what is not known as half and says so, and names no loss over a sample of nothing", () => {
    const { health_assessment, health_score } = report(aggregateFor([aStep()]));
    expect(health_score).toBeGreaterThan(70);
    expect(health_assessment).not.toMatch(/lost .* over 0/u);
    expect(health_assessment).toContain("Of approvals decided in time nothing is known yet, which counts as half");
  });

  it("the report of health keeps to its schema and agrees with itself, whatever happened", () => {
    fc.assert(
      fc.property(arbitraryExecution, ({ outcome, schedule }) => {
        const found = report(aggregateOf(outcome, schedule));
        expect(systemHealth.parse(found)).toEqual(found);
        const { health_score: score } = found;
        expect(found.health_status).toBe(score === null ? null : statusOfScore(score));
        expect(found.anomalies_detected).toBe(found.anomalies.length);
        expect(found.metrics.system_health_score).toBe(found.health_score);
        expect(found.conflicts_detected).toBe(schedule.conflicts.length);
      }),
    );
  });

  it("the report of health says in words what costs most, over how many, and that evidence is thin", () => {
    const { health_assessment } = report(aggregateFor([aStep()], requests(3, "expired", "e")));
    expect(health_assessment).toContain("Most is lost on approvals decided in time");
    expect(health_assessment).toContain("3 requests to people");
    expect(health_assessment).toContain("Evidence is thin: 1 LIVE outcome and 3 requests to people");
  });

  it("the report of health does not call 18 outcomes thin", () => {
    expect(report(aggregateFor(many(18, aStep), requests(18, "approved", "p"))).health_assessment).not.toContain(
      "thin",
    );
  });

  it("the report of health names the cap and the anomaly that sets it", () => {
    const { health_assessment, health_score } = report(
      aggregateFor(many(6, aFailedStep), requests(50, "approved", "p")),
    );
    expect(health_score).toBeLessThanOrEqual(59);
    expect(health_assessment).toContain("repeated_failures (severity 8)");
    expect(health_assessment).toContain("No score above 59");
  });

  it("the report of health counts executions, roll backs and blocked steps", () => {
    const blocked = aStep({
      step_id: "b",
      ending: "rejected",
      state: "DRY_RUN",
      status: "blocked",
      mode_reached: "DRY_RUN",
    });
    const window = addAggregates(aggregateFor([aStep(), blocked]), aggregateFor([aFailedStep()]));
    expect(report(window)).toMatchObject({
      active_executions: 2,
      completed_executions: 1,
      failed_executions: 1,
      blocked_by_safety: 1,
      avg_tool_confidence: 0.9,
    });
  });
});
