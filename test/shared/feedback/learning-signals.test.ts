import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Conflict } from "../../../shared/conflicts/schedule.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { toolContract } from "../../../shared/contracts/tool-contract.ts";
import type { ApprovalOutcome } from "../../../shared/execution/outcome/execution-outcome.ts";
import type { StepOutcome } from "../../../shared/execution/outcome/step-outcome.ts";
import { type Aggregate, aggregateOf, emptyAggregate } from "../../../shared/feedback/aggregate.ts";
import { learningSignal, type SignalType } from "../../../shared/feedback/learning-signal.ts";
import { learningSignals } from "../../../shared/feedback/learning-signals.ts";
import { arbitraryExecution } from "../../fixtures/arbitrary-outcomes.ts";
import {
  aConflict,
  aFailedStep,
  anApproval,
  anExecution,
  anUnknownStep,
  aRung,
  aScheduleOf,
  aStep,
  ENDED_AT,
} from "../../fixtures/outcomes.ts";

const contract: ToolContract = toolContract.parse({
  tool_name: "ghl_update_contact",
  risk_level: "MEDIUM",
  reversible: true,
  timeout_seconds: 20,
  requires_approval: true,
  approvals_required: 1,
  outcome_resolution: "QUERYABLE",
  version: 1,
  content_hash: "0".repeat(64),
});
const contracts = new Map([[contract.tool_name, contract]]);

const signalsOf = (now: Aggregate, history: Aggregate = emptyAggregate) =>
  learningSignals({ aggregate: now, history, contracts, at: ENDED_AT, execution_id: "exec-1" });

const aggregateFor = (
  steps: readonly StepOutcome[],
  approvals: ApprovalOutcome[] = [],
  conflicts: Conflict[] = [],
): Aggregate => {
  const outcome = anExecution(steps, { approvals });
  return aggregateOf(outcome, aScheduleOf(outcome, { conflicts }));
};

/** So many steps, each with its own id. */
const many = (count: number, make: (changes: Partial<StepOutcome>) => StepOutcome, prefix = "s"): StepOutcome[] =>
  Array.from({ length: count }, (_, n) => make({ step_id: `${prefix}${n}` }));

const ofType = (type: SignalType, now: Aggregate, history?: Aggregate) =>
  signalsOf(now, history).filter((signal) => signal.signal_type === type);

const live = (duration_ms: number) => (changes: Partial<StepOutcome>) =>
  aStep({ ...changes, rungs: [aRung("MOCK"), aRung("DRY_RUN"), aRung("LIVE", { duration_ms })] });

describe("TOOL_RELIABILITY", () => {
  it("the signal of reliability calls a tool reliable from 18 of 18, not from 17 of 17", () => {
    expect(ofType("TOOL_RELIABILITY", aggregateFor(many(17, aStep)))).toEqual([]);
    const [signal] = ofType("TOOL_RELIABILITY", aggregateFor(many(18, aStep)));
    expect(signal).toMatchObject({ target_phase: 16, evidence: { sample_size: 18, rates: { success: 1 } } });
    expect(signal?.evidence.bounds.success?.lower).toBeGreaterThanOrEqual(0.9);
    expect(signal?.confidence).toBeGreaterThanOrEqual(0.95);
  });

  it("the signal of reliability counts executions before this one", () => {
    const found = ofType("TOOL_RELIABILITY", aggregateFor(many(1, aStep)), aggregateFor(many(17, aStep)));
    expect(found.map((signal) => signal.evidence.sample_size)).toEqual([18]);
  });

  it("the signal of reliability says nothing about tools that did not run now", () => {
    const other = aggregateFor([aStep({ tool_name: "ghl_search" })]);
    expect(ofType("TOOL_RELIABILITY", other, aggregateFor(many(30, aStep)))).toEqual([]);
  });

  it("the signal of reliability does not call a tool reliable at 90 % while its lower bound is below", () => {
    const steps = [...many(27, aStep), ...many(3, aFailedStep, "f")];
    expect(ofType("TOOL_RELIABILITY", aggregateFor(steps))).toEqual([]);
  });

  it("the signal of reliability calls a tool unreliable only below 70 % with the upper bound below 0.70", () => {
    const poor = aggregateFor([...many(2, aStep), ...many(6, aFailedStep, "f")]);
    expect(ofType("TOOL_RELIABILITY", poor)[0]?.insight).toContain("unreliable");
    const doubtful = aggregateFor([...many(6, aStep), ...many(4, aFailedStep, "f")]);
    expect(ofType("TOOL_RELIABILITY", doubtful)).toEqual([]);
  });

  it("the signal of reliability takes unknown outcomes for no failures", () => {
    const [signal] = ofType("TOOL_RELIABILITY", aggregateFor([...many(18, aStep), ...many(9, anUnknownStep, "u")]));
    expect(signal?.evidence).toMatchObject({ sample_size: 18, details: { indeterminate: 9 } });
  });

  it("the signal of reliability does not learn from MOCK", () => {
    const mocked = many(40, (changes) =>
      aStep({
        ...changes,
        ending: "ceiling",
        state: "MOCK",
        mode_reached: "MOCK",
        status: "partial",
        rungs: [aRung("MOCK")],
      }),
    );
    expect(signalsOf(aggregateFor(mocked))).toEqual([]);
  });

  it("the signal of reliability does not learn from what the sandbox made up", () => {
    const answered = many(40, (changes) => aStep({ ...changes, made_up: true }));
    const failed = many(40, (changes) => aFailedStep({ ...changes, made_up: true }), "f");
    expect(signalsOf(aggregateFor([...answered, ...failed]))).toEqual([]);
  });

  it("the signal of reliability learns from previews where nothing goes LIVE", () => {
    const previewed = many(18, (changes) =>
      aStep({
        ...changes,
        ending: "preview_only",
        state: "DRY_RUN",
        mode_reached: "DRY_RUN",
        rungs: [aRung("MOCK"), aRung("DRY_RUN")],
      }),
    );
    expect(ofType("TOOL_RELIABILITY", aggregateFor(previewed))).toHaveLength(1);
  });
});

