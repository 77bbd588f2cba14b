import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EndDecision, endStatus } from "../../../../shared/execution/outcome/end-status.ts";
import { STATUS_OF_ENDING, stepStatusOf } from "../../../../shared/execution/outcome/step-status.ts";
import { EXECUTION_STATES, PHASES } from "../../../../shared/execution/record/states.ts";
import { newStepRecord } from "../../../../shared/execution/record/step-event.ts";
import {
  ENDINGS,
  type Ending,
  rollbackTrigger,
  type StepRecord,
} from "../../../../shared/execution/record/step-record.ts";

const AT = "2026-03-02T09:00:00.000Z";

const stepAs = (fields: Partial<StepRecord>): StepRecord => ({
  ...newStepRecord({ execution_id: "e1", plan_id: "p1", step_id: "s1" }, AT),
  ...fields,
});
const ended = (ending: Ending, fields: Partial<StepRecord> = {}): StepRecord =>
  stepAs({ state: "ABORTED", phase: "finished", ending, ...fields });

const live = ended("live", { state: "LIVE", committed: true });
const undone = ended("compensated", { committed: true, rollback_trigger: "manual" });
const statusOf = (records: StepRecord[], decision: EndDecision = "DONE", dry_run_only = false) =>
  endStatus({ decision, dry_run_only, records });

describe("how an execution ended is", () => {
  it("an execution is SUCCEEDED where every step went LIVE, or was previewed where no more was asked for", () => {
    expect(statusOf([live, live])).toBe("SUCCEEDED");
    const previewed = ended("ceiling", { state: "DRY_RUN" });
    expect(statusOf([previewed], "DONE", true)).toBe("SUCCEEDED");
    expect(statusOf([previewed], "DONE", false)).toBe("INCOMPLETE");
    expect(statusOf([ended("ceiling", { state: "MOCK" })], "DONE", true)).toBe("INCOMPLETE");
  });

  it.each([
    ["rejected", { state: "DRY_RUN" }],
    ["expired", {}],
    ["ceiling", { state: "DRY_RUN" }],
    ["ceiling", { state: "MOCK" }],
    ["conflict", {}],
    ["dependency", {}],
    ["lock", {}],
    ["not_started", {}],
    ["plan_failed", {}],
    ["undo_accepted", { committed: true, rollback_trigger: "manual" }],
  ] as const)(
    "an execution is INCOMPLETE where one step ended as %s, however many succeeded (%o)",
    (ending, fields) => {
      expect(statusOf([live, ended(ending, fields), live])).toBe("INCOMPLETE");
      expect(statusOf([ended(ending, fields)])).toBe("INCOMPLETE");
    },
  );

  it("an execution is INCOMPLETE where a duplicate was dropped, though its output is known: it did not make the call", () => {
    const live_output = { key: "k", digest: "d" };
    expect(statusOf([live, ended("conflict", { live_output })])).toBe("INCOMPLETE");
  });

  it("an execution is ROLLED_BACK where a person's roll back undid something, whatever stands, failed or was aborted", () => {
    for (const other of [live, ended("failed"), ended("rejected"), ended("execution_aborted"), undone]) {
      expect(statusOf([undone, other])).toBe("ROLLED_BACK");
      expect(statusOf([undone, other], "ABORTED")).toBe("ROLLED_BACK");
    }
  });

  it("an execution is FAILED where a step failed, also where what was done has been undone on account of that", () => {
    const byItself = ended("compensated", { committed: true, rollback_trigger: "execution_failure" });
    expect(statusOf([byItself, ended("failed"), live])).toBe("FAILED");
    expect(statusOf([live, undone], "FAILED")).toBe("FAILED");
  });

  it("an execution is LOCKED where a lock holds it, or holds a compensation", () => {
    const frozen = stepAs({ state: "LOCKED", phase: "undo_frozen", committed: true });
    expect(statusOf([live, frozen])).toBe("LOCKED");
    expect(statusOf([frozen], "ABORTED")).toBe("LOCKED");
    expect(statusOf([live], "LOCKED")).toBe("LOCKED");
  });
});

const records = fc.array(
  fc
    .record({
      state: fc.constantFrom(...EXECUTION_STATES),
      phase: fc.constantFrom(...PHASES),
      ending: fc.option(fc.constantFrom(...ENDINGS)),
      rollback_trigger: fc.option(fc.constantFrom(...rollbackTrigger.options)),
      committed: fc.boolean(),
    })
    .map(stepAs),
  { minLength: 1, maxLength: 6 },
);
const decisions = fc.constantFrom<EndDecision>("DONE", "ABORTED", "LOCKED", "FAILED");

describe("whatever became of the steps", () => {
  it("SUCCEEDED is said exactly when nothing else was asked and each step is a success in the artifacts", () => {
    fc.assert(
      fc.property(records, decisions, fc.boolean(), (steps, decision, dry_run_only) => {
        const options = { dry_run_only, indeterminate: false, asked_status: null };
        const allDone = steps.every(
          (step) => step.phase === "finished" && stepStatusOf(step, options).status === "success",
        );
        const succeeded = endStatus({ decision, dry_run_only, records: steps }) === "SUCCEEDED";
        expect(succeeded).toBe(decision === "DONE" && allDone);
      }),
    );
  });

  it("the order of the steps changes nothing about how an execution ended", () => {
    fc.assert(
      fc.property(records, decisions, fc.boolean(), (steps, decision, dry_run_only) => {
        const there = endStatus({ decision, dry_run_only, records: steps });
        expect(endStatus({ decision, dry_run_only, records: steps.toReversed() })).toBe(there);
      }),
    );
  });

  it("one more step that is not as asked never makes an execution a success", () => {
    const notAsAsked = ENDINGS.filter((ending) => STATUS_OF_ENDING[ending].status !== "success");
    fc.assert(
      fc.property(records, fc.constantFrom(...notAsAsked), (steps, ending) => {
        const more = [...steps, ended(ending)];
        expect(endStatus({ decision: "DONE", dry_run_only: false, records: more })).not.toBe("SUCCEEDED");
      }),
    );
  });
});
