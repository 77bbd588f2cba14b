import { describe, expect, it } from "vitest";
import {
  STATUS_OF_ENDING,
  type StatusOptions,
  stepStatusOf,
} from "../../../../shared/execution/outcome/step-status.ts";
import { newStepRecord } from "../../../../shared/execution/record/step-event.ts";
import { ENDINGS, type StepRecord } from "../../../../shared/execution/record/step-record.ts";

const record = (changes: Partial<StepRecord>): StepRecord => ({
  ...newStepRecord({ execution_id: "exec-1", plan_id: "plan-1", step_id: "s1" }, "2026-03-01T10:00:00.000Z"),
  ...changes,
});
const ended = (ending: StepRecord["ending"], changes: Partial<StepRecord> = {}) =>
  record({ ending, phase: "finished", state: "ABORTED", ...changes });

const status = (given: StepRecord, options: Partial<StatusOptions> = {}) =>
  stepStatusOf(given, { dry_run_only: false, indeterminate: false, asked_status: null, ...options });

describe("the status of a step that ended", () => {
  it("a step that ended LIVE is success, approved or without need of approval", () => {
    expect(status(ended("live", { state: "LIVE" }))).toEqual({
      status: "success",
      approval_status: "not_required",
      error_message: null,
    });
    const approved = ended("live", { state: "LIVE", approved_by: ["alice"], reason: "the call succeeded" });
    expect(status(approved, { asked_status: "approved" })).toEqual({
      status: "success",
      approval_status: "approved",
      error_message: null,
    });
  });

  it.each(["preview_only", "ceiling"] as const)(
    "a step that ended in DRY_RUN by %s is success where no more was asked for",
    (ending) => {
      const previewed = ended(ending, { state: "DRY_RUN", reason: "dry_run_only" });
      expect(status(previewed, { dry_run_only: true })).toMatchObject({
        status: "success",
        approval_status: "not_required",
        error_message: null,
      });
      expect(status(previewed)).toMatchObject({
        status: "partial",
        approval_status: "not_required",
        error_message: "dry_run_only",
      });
    },
  );

  it("a step that ended in MOCK is partial even where DRY_RUN was asked for", () => {
    expect(status(ended("ceiling", { state: "MOCK" }), { dry_run_only: true }).status).toBe("partial");
  });

  it("a step that was quarantined in DRY_RUN is partial even where no more was asked for: its tool was not asked", () => {
    const quarantine = { cause: "quarantine", mode: "DRY_RUN", message: "it is described otherwise" } as const;
    const held = ended("ceiling", { state: "DRY_RUN", reason: "held back", ceiling_reasons: [quarantine] });
    expect(status(held, { dry_run_only: true })).toMatchObject({ status: "partial", error_message: "held back" });
  });

  it("a step that ended for want of a ceiling needs no approval, though it was asked", () => {
    expect(status(ended("ceiling", { state: "DRY_RUN" }), { asked_status: "voided" }).approval_status).toBe(
      "not_required",
    );
  });

  it("a step that ended rejected or expired is blocked, and says which", () => {
    const rejected = ended("rejected", { state: "DRY_RUN", reason: "wrong contact" });
    expect(status(rejected, { asked_status: "rejected" })).toEqual({
      status: "blocked",
      approval_status: "rejected",
      error_message: "wrong contact",
    });
    expect(status(ended("expired"), { asked_status: "expired" })).toMatchObject({
      status: "blocked",
      approval_status: "expired",
    });
  });

  it.each(["conflict", "dependency", "lock", "execution_aborted", "not_started", "plan_failed"] as const)(
    "a step that ended by %s is blocked with the approval status it last had",
    (ending) => {
      expect(status(ended(ending))).toMatchObject({ status: "blocked", approval_status: "not_required" });
      expect(status(ended(ending), { asked_status: "voided" })).toMatchObject({
        status: "blocked",
        approval_status: "pending",
      });
      expect(status(ended(ending, { approved_by: ["alice"] }), { asked_status: "approved" })).toMatchObject({
        status: "blocked",
        approval_status: "approved",
      });
    },
  );

  it("a step that ended failed is failed, with the reason", () => {
    const failed = ended("failed", { approved_by: ["alice"], reason: "422 refused" });
    expect(status(failed, { asked_status: "approved" })).toEqual({
      status: "failed",
      approval_status: "approved",
      error_message: "422 refused",
    });
  });

  it("the status of a step that ended and was undone is rollback", () => {
    expect(status(ended("compensated", { approved_by: ["alice"] }))).toMatchObject({
      status: "rollback",
      approval_status: "approved",
    });
  });

  it("the status of a step that ended and could not be undone is neither success nor rollback", () => {
    expect(status(ended("undo_accepted", { approved_by: ["alice"] })).status).toBe("partial");
  });

  it("the status of a step other than success is explained, whatever the ending", () => {
    for (const ending of ENDINGS) {
      const found = status(ended(ending, { state: "DRY_RUN" }));
      expect(found.error_message === null).toBe(found.status === "success");
    }
    expect(Object.keys(STATUS_OF_ENDING).sort()).toEqual([...ENDINGS].sort());
  });
});

describe("the status of a step that has not ended", () => {
  it.each([
    [
      "reconcile",
      record({ state: "AWAITING_APPROVAL", phase: "reconcile", approved_by: ["alice"], reason: "timed out" }),
    ],
    ["reconcile_undo", record({ state: "AWAITING_APPROVAL", phase: "reconcile_undo", ending: "live" })],
  ])("a step in %s has an unknown outcome", (_, given) => {
    expect(status(given)).toEqual({ status: "blocked", approval_status: "pending", error_message: "OUTCOME_UNKNOWN" });
  });

  it("a step has an unknown outcome as soon as the ledger says so", () => {
    const running = record({ state: "LIVE", phase: "open", approved_by: ["alice"] });
    expect(status(running, { indeterminate: true }).error_message).toBe("OUTCOME_UNKNOWN");
  });

  it("a step is not taken for ended while it is being undone", () => {
    expect(status(record({ state: "ROLLBACK", phase: "open", ending: "live" })).status).toBe("blocked");
    expect(status(record({ state: "LOCKED", phase: "undo_failed", ending: "live" }))).toMatchObject({
      status: "blocked",
      approval_status: "pending",
    });
  });

  it("a step that has not ended waits for approval, or is held by a lock", () => {
    expect(status(record({ state: "AWAITING_APPROVAL" }), { asked_status: "open" }).approval_status).toBe("pending");
    expect(status(record({ state: "LOCKED" }), { asked_status: "open" })).toMatchObject({
      status: "blocked",
      approval_status: "pending",
    });
  });
});
