import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBelow } from "../../../shared/contracts/ceiling.ts";
import {
  approvalsRequired,
  needsApproval,
  type StaticCeilingInput,
  staticCeiling,
} from "../../../shared/contracts/static-ceiling.ts";
import { RISK_LEVELS } from "../../../shared/contracts/tool-contract.ts";
import { executionConfig } from "../../../shared/plan/config.ts";
import type { PlanStep, PlanValidation, ToolExecutionPlan } from "../../../shared/plan/tool-execution-plan.ts";
import { contractOf } from "./contract-inputs.ts";

const stepWith = (confidence: number, more: Partial<PlanStep> = {}): PlanStep => ({
  step_id: "s",
  source_step_id: "s",
  plan_id: "p",
  agent_id: "a",
  tool_name: "tool",
  arguments: {},
  argument_sources: [],
  confidence,
  confidence_source: "stated",
  depends_on: [],
  runs_after: [],
  rationale: null,
  allow_duplicate: false,
  position: 0,
  ...more,
});
const planWith = (validation: PlanValidation | null): ToolExecutionPlan => ({
  plan_id: "p",
  source_form: "full",
  goal: null,
  deadline_seconds: null,
  agents: [],
  steps: [],
  validation,
});
const ceilingWith = (more: Partial<StaticCeilingInput> & { confidence?: number } = {}) =>
  staticCeiling({
    step: stepWith(more.confidence ?? 1),
    contract: contractOf("LOW"),
    plan: planWith(null),
    config: executionConfig.parse({}),
    live_enabled: true,
    ...more,
  });

describe("the static ceiling", () => {
  it("the static ceiling is LIVE without a reason when nothing lowers it", () => {
    expect(ceilingWith()).toEqual({ mode: "LIVE", reasons: [] });
  });

  it.each([
    ["LOW", 0.49, "MOCK"],
    ["LOW", 0.5, "DRY_RUN"],
    ["LOW", 0.69, "DRY_RUN"],
    ["LOW", 0.7, "LIVE"],
    ["MEDIUM", 0.64, "MOCK"],
    ["MEDIUM", 0.65, "DRY_RUN"],
    ["MEDIUM", 0.79, "DRY_RUN"],
    ["MEDIUM", 0.8, "LIVE"],
    ["HIGH", 0.79, "MOCK"],
    ["HIGH", 0.8, "DRY_RUN"],
    ["HIGH", 0.84, "DRY_RUN"],
    ["HIGH", 0.85, "LIVE"],
  ] as const)("the static ceiling of a %s tool at confidence %d is %s", (risk, confidence, mode) => {
    expect(ceilingWith({ contract: contractOf(risk), confidence }).mode).toBe(mode);
  });

  it("the static ceiling names the numbers, and says when the confidence was assumed", () => {
    const { reasons } = ceilingWith({ contract: contractOf("HIGH"), confidence: 0.82 });
    expect(reasons.map(({ message }) => message)).toEqual([
      "confidence 0.82 is below 0.85, which a HIGH risk tool needs for LIVE",
    ]);
    const step = stepWith(0.7, { confidence_source: "default" });
    expect(ceilingWith({ contract: contractOf("HIGH"), step }).reasons[0]?.message).toBe(
      "confidence 0.7 (assumed; the plan states none) is below 0.8, which a HIGH risk tool needs for DRY_RUN",
    );
  });

  it("the static ceiling rises to the execution's own threshold, which LOW tools do not have", () => {
    const config = executionConfig.parse({ confidence_threshold_for_live: 0.95 });
    const medium = ceilingWith({ config, contract: contractOf("MEDIUM"), confidence: 0.9 });
    expect(medium).toMatchObject({ mode: "DRY_RUN", reasons: [{ cause: "configuration" }] });
    expect(medium.reasons[0]?.message).toContain("0.9 is below 0.95");
    expect(ceilingWith({ config, confidence: 0.9 }).mode).toBe("LIVE");
  });

  it("the static ceiling is MOCK where a tool can be neither simulated nor previewed", () => {
    const contract = contractOf("HIGH", { mock_provider_available: false });
    expect(ceilingWith({ contract })).toMatchObject({ mode: "MOCK", reasons: [{ cause: "contract" }] });
    const reversible = contractOf("MEDIUM", {
      mock_provider_available: false,
      reversible: true,
      compensation: "adapter",
    });
    expect(ceilingWith({ contract: reversible }).mode).toBe("LIVE");
  });

  it("the static ceiling gives every reason, not the first", () => {
    const { mode, reasons } = ceilingWith({
      confidence: 0.6,
      config: executionConfig.parse({ dry_run_only: true, require_validation: true }),
      live_enabled: false,
    });
    expect(mode).toBe("DRY_RUN");
    expect(reasons.map(({ cause }) => cause)).toEqual(["confidence", "configuration", "live_enabled", "validation"]);
  });

  it("the static ceiling is DRY_RUN under a failed validation, and under a failed target it names", () => {
    const failed = planWith({ validation_id: "v1", status: "failed", failed_targets: [] });
    expect(ceilingWith({ plan: failed })).toMatchObject({ mode: "DRY_RUN", reasons: [{ cause: "validation" }] });
    const missed = planWith({ validation_id: "v1", status: "passed", failed_targets: ["latency_ms"] });
    expect(ceilingWith({ plan: missed }).mode).toBe("DRY_RUN");
    expect(ceilingWith({ plan: missed }).reasons[0]?.message).toContain("latency_ms");
    const passed = planWith({ validation_id: "v1", status: "passed", failed_targets: [] });
    expect(ceilingWith({ plan: passed, config: executionConfig.parse({ require_validation: true }) }).mode).toBe(
      "LIVE",
    );
  });

  it("the static ceiling never falls when confidence rises", () => {
    const confidence = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...RISK_LEVELS),
        confidence,
        confidence,
        confidence,
        fc.boolean(),
        (risk, a, b, threshold, live_enabled) => {
          const at = (value: number) =>
            ceilingWith({
              contract: contractOf(risk),
              confidence: value,
              config: executionConfig.parse({ confidence_threshold_for_live: threshold }),
              live_enabled,
            }).mode;
          expect(isBelow(at(Math.max(a, b)), at(Math.min(a, b)))).toBe(false);
        },
      ),
    );
  });
});

describe("approval", () => {
  it("approval is always needed for HIGH, by at least one person, even from a contract that says otherwise", () => {
    const careless = { ...contractOf("HIGH"), requires_approval: false, approvals_required: 0 };
    expect([needsApproval(careless), approvalsRequired(careless)]).toEqual([true, 1]);
  });

  it("approval is as the contract says elsewhere", () => {
    expect(approvalsRequired(contractOf("LOW"))).toBe(0);
    expect(approvalsRequired(contractOf("MEDIUM", { approvals_required: 3 }))).toBe(3);
    expect(approvalsRequired(contractOf("MEDIUM", { approvals_required: 0 }))).toBe(1);
  });
});
