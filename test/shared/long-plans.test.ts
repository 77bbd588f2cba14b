import { describe, expect, it } from "vitest";
import {
  type ConflictInput,
  noFacts,
  rescheduleStep,
  resolveConflicts,
} from "../../shared/conflicts/resolve-conflicts.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import { planDeadlines } from "../../shared/execution/view/plan-deadline.ts";
import { advance } from "../../shared/execution/wave/advance.ts";
import { executionConfig } from "../../shared/plan/config.ts";
import { acceptSubmission } from "../../shared/plan/submission.ts";
import { buildCase } from "../../shared/verification/case.ts";
import { order } from "../../shared/verification/checks/order.ts";
import { collect, type Finding } from "../../shared/verification/finding.ts";
import { noRecord } from "../../shared/verification/read-record.ts";
import type { StepReplay } from "../../shared/verification/replay.ts";
import { CONTRACTS } from "../harness/arbitrary-schedules.ts";
import { plan, type StepBody, update } from "../harness/plans.ts";
import { PureExecution } from "../harness/pure-execution.ts";

const MANY = 5_000;
const fields = { stage: "customer" };
const idsUpTo = (count: number): string[] => Array.from({ length: count }, (_, n) => `s${n}`);

/** So many writes, each of a record of its own, after the steps that `after` says. */
const writes = (after: (n: number) => string[]): StepBody[] =>
  idsUpTo(MANY).map((step_id, n) => update(step_id, `c${n}`, fields, { after: after(n) }));

const SHAPES: readonly [string, StepBody[], { undoneFirst: number; brokenBehind: number }][] = [
  ["a chain", writes((n) => (n === 0 ? [] : [`s${n - 1}`])), { undoneFirst: 1, brokenBehind: MANY - 1 }],
  ["a fan", writes((n) => (n === 0 ? [] : ["s0"])), { undoneFirst: MANY - 1, brokenBehind: MANY - 1 }],
  ["a join", writes((n) => (n < MANY - 1 ? [] : idsUpTo(n))), { undoneFirst: 1, brokenBehind: 1 }],
];

const acceptedInput = (steps: readonly StepBody[]): ConflictInput => {
  const registries = { tools: CONTRACTS, agents: new Map(), registry_open: true, submitter: "sam" };
  const accepted = acceptSubmission({ plans: [plan("p", steps, { deadline_seconds: 100_000 })] }, registries);
  if (!accepted.ok) throw new Error(JSON.stringify(accepted.refusal));
  const config = executionConfig.parse({});
  return {
    plans: accepted.value.plans,
    contracts: CONTRACTS,
    config,
    agents: new Map(),
    registry_open: true,
    live_enabled: true,
    facts: noFacts,
  };
};

const become = (run: PureExecution, changes: Partial<StepRecord>): void => {
  for (const [step_id, record] of run.records) run.records.set(step_id, { ...record, ...changes });
};

const made = { state: "LIVE", phase: "finished", ending: "live", committed: true } as const;
const asked = { by: "olga", at: "2026-03-02T09:00:00.000Z", reason: "a mistake" };
/** The findings of the verification about the order of a run whose steps stand as they are, one event behind each. */
const findingsOf = (run: PureExecution): Finding[] => {
  const fresh = new PureExecution(run.schedule, CONTRACTS);
  const replays = [...run.records].map(([step_id, after]): [string, StepReplay] => {
    const before = fresh.record(step_id);
    const { event } = fresh.emit(step_id, "mock_succeeded");
    return [step_id, { step_id, transitions: [{ event, before, after }], illegal: undefined }];
  });
  const empty = { manifests: new Map(), files: [], keys: [], pinned: false, remembered: [], alone: false };
  const verified = buildCase({ execution_id: "e1", record: noRecord, ...empty });
  const findings: Finding[] = [];
  const scheduled = new Map(run.schedule.steps.map((step) => [step.step_id, step]));
  order.run({ ...verified, schedules: [run.schedule], scheduled, steps: new Map(replays) }, collect("order", findings));
  return findings;
};

describe.each(SHAPES)("%s of 5,000 writes in one plan", (_name, steps, { undoneFirst, brokenBehind }) => {
  const input = acceptedInput(steps);
  const schedule = resolveConflicts(input);

  it("a plan of 5,000 writes is ordered, and ordered again after an edit of a step in its middle", () => {
    expect([schedule.steps.length, schedule.conflicts]).toEqual([MANY, []]);
    const edited = rescheduleStep(schedule, input, "s2500", { contact_id: "c1", fields }, new Set(["s0"]));
    expect(edited.schedule.steps).toHaveLength(MANY);
  });

  it("a plan of 5,000 writes is carried on by a pass, and ended by one that finds an abort", () => {
    const run = new PureExecution(schedule, CONTRACTS);
    expect(planDeadlines(run.view()).size).toBe(1);
    expect(advance(run.view())).toMatchObject({ decision: "WAVE", wave: { length: 200 } });
    run.execution = { ...run.execution, abort_requested: asked };
    const ended = advance(run.view());
    expect([ended.decision, ended.transited.length]).toEqual(["ABORTED", MANY]);
  });

  it("a plan of 5,000 writes is undone from its end, to a depth", () => {
    const run = new PureExecution(schedule, CONTRACTS);
    become(run, made);
    for (const depth of [MANY - 10, 1]) {
      run.execution = { ...run.execution, rollback_requested: { ...asked, number: 1, depth } };
      const begun = advance(run.view());
      expect(begun.transited.map(({ event }) => event.type)).toEqual(Array(undoneFirst).fill("rollback_started"));
    }
  });

  it("a plan of 5,000 writes is verified: each that was made behind one that was refused is found", () => {
    const run = new PureExecution(schedule, CONTRACTS);
    become(run, made);
    expect(findingsOf(run)).toEqual([]);
    run.records.set("s0", { ...run.record("s0"), state: "ABORTED", ending: "rejected", committed: false });
    expect(findingsOf(run)).toHaveLength(brokenBehind);
  });
});
