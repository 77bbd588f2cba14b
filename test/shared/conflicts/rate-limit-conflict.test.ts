import { describe, expect, it } from "vitest";
import { noFacts, resolveConflicts } from "../../../shared/conflicts/resolve-conflicts.ts";
import { brief, contractWith, inputOf } from "./input-of.ts";

const extra = [
  contractWith({
    tool_name: "ask",
    risk_level: "LOW",
    timeout_seconds: 2,
    compensation: "none",
    rate_limit: { service: "oracle", limit: 3, window_seconds: 10 },
  }),
];
const asks = (count: number, prefix = "s") =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index + 1}`, tool: "ask" }));
const startsOf = (schedule: ReturnType<typeof resolveConflicts>) =>
  schedule.steps.map(({ not_before_seconds }) => not_before_seconds);
const modesOf = (schedule: ReturnType<typeof resolveConflicts>) => schedule.steps.map(({ ceiling }) => ceiling.mode);

describe("calls to a service within its quota", () => {
  it("the rule of rate limits finds no conflict in calls within a service's quota", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: asks(3) } }, { extra }));
    expect(schedule.conflicts).toEqual([]);
    expect(startsOf(schedule)).toEqual([0, 0, 0]);
  });

  it("calls to a service are no conflict of rate where they do not go LIVE", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: asks(9) } }, { extra, live_enabled: false }));
    expect(schedule.conflicts).toEqual([]);
  });
});

describe("more calls than the quota leaves", () => {
  it("calls beyond the quota wait for the next windows, with one record for service and plan", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: asks(8) } }, { extra }));
    expect(startsOf(schedule)).toEqual([0, 0, 0, 10, 10, 10, 20, 20]);
    expect(brief(schedule.conflicts)).toEqual(["RATE_LIMIT_CONFLICT DELAY resolved: s4, s5, s6, s7, s8"]);
    expect(schedule.conflicts[0]).toMatchObject({ severity_score: 5, details: { service: "oracle", calls: 5 } });
  });

  it("calls beyond the quota count across plans, and each plan has its own record", () => {
    const plans = { p1: { steps: asks(4, "a") }, p2: { steps: asks(1, "b") } };
    const schedule = resolveConflicts(inputOf(plans, { extra }));
    expect(brief(schedule.conflicts)).toEqual([
      "RATE_LIMIT_CONFLICT DELAY resolved: a4",
      "RATE_LIMIT_CONFLICT DELAY resolved: b1",
    ]);
  });

  it("a quota is worked out where its windows are too many to be counted", () => {
    const [ask] = extra;
    if (ask === undefined) throw new Error("no contract");
    const rate_limit = { service: "oracle", limit: 1, window_seconds: 1e-15 };
    const facts = { ...noFacts, quotas: new Map([["oracle", { remaining: 0, resets_in_seconds: 30 }]]) };
    const schedule = resolveConflicts({
      ...inputOf({ p1: { steps: asks(3) } }, { extra: [{ ...ask, rate_limit }] }),
      facts,
    });
    expect(startsOf(schedule)[0]).toBe(30);
    expect(schedule.steps).toHaveLength(3);
  });

  it("calls beyond the quota start from what is left of the quota and when it resets", () => {
    const facts = { ...noFacts, quotas: new Map([["oracle", { remaining: 1, resets_in_seconds: 4 }]]) };
    const schedule = resolveConflicts(inputOf({ p1: { steps: asks(5) } }, { extra, facts }));
    expect(startsOf(schedule)).toEqual([0, 4, 4, 4, 14]);
  });

  it("calls beyond the quota end in DRY_RUN where the plan's deadline does not allow the wait, dependents first", () => {
    const steps = asks(8).map((step, index) => (index === 0 ? step : { ...step, after: [`s${index}`] }));
    const facts = { ...noFacts, latency_seconds: new Map([["ask", 0.1]]) };
    const schedule = resolveConflicts(inputOf({ p1: { steps, deadline: 15 } }, { extra, facts }));
    expect(startsOf(schedule)).toEqual([0, 0, 0, 10, 10, 10, 0, 0]);
    expect(modesOf(schedule)).toEqual(["LIVE", "LIVE", "LIVE", "LIVE", "LIVE", "LIVE", "DRY_RUN", "DRY_RUN"]);
    expect(brief(schedule.conflicts)).toEqual([
      "RATE_LIMIT_CONFLICT DELAY resolved: s4, s5, s6",
      "RATE_LIMIT_CONFLICT DOWNGRADE resolved: s8, s7",
    ]);
    expect(schedule.steps.at(-1)?.ceiling.reasons).toEqual([
      expect.objectContaining({ cause: "conflict", mode: "DRY_RUN" }),
    ]);
  });

  it("calls are counted against the slowest limit that tools state for one service", () => {
    const slow = contractWith({
      tool_name: "ask_slowly",
      risk_level: "LOW",
      timeout_seconds: 2,
      compensation: "none",
      rate_limit: { service: "oracle", limit: 1, window_seconds: 10 },
    });
    const steps = [...asks(1), { id: "t1", tool: "ask_slowly" }];
    const schedule = resolveConflicts(inputOf({ p1: { steps } }, { extra: [...extra, slow] }));
    expect(startsOf(schedule)).toEqual([0, 10]);
  });

  it("calls beyond the quota are one record even when there are a thousand", () => {
    const schedule = resolveConflicts(inputOf({ p1: { steps: asks(1_003) } }, { extra }));
    expect(schedule.conflicts).toHaveLength(1);
    expect(schedule.conflicts[0]?.step_ids).toHaveLength(1_000);
  });
});
