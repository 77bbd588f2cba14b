import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { transitionLine } from "../../../shared/artifacts/execution-state-transitions.ts";
import { ARTIFACTS, type Artifact, type ArtifactInput } from "../../../shared/artifacts/index.ts";
import { orchestrationSummary } from "../../../shared/artifacts/orchestration-summary.ts";
import { rollbackLine } from "../../../shared/artifacts/rollback-events.ts";
import { conflictLine, severityOf, toolConflicts } from "../../../shared/artifacts/tool-conflicts.ts";
import { executionLogLine, summarise } from "../../../shared/artifacts/tool-execution-log.ts";
import { type Conflict, conflictType, type Schedule } from "../../../shared/conflicts/schedule.ts";
import type { ExecutionOutcome } from "../../../shared/execution/outcome/execution-outcome.ts";
import { aggregateOf, emptyAggregate } from "../../../shared/feedback/aggregate.ts";
import { learningSignal } from "../../../shared/feedback/learning-signal.ts";
import { learningSignals } from "../../../shared/feedback/learning-signals.ts";
import { healthReport, systemHealth } from "../../../shared/health/report.ts";
import { anyText } from "../../fixtures/any-text.ts";
import { arbitraryExecution } from "../../fixtures/arbitrary-outcomes.ts";
import {
  aConflict,
  aFailedStep,
  anExecution,
  anUnknownStep,
  aRollback,
  aScheduleOf,
  aStep,
  aTransition,
  ENDED_AT,
  STARTED_AT,
} from "../../fixtures/outcomes.ts";

const inputOf = (outcome: ExecutionOutcome, schedule: Schedule = aScheduleOf(outcome)): ArtifactInput => {
  const aggregate = aggregateOf(outcome, schedule);
  return {
    outcome,
    schedule,
    scheduled_at: STARTED_AT,
    signals: learningSignals({
      aggregate,
      history: emptyAggregate,
      contracts: new Map(),
      at: ENDED_AT,
      execution_id: outcome.execution_id,
    }),
    health: healthReport({ window: aggregate, at: ENDED_AT, execution_mode: "LIVE", active_executions: 0 }),
  };
};

