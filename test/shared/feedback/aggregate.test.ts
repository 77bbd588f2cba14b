import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { addAggregates, aggregate, aggregateOf, emptyAggregate } from "../../../shared/feedback/aggregate.ts";
import { MAX_APPROVERS } from "../../../shared/feedback/aggregate-schema.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
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
} from "../../fixtures/outcomes.ts";

const aggregateFor = (...args: Parameters<typeof anExecution>) => {
  const outcome = anExecution(...args);
  return aggregateOf(outcome, aScheduleOf(outcome));
};
/** Numbers that are not added up: the least and the most of a time, and how many tools a pattern of conflicts is of. */
const NO_COUNT = /\.(?:tool_count|min_ms|max_ms)$/u;

/** Every count that stands somewhere in an aggregate, by its path. */
const countsIn = (value: unknown, path = ""): [string, number][] => {
  if (typeof value === "number") return NO_COUNT.test(path) ? [] : [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => countsIn(inner, `${path}.${name}`));
};

/** An aggregate with all that its schema has, also what need not be there: one of each record, and every number the same. */
const wholeOf = (given: unknown, number: number): unknown => {
  const { type, properties, additionalProperties: each, enum: words, anyOf } = Object(given);
  if (properties !== undefined)
    return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, wholeOf(field, number)]));
  if (type === "object") return { one: wholeOf(each, number) };
  if (type === "array") return [];
  if (anyOf !== undefined) return wholeOf(anyOf[0], number);
  return type === "integer" ? number : (words?.[0] ?? "one");
};
const wholeAggregate = (number: number) => aggregate.parse(wholeOf(z.toJSONSchema(aggregate), number));

const arbitraryAggregate = arbitraryExecution.map(({ outcome, schedule }) => aggregateOf(outcome, schedule));

describe("adding aggregates", () => {
  it("adding aggregates is commutative and associative, with the empty aggregate as zero", () => {
    fc.assert(
      fc.property(arbitraryAggregate, arbitraryAggregate, arbitraryAggregate, (a, b, c) => {
        expect(canonicalJson(addAggregates(a, b))).toBe(canonicalJson(addAggregates(b, a)));
        expect(canonicalJson(addAggregates(addAggregates(a, b), c))).toBe(
          canonicalJson(addAggregates(a, addAggregates(b, c))),
        );
        expect(canonicalJson(addAggregates(a, emptyAggregate))).toBe(canonicalJson(a));
      }),
    );
  });

  it("a sum of aggregates has every count that its schema has, added up: none that may be missing is forgotten", () => {
    const counts = countsIn(addAggregates(wholeAggregate(1), wholeAggregate(2)));
    expect(counts.map(([path]) => path)).toEqual(countsIn(wholeAggregate(1)).map(([path]) => path));
    expect(counts.filter(([, count]) => count !== 3)).toEqual([]);
  });

  it("a sum of aggregates is what one execution with the steps of both would give, where no person decided", () => {
    fc.assert(
      fc.property(arbitraryExecution, arbitraryExecution, (one, other) => {
        const steps = (prefix: string, outcome: typeof one.outcome) =>
          outcome.plans.flatMap((plan) =>
            plan.steps.map((step) => ({ ...step, step_id: `${prefix}.${step.step_id}` })),
          );
        const [a, b] = [steps("a", one.outcome), steps("b", other.outcome)];
        const sum = addAggregates(aggregateFor(a), aggregateFor(b));
        const whole = aggregateFor([...a, ...b]);
        expect(canonicalJson(sum.tools)).toBe(canonicalJson(whole.tools));
        expect(canonicalJson(sum.steps)).toBe(canonicalJson(whole.steps));
        expect(sum.writes).toEqual(whole.writes);
      }),
    );
  });

  it("a sum of aggregates keeps to the schema", () => {
    fc.assert(
      fc.property(arbitraryAggregate, arbitraryAggregate, (a, b) => {
        expect(() => aggregate.parse(addAggregates(a, b))).not.toThrow();
      }),
    );
  });
});