describe("TOOL_PERFORMANCE", () => {
  it("the signal of performance sees that a tool has become slower, and faster, than its history", () => {
    const before = aggregateFor(many(20, live(100)));
    const slower = ofType("TOOL_PERFORMANCE", aggregateFor(many(6, live(1000))), before);
    const faster = ofType("TOOL_PERFORMANCE", aggregateFor(many(6, live(10))), before);
    expect(slower.map((signal) => signal.evidence.rates)).toEqual([{ slower: 1 }]);
    expect(faster.map((signal) => signal.evidence.rates)).toEqual([{ faster: 1 }]);
    expect(slower[0]?.target_phase).toBe(19);
  });

  it("the signal of performance says nothing while latency stays as it was, or before there is a history", () => {
    expect(ofType("TOOL_PERFORMANCE", aggregateFor(many(20, live(100))), aggregateFor(many(20, live(100))))).toEqual(
      [],
    );
    expect(ofType("TOOL_PERFORMANCE", aggregateFor(many(20, live(100))))).toEqual([]);
  });

  it("the signal of performance warns when slow calls come close to the contract's timeout of 20 s", () => {
    const near = aggregateFor([...many(18, live(2000)), ...many(2, live(19_000), "n")]);
    expect(ofType("TOOL_PERFORMANCE", near).map((signal) => signal.evidence.details.timeout_ms)).toEqual([20_000]);
    const far = aggregateFor([...many(18, live(2000)), ...many(2, live(8000), "n")]);
    expect(ofType("TOOL_PERFORMANCE", far)).toEqual([]);
  });
});

describe("EXECUTION_MODE_ANALYSIS", () => {
  const mixed = (successes: number, failures: number) =>
    aggregateFor([...many(successes, aStep), ...many(failures, aFailedStep, "f")]);

  it("the signal of modes calls a preview unfaithful when it does more than 15 points better than LIVE", () => {
    const [signal] = ofType("EXECUTION_MODE_ANALYSIS", mixed(16, 4));
    expect(signal?.insight).toContain("unfaithful");
    expect(signal).toMatchObject({ target_phase: 19, evidence: { rates: { dry_run: 1, live: 0.8 } } });
  });

  it("the signal of modes says nothing at exactly 15 points", () => {
    expect(ofType("EXECUTION_MODE_ANALYSIS", mixed(17, 3))).toEqual([]);
    expect(ofType("EXECUTION_MODE_ANALYSIS", mixed(1683, 297))).toEqual([]);
  });

  it("the signal of modes says nothing on fewer than five outcomes", () => {
    expect(ofType("EXECUTION_MODE_ANALYSIS", mixed(2, 2))).toEqual([]);
  });

  it("the signal of modes sees LIVE doing better than the preview", () => {
    const refused = many(5, (changes) =>
      aFailedStep({ ...changes, rungs: [aRung("MOCK"), aRung("DRY_RUN", { outcome: "failed" })] }),
    );
    const [signal] = ofType("EXECUTION_MODE_ANALYSIS", aggregateFor([...many(10, aStep, "ok"), ...refused]));
    expect(signal?.evidence.details.better_mode).toBe("LIVE");
  });
});