const artifact = (name: string): Artifact => {
  const found = ARTIFACTS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no artifact ${name}`);
  return found;
};

const render = (name: string, input: ArtifactInput): string => artifact(name).render(input);

/** Every line, each checked to be `\n`-terminated and to parse by itself. */
const linesOf = (text: string): unknown[] => {
  if (text === "") return [];
  expect(text.endsWith("\n")).toBe(true);
  return text
    .slice(0, -1)
    .split("\n")
    .map((line): unknown => JSON.parse(line));
};

/** The lines that a reader gets who goes line by line and keeps those that parse. */
const parsableLines = (text: string): unknown[] =>
  text.split("\n").flatMap((line): unknown[] => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });

const conflictsInput = (conflicts: readonly Conflict[]): ArtifactInput => {
  const outcome = anExecution([aStep({ step_id: "s1" }), aStep({ step_id: "s2" })]);
  return inputOf(outcome, aScheduleOf(outcome, { conflicts }));
};

const FIELDS = {
  "tool_execution_log.jsonl":
    "execution_id plan_id step_id agent_id tool_name timestamp duration_ms status execution_mode confidence_score risk_level approval_status dry_run_mode error_message output_summary",
  "orchestration_summary.json":
    "pipeline_id start_time end_time plans_processed plans_successful plans_incomplete plans_failed total_tools_executed total_conflicts total_rollbacks orchestration_results",
  "execution_state_transitions.jsonl":
    "transition_id timestamp from_state to_state trigger tool_name step_id confidence reason details",
  "tool_conflicts.json": "total_conflicts by_type by_resolution_strategy conflicts",
  "rollback_events.jsonl": "rollback_id timestamp trigger affected_executions reason recovery_status duration_ms",
  "learning_signals.jsonl":
    "signal_id timestamp signal_type tool_name insight recommended_action confidence target_phase affected_future_executions evidence",
  "system_health.json":
    "timestamp health_score health_status execution_mode active_executions completed_executions failed_executions blocked_by_safety avg_tool_confidence anomalies anomalies_detected success_rate rollbacks_triggered conflicts_detected avg_execution_time_ms metrics health_assessment",
} as const;

describe("the artifacts", () => {
  const steps = Array.from({ length: 18 }, (_, n) => aStep({ step_id: `s${n}` }));
  const outcome = anExecution(steps, { transitions: [aTransition()], rollbacks: [aRollback()] });
  const input = inputOf(outcome, aScheduleOf(outcome, { conflicts: [aConflict()] }));

  it("publishing writes the documented artifacts in their order", () => {
    expect(ARTIFACTS.map(({ name }) => name)).toEqual(Object.keys(FIELDS));
  });

  it.each(Object.entries(FIELDS))("the artifact %s has exactly its fields, in order", (name, fields) => {
    const text = render(name, input);
    const first: unknown = name.endsWith(".jsonl") ? linesOf(text)[0] : JSON.parse(text);
    expect(first, `the execution above has no record for ${name}`).toBeDefined();
    expect(Object.keys(first as object).join(" ")).toBe(fields);
  });

  it("the artifacts parse with their schemas, whatever happened", () => {
    fc.assert(
      fc.property(arbitraryExecution, (given) => {
        const all = inputOf(given.outcome, given.schedule);
        for (const line of linesOf(render("tool_execution_log.jsonl", all))) executionLogLine.parse(line);
        for (const line of linesOf(render("learning_signals.jsonl", all))) learningSignal.parse(line);
        orchestrationSummary.parse(JSON.parse(render("orchestration_summary.json", all)));
        toolConflicts.parse(JSON.parse(render("tool_conflicts.json", all)));
        systemHealth.parse(JSON.parse(render("system_health.json", all)));
      }),
    );
  });

  it("the artifacts are the same bytes for the same input", () => {
    for (const { render: again } of ARTIFACTS) expect(again(input)).toBe(again(structuredClone(input)));
  });

  it("artifacts that consist of lines are empty where there are no records", () => {
    const nothing = inputOf(anExecution([]));
    const lines = ARTIFACTS.filter(({ name }) => name.endsWith(".jsonl"));
    expect(lines.map(({ render: one }) => one(nothing))).toEqual(lines.map(() => ""));
  });
});

describe("tool_execution_log.jsonl", () => {
  it("the log of tool executions has a line per step, with the agent that acted", () => {
    const outcome = anExecution([
      aStep({ acting_agent_id: "agent-2" }),
      aFailedStep({ step_id: "s2" }),
      anUnknownStep({ step_id: "s3" }),
    ]);
    const lines = linesOf(render("tool_execution_log.jsonl", inputOf(outcome))).map((line) =>
      executionLogLine.parse(line),
    );
    expect(
      lines.map(({ step_id, agent_id, status, approval_status, error_message }) => [
        step_id,
        agent_id,
        status,
        approval_status,
        error_message,
      ]),
    ).toEqual([
      ["s1", "agent-2", "success", "not_required", null],
      ["s2", "agent-1", "failed", "not_required", "422 refused"],
      ["s3", "agent-1", "blocked", "pending", "OUTCOME_UNKNOWN"],
    ]);
    expect(lines[0]).toMatchObject({
      risk_level: "medium",
      execution_mode: "LIVE",
      output_summary: '{"ok":true}',
      duration_ms: 300,
    });
  });

  it("the log of tool executions summarises any output in at most 500 characters, cut at a whole character", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "grapheme", maxLength: 800 }),
          fc.array(fc.string({ unit: "grapheme" }), { maxLength: 80 }),
        ),
        (output) => {
          const summary = summarise({ output });
          expect(summary.length).toBeLessThanOrEqual(500);
          expect(summary.isWellFormed()).toBe(true);
        },
      ),
    );
    expect(summarise({ output: `${"a".repeat(498)}😀😀` })).toBe(`${"a".repeat(498)}…`);
    expect(summarise({ output: null })).toBe("");
  });

  it("the log says of a result that no service gave that the sandbox made it up, and of no other, whatever it says of itself", () => {
    expect(summarise({ output: { id: 1 }, made_up: true })).toBe(`made up by the sandbox: {"id":1}`);
    expect(summarise({ output: { id: 1, made_up: true } })).toBe(`{"id":1,"made_up":true}`);
  });
});

describe("tool_conflicts.json", () => {
  const text = anyText();
  const conflicts = fc
    .array(
      fc.record({
        finding: text,
        details: fc.dictionary(
          text.filter((key) => key !== "__proto__"),
          fc.oneof(text, fc.integer()),
        ),
      }),
      { maxLength: 6 },
    )
    .map((list) => list.map((changes, n) => aConflict({ conflict_id: `c${n}`, ...changes })));

  it("the list of conflicts gives a line-by-line reader exactly its conflicts, and a JSON reader the whole", () => {
    fc.assert(
      fc.property(conflicts, (list) => {
        const rendered = render("tool_conflicts.json", conflictsInput(list));
        const whole = toolConflicts.parse(JSON.parse(rendered));
        expect(whole.total_conflicts).toBe(list.length);
        expect(whole.conflicts.map((each) => each.details.finding)).toEqual(list.map((each) => each.finding));
        expect(parsableLines(rendered).map((line) => conflictLine.parse(line))).toEqual(whole.conflicts);
      }),
    );
  });

  it("the list of conflicts counts every type and strategy, 0 where none occurred", () => {
    const found = toolConflicts.parse(
      JSON.parse(
        render(
          "tool_conflicts.json",
          conflictsInput([
            aConflict(),
            aConflict({ conflict_id: "c2", conflict_type: "DUPLICATE_ACTION", resolution_strategy: "ABORT" }),
          ]),
        ),
      ),
    );
    const none = Object.fromEntries(conflictType.options.map((type) => [type, 0]));
    expect(found.by_type).toEqual({ ...none, DUPLICATE_ACTION: 1, RESOURCE_CONFLICT: 1 });
    expect(found.by_resolution_strategy).toEqual({ DELAY: 1, REASSIGN: 0, DOWNGRADE: 0, ABORT: 1 });
  });

  it("the list of conflicts says severity in words: 1-3 low, 4-6 medium, 7-10 high", () => {
    expect([1, 3, 4, 6, 7, 10].map(severityOf)).toEqual(["low", "low", "medium", "medium", "high", "high"]);
  });
});

describe("orchestration_summary.json", () => {
  it("the summary of the orchestration counts plans, steps, conflicts and roll backs from what happened", () => {
    const outcome = anExecution(
      [
        aStep({ step_id: "s1" }),
        aStep({
          step_id: "s2",
          plan_id: "plan-2",
          ending: "compensated",
          status: "rollback",
          committed: true,
          compensated: true,
        }),
        aFailedStep({ step_id: "s3", plan_id: "plan-2" }),
        aStep({
          step_id: "s4",
          plan_id: "plan-3",
          ending: "conflict",
          state: "ABORTED",
          status: "blocked",
          mode_reached: "MOCK",
          rungs: [],
        }),
      ],
      { rollbacks: [aRollback({ plan_id: "plan-2", step_ids: ["s2"] })], validation_id: "validation-1" },
    );
    const schedule = aScheduleOf(outcome, {
      conflicts: [
        aConflict({ plan_ids: ["plan-1", "plan-3"] }),
        aConflict({ conflict_id: "c2", plan_ids: ["plan-3", "plan-3"], resolution_status: "failed" }),
      ],
    });
    const found = orchestrationSummary.parse(
      JSON.parse(render("orchestration_summary.json", inputOf(outcome, schedule))),
    );
    expect(found).toMatchObject({
      plans_processed: 3,
      plans_successful: 1,
      plans_incomplete: 1,
      plans_failed: 1,
      total_tools_executed: 3,
      total_conflicts: 2,
      total_rollbacks: 1,
    });
    expect(
      found.orchestration_results.map((plan) => [
        plan.phase21_plan_id,
        plan.phase22_validation_id,
        plan.total_tools,
        plan.successful_executions,
        plan.failed_executions,
        plan.conflicts_detected,
        plan.conflicts_resolved,
        plan.rollbacks_executed,
      ]),
    ).toEqual([
      ["plan-1", "validation-1", 1, 1, 0, 1, 1, 0],
      ["plan-2", "validation-1", 2, 0, 1, 0, 0, 1],
      ["plan-3", "validation-1", 1, 0, 0, 2, 1, 0],
    ]);
  });
});

describe("the other lines", () => {
  it("lines of artifacts break nowhere but at their end, for readers that know more line ends than one", () => {
    const reason = "one\u0085two\u2028three\u2029four\r\nfive";
    const text = render(
      "execution_state_transitions.jsonl",
      inputOf(anExecution([aStep()], { transitions: [aTransition({ reason })] })),
    );
    expect(text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)).toHaveLength(2);
    expect(transitionLine.parse(linesOf(text)[0]).reason).toBe(reason);
  });

  it("artifacts write time in UTC, wherever it was measured", () => {
    const outcome = anExecution([aStep()], { transitions: [aTransition({ at: "2026-03-01T12:00:00+02:00" })] });
    const [line] = linesOf(render("execution_state_transitions.jsonl", inputOf(outcome)));
    expect(transitionLine.parse(line)).toMatchObject({
      timestamp: "2026-03-01T10:00:00.000Z",
      from_state: "MOCK",
      to_state: "DRY_RUN",
      details: { event: "mock_succeeded", actor: "buddy", plan_id: "plan-1" },
    });
  });

  it("artifacts say how long a roll back took, and nothing while it is in progress", () => {
    const rollbacks = [aRollback(), aRollback({ rollback_id: "r2", ended_at: null, recovery_status: "in_progress" })];
    const lines = linesOf(render("rollback_events.jsonl", inputOf(anExecution([aStep()], { rollbacks })))).map((line) =>
      rollbackLine.parse(line),
    );
    expect(lines.map(({ duration_ms, affected_executions }) => [duration_ms, affected_executions])).toEqual([
      [2500, ["s1"]],
      [null, ["s1"]],
    ]);
  });
});