describe("the aggregate of an execution", () => {
  it("an execution's aggregate counts a call of unknown outcome as neither success nor failure", () => {
    const { tools } = aggregateFor([
      aStep({ step_id: "s1" }),
      aFailedStep({ step_id: "s2" }),
      anUnknownStep({ step_id: "s3" }),
    ]);
    expect(tools.ghl_update_contact?.modes.LIVE).toMatchObject({
      successes: 1,
      failures: 1,
      indeterminate: 1,
      timed_out: 1,
    });
    expect(tools.ghl_update_contact?.calibration["0.9"]?.trials).toBe(2);
  });

  it("an execution's aggregate leaves out what was only simulated", () => {
    const mocked = aStep({
      ending: "ceiling",
      state: "MOCK",
      mode_reached: "MOCK",
      status: "partial",
      rungs: [aRung("MOCK")],
    });
    expect(aggregateFor([mocked]).tools).toEqual({});
  });

  it("an execution's aggregate leaves out what no service answered, whether it succeeded or failed", () => {
    const madeUp = { made_up: true } as const;
    const steps = [
      aStep({ step_id: "s1", writes: false, committed: false, ...madeUp }),
      aStep({ step_id: "s2", ...madeUp }),
      aFailedStep({ step_id: "s3", ...madeUp }),
      anUnknownStep({ step_id: "s4", ...madeUp }),
    ];
    expect(aggregateFor(steps).tools).toEqual({});
    expect(aggregateFor(steps).steps.total).toBe(4);
  });

  it("an execution's aggregate counts no write that the sandbox made up, undone or not", () => {
    const undone = { state: "ABORTED", ending: "compensated", compensated: true } as const;
    const steps = [
      aStep({ step_id: "s1", made_up: true }),
      aStep({ step_id: "s2", made_up: true, ...undone }),
      aStep({ step_id: "s3" }),
    ];
    expect(aggregateFor(steps).writes).toEqual({ committed: 1, compensated: 0 });
  });

  it("an execution's aggregate counts a read that succeeded when it was tried again as one success with several calls", () => {
    const read = aStep({
      writes: false,
      committed: false,
      rungs: [
        aRung("MOCK"),
        aRung("DRY_RUN"),
        aRung("LIVE", { outcome: "failed", timed_out: true, duration_ms: 5000 }),
        aRung("LIVE", { duration_ms: 40 }),
      ],
    });
    const live = aggregateFor([read]).tools.ghl_update_contact?.modes.LIVE;
    expect(live).toMatchObject({ successes: 1, failures: 0, timed_out: 1 });
    expect(live?.latency).toMatchObject({ calls: 2, sum_ms: 5040, min_ms: 40, max_ms: 5000 });
  });

  it("an execution's aggregate takes a reconciled call for what the person found", () => {
    const rungs = [aRung("MOCK"), aRung("DRY_RUN"), aRung("LIVE", { outcome: "unknown" })];
    const happened = aStep({ step_id: "s1", rungs });
    const didNot = aFailedStep({ step_id: "s2", rungs });
    expect(aggregateFor([happened, didNot]).tools.ghl_update_contact?.modes.LIVE).toMatchObject({
      successes: 1,
      failures: 1,
      indeterminate: 0,
    });
  });

  it("an execution's aggregate counts writes that were undone among those committed, and reads as neither", () => {
    const undone = aStep({
      step_id: "s1",
      ending: "compensated",
      status: "rollback",
      committed: true,
      compensated: true,
    });
    const read = aStep({ step_id: "s2", writes: false });
    expect(aggregateFor([undone, read]).writes).toEqual({ committed: 1, compensated: 1 });
  });

  it("an execution's aggregate follows the last approval of a step to the outcome of its call", () => {
    const { tools, approvals } = aggregateFor([aFailedStep()], {
      approvals: [
        anApproval({ approval_id: "a1", created_at: "2026-03-01T10:01:00.000Z", decided_by: ["alice"] }),
        anApproval({ approval_id: "a2", created_at: "2026-03-01T10:04:00.000Z", decided_by: ["bob"] }),
      ],
    });
    expect(approvals.approved).toBe(2);
    expect(tools.ghl_update_contact?.decisions.approved_failed).toBe(1);
    expect(Object.keys(tools.ghl_update_contact?.approvers ?? {})).toEqual(["bob"]);
  });

  it("an execution's aggregate does not count requests to reconcile as approvals", () => {
    const { approvals } = aggregateFor([anUnknownStep()], {
      approvals: [anApproval({ kind: "reconcile", status: "happened" })],
    });
    expect(Object.values(approvals).every((count) => count === 0)).toBe(true);
  });

  it("an execution's aggregate counts each step that conflicts changed once, and no step that only waited", () => {
    const steps = ["s1", "s2", "s3", "s4", "s5", "s6"].map((step_id) => aStep({ step_id }));
    const outcome = anExecution(steps);
    const { conflicts } = aggregateOf(
      outcome,
      aScheduleOf(outcome, {
        steps: {
          s1: { aborted_by_conflict: "duplicate of s2" },
          s2: { acting_agent_id: "agent-2" },
          s3: { ceiling: { mode: "DRY_RUN", reasons: [{ cause: "conflict", mode: "DRY_RUN", message: "quota" }] } },
        },
        edges: [{ before: "s5", after: "s4", kind: "depends_on" }],
        conflicts: [
          aConflict({ conflict_id: "c1", step_ids: ["s2", "s6"] }),
          aConflict({
            conflict_id: "c2",
            conflict_type: "ORDERING_CONFLICT",
            resolution_strategy: "REASSIGN",
            step_ids: ["s4", "s5"],
          }),
          aConflict({ conflict_id: "c3", step_ids: ["s5"], resolution_status: "failed" }),
        ],
      }),
    );
    expect(conflicts.steps).toEqual({ aborted: 1, reassigned: 2, downgraded: 1, unresolved: 1 });
    expect(conflicts.by_type).toEqual({ RESOURCE_CONFLICT: 2, ORDERING_CONFLICT: 1 });
  });

  it("an execution's aggregate takes a conflict that waited for a run as settled once its steps have ended", () => {
    const pending = [aConflict({ resolution_status: "pending", step_ids: ["s1"] })];
    const ended = anExecution([aStep()]);
    const open = anExecution([anUnknownStep()]);
    expect(aggregateOf(ended, aScheduleOf(ended, { conflicts: pending })).conflicts.steps.unresolved).toBe(0);
    expect(aggregateOf(open, aScheduleOf(open, { conflicts: pending })).conflicts.steps.unresolved).toBe(1);
  });

  it("an execution's aggregate counts conflicts as alike by type and tools, whatever the order of the tools", () => {
    const outcome = anExecution([aStep()]);
    const alike = [
      ["b", "a"],
      ["a", "b"],
      ["a", "c"],
    ].map((tools_involved, place) => aConflict({ conflict_id: `c${place}`, tools_involved, step_ids: ["s1"] }));
    const patterns = Object.values(aggregateOf(outcome, aScheduleOf(outcome, { conflicts: alike })).conflicts.patterns);
    expect(patterns.map(({ tools, count }) => [tools, count]).sort()).toEqual([
      [["a", "b"], 2],
      [["a", "c"], 1],
    ]);
  });

  it("an aggregate stays under 350 KB for 200 tools with long names, every latency and confidence, and many approvers", () => {
    const tools = Array.from({ length: 200 }, (_, n) => `${"t".repeat(124)}${String(n).padStart(4, "0")}`);
    const durations = Array.from({ length: 41 }, (_, n) => Math.min(900_000, Math.floor(2 ** (n / 2))));
    const rungs = durations.flatMap((duration_ms) => [
      aRung("DRY_RUN", { duration_ms }),
      aRung("LIVE", { duration_ms }),
    ]);
    const steps = tools.flatMap((tool_name, tool) =>
      [0.7, 0.8, 0.9].map((confidence, n) =>
        aStep({ step_id: `s${tool}.${n}`, tool_name, confidence, rungs: n === 0 ? rungs : [aRung("LIVE")] }),
      ),
    );
    const approvals = steps.map(({ step_id, tool_name }, n) =>
      anApproval({ approval_id: `a${n}`, step_id, tool_name, decided_by: [`${"p".repeat(200)}${n}`, `person-${n}`] }),
    );
    const outcome = anExecution(steps, { approvals });
    const conflicts = tools.map((tool, n) =>
      aConflict({ conflict_id: `c${n}`, step_ids: ["s0.0"], tools_involved: [tool, ...tools.slice(0, 20)] }),
    );
    const found = aggregateOf(outcome, aScheduleOf(outcome, { conflicts }));
    expect(Object.keys(found.tools)).toHaveLength(200);
    expect(Buffer.byteLength(JSON.stringify(found))).toBeLessThan(350_000);
    const named = Object.values(found.tools).flatMap((tool) => Object.keys(tool.approvers));
    expect(named.filter((name) => name !== "(others)")).toHaveLength(MAX_APPROVERS);
    const decided = Object.values(found.tools).reduce(
      (sum, tool) => sum + Object.values(tool.approvers).reduce((own, counts) => own + counts.approved_succeeded, 0),
      0,
    );
    expect(decided).toBe(2 * steps.length);
  });
});