describe("CONFLICT_PATTERN", () => {
  const withConflicts = (count: number) =>
    aggregateFor(
      [aStep()],
      [],
      Array.from({ length: count }, (_, n) => aConflict({ conflict_id: `c${n}`, step_ids: ["s1"] })),
    );

  it("the signal of conflicts needs three alike, over this execution and those before", () => {
    expect(ofType("CONFLICT_PATTERN", withConflicts(2))).toEqual([]);
    expect(ofType("CONFLICT_PATTERN", withConflicts(3))).toHaveLength(1);
    const [signal] = ofType("CONFLICT_PATTERN", withConflicts(1), withConflicts(2));
    expect(signal).toMatchObject({ target_phase: 19, tool_name: "ghl_update_contact", evidence: { sample_size: 3 } });
  });

  it("the signal of conflicts does not come back when the conflict did not", () => {
    expect(ofType("CONFLICT_PATTERN", withConflicts(0), withConflicts(5))).toEqual([]);
  });
});

describe("APPROVAL_MISMATCH", () => {
  const confident = (confidence: number) => (changes: Partial<StepOutcome>) => aStep({ ...changes, confidence });

  it("the signal of approvals says when confidence is higher than its calls deserve", () => {
    const steps = [
      ...many(4, confident(0.95)),
      ...many(6, (changes) => aFailedStep({ ...changes, confidence: 0.95 }), "f"),
    ];
    const [signal] = ofType("APPROVAL_MISMATCH", aggregateFor(steps));
    expect(signal?.insight).toContain("too high");
    expect(signal).toMatchObject({ target_phase: 16, evidence: { rates: { success: 0.4, stated_confidence: 0.95 } } });
  });

  it("the signal of approvals says when confidence is lower than its calls deserve", () => {
    const [signal] = ofType("APPROVAL_MISMATCH", aggregateFor(many(30, confident(0.7))));
    expect(signal?.insight).toContain("too low");
  });

  it("the signal of approvals finds no fault with certainty that is always right", () => {
    expect(ofType("APPROVAL_MISMATCH", aggregateFor(many(30, confident(1))))).toEqual([]);
  });

  it("the signal of approvals names approvers who approve calls that fail", () => {
    const steps = many(6, (changes) => aFailedStep({ ...changes, confidence: 0.75 }));
    const approvals = steps.map(({ step_id }, n) =>
      anApproval({ approval_id: `a${n}`, step_id, decided_by: [n < 5 ? "alice" : "bob"] }),
    );
    const signal = ofType("APPROVAL_MISMATCH", aggregateFor(steps, approvals)).find((each) =>
      each.insight.includes("approve"),
    );
    expect(signal?.evidence.details.approvers).toMatchObject({
      alice: { approved_failed: 5 },
      bob: { approved_failed: 1 },
    });
  });

  it("the signal of approvals says when people reject what works", () => {
    const rejected = many(
      8,
      (changes) =>
        aStep({
          ...changes,
          ending: "rejected",
          state: "DRY_RUN",
          mode_reached: "DRY_RUN",
          status: "blocked",
          approval_status: "rejected",
          rungs: [aRung("DRY_RUN")],
        }),
      "r",
    );
    const approvals = rejected.map(({ step_id }, n) =>
      anApproval({ approval_id: `a${n}`, step_id, status: "rejected" }),
    );
    const found = ofType(
      "APPROVAL_MISMATCH",
      aggregateFor(rejected, approvals),
      aggregateFor(many(30, confident(0.95))),
    );
    expect(found.map((signal) => signal.evidence.rates.rejected)).toEqual([1]);
  });
});

describe("signals together", () => {
  const arbitrary = arbitraryExecution.map(({ outcome, schedule }) => aggregateOf(outcome, schedule));

  it("signals keep to the schema, come sorted and have ids of their own, whatever happened", () => {
    fc.assert(
      fc.property(arbitrary, arbitrary, (now, history) => {
        const found = signalsOf(now, history);
        for (const signal of found) expect(learningSignal.parse(signal)).toEqual(signal);
        expect(new Set(found.map((signal) => signal.signal_id)).size).toBe(found.length);
        const order = found.map((signal) => `${signal.target_phase} ${signal.signal_type} ${signal.tool_name}`);
        expect(order).toEqual(order.toSorted());
      }),
    );
  });

  it("signals are the same, ids included, when they are made again", () => {
    const now = aggregateFor(many(30, aStep));
    expect(signalsOf(now)).toEqual(signalsOf(now));
    expect(signalsOf(now)).not.toEqual([]);
  });
});
