import { describe, expect, it } from "vitest";
import { emptyAggregate } from "../../shared/feedback/aggregate.ts";
import type { LearningSignal } from "../../shared/feedback/learning-signal.ts";
import { metricsOf } from "../../shared/health/metrics.ts";
import { healthReport } from "../../shared/health/report.ts";
import type { Aggregates, MetricHistory, Signals } from "../../shared/ports/learning.ts";
import { AWKWARD, at, numbers } from "./records.ts";

const DAY = 86_400;

export const describeAggregates = (make: () => Promise<Aggregates>): void => {
  const aggregate = (executions: number) => ({
    ...emptyAggregate,
    executions: { ...emptyAggregate.executions, completed: executions },
  });
  const counts = (found: readonly { executions: { completed: number } }[]) =>
    found.map(({ executions }) => executions.completed).toSorted((one, other) => one - other);

  describe("aggregates", () => {
    it("aggregates are found by when their execution ended, from since to just before until, across months", async () => {
      const aggregates = await make();
      for (const n of numbers(40)) await aggregates.put(`e${n}`, at(n * DAY), aggregate(n));
      expect(counts(await aggregates.between(at(10 * DAY), at(35 * DAY)))).toEqual(numbers(34).slice(9));
      expect(await aggregates.between(at(50 * DAY), at(60 * DAY))).toEqual([]);
      expect(await aggregates.between(at(60), at(0))).toEqual([]);
    });

    it("aggregates count an execution once, by what was told last", async () => {
      const aggregates = await make();
      await aggregates.put("e1", at(0), aggregate(1));
      await aggregates.put("e1", at(0), aggregate(1));
      await aggregates.put("e1", at(90), aggregate(5));
      expect(counts(await aggregates.between(at(0), at(DAY)))).toEqual([5]);
    });

    it("aggregates can leave out one execution, and only that", async () => {
      const aggregates = await make();
      for (const n of [1, 11, 2]) await aggregates.put(`e${n}`, at(n), aggregate(n));
      expect(counts(await aggregates.between(at(0), at(DAY), { except: "e1" }))).toEqual([2, 11]);
    });

    it("aggregates add up over a window that ends now, with what has been put since it was read last", async () => {
      const aggregates = await make();
      const completed = async (now: number, options = {}) =>
        (await aggregates.recent(900, at(now), options)).executions.completed;
      for (const n of numbers(3)) await aggregates.put(`e${n}`, at(n), aggregate(n));
      expect(await completed(100)).toBe(6);
      await aggregates.put("e4", at(101), aggregate(10));
      expect([await completed(101), await completed(101, { including: "e4" })]).toEqual([16, 16]);
      expect([await completed(101, { except: "e4" }), await completed(101, { except: "e9" })]).toEqual([6, 16]);
      // It ended once more: what was told last counts, once.
      await aggregates.put("e4", at(102), aggregate(20));
      expect(await completed(102)).toBe(26);
      expect(await completed(902)).toBe(25);
      expect(await completed(5_000)).toBe(0);
    });
  });
};

export const describeSignals = (make: () => Promise<Signals>): void => {
  const signal = (n: number, changes: Partial<LearningSignal> = {}): LearningSignal => ({
    signal_id: `id${n}`,
    timestamp: at(n),
    signal_type: "TOOL_RELIABILITY",
    tool_name: "ghl_search",
    insight: AWKWARD,
    recommended_action: "none",
    confidence: 0.95,
    target_phase: n % 2 ? 16 : 19,
    affected_future_executions: 20,
    evidence: { sample_size: 20, rates: { success: 0.95 }, bounds: {}, details: {} },
    ...changes,
  });
  const ids = (found: readonly LearningSignal[]) => found.map(({ signal_id }) => signal_id);

  describe("signals", () => {
    it("signals are listed newest first, of one phase or of all, page by page", async () => {
      const signals = await make();
      await signals.put(
        "e1",
        numbers(5).map((n) => signal(n)),
      );
      const first = await signals.list({ target_phase: null, limit: 3, next: null });
      const second = await signals.list({ target_phase: null, limit: 3, next: first.next });
      expect([ids(first.items), ids(second.items), second.next]).toEqual([["id5", "id4", "id3"], ["id2", "id1"], null]);
      const phase = await signals.list({ target_phase: 16, limit: 9, next: null });
      expect(ids(phase.items)).toEqual(["id5", "id3", "id1"]);
      expect(phase.items[0]).toEqual(signal(5));
    });

    it("signals told again at another time are listed once", async () => {
      const signals = await make();
      await signals.put("e1", [signal(1)]);
      await signals.put("e1", [signal(1, { timestamp: at(99) })]);
      expect((await signals.list({ target_phase: null, limit: 9, next: null })).items).toEqual([signal(1)]);
    });

    it("signals of an execution are found", async () => {
      const signals = await make();
      await signals.put("e1", [signal(1), signal(2)]);
      await signals.put("e2", [signal(3)]);
      expect(ids(await signals.ofExecution("e1")).toSorted()).toEqual(["id1", "id2"]);
      expect(await signals.ofExecution("e3")).toEqual([]);
    });
  });
};

export const describeMetricHistory = (make: () => Promise<MetricHistory>): void => {
  const point = (n: number, value: number | null = n / 100) => ({ name: "conflict_rate" as const, at: at(n), value });
  const measured = (n: number, conflict_rate: number | null = n / 100) => ({
    timestamp: at(n),
    metrics: { ...metricsOf(emptyAggregate, null), conflict_rate },
  });

  describe("the history of a metric", () => {
    it("the history of a metric is read oldest first, from since to just before until", async () => {
      const history = await make();
      for (const n of numbers(20).toReversed()) await history.put("e1", 1, measured(n));
      expect((await history.read("conflict_rate", at(5), at(8))).items).toEqual([point(5), point(6), point(7)]);
      expect((await history.read("rollback_frequency", at(7), at(8))).items).toEqual([
        { name: "rollback_frequency", at: at(7), value: null },
      ]);
      expect((await history.read("conflict_rate", at(30), at(99))).items).toEqual([]);
    });

    it("the history of a metric keeps the report of an execution's workflow run that came first", async () => {
      const history = await make();
      const report = (active_executions: number) =>
        healthReport({ window: emptyAggregate, at: at(1), execution_mode: "LIVE", active_executions });
      expect(await history.report("e1", 1)).toBeUndefined();
      expect(await history.keepReport("e1", 1, report(3))).toEqual(report(3));
      expect(await history.keepReport("e1", 1, report(4))).toEqual(report(3));
      expect(await history.keepReport("e1", 2, report(5))).toEqual(report(5));
      expect([await history.report("e1", 1), await history.report("e2", 1)]).toEqual([report(3), undefined]);
    });

    it("the history of a metric keeps the values of one moment, also equal ones, and each of them once", async () => {
      const history = await make();
      await history.put("e1", 1, measured(1, 0.5));
      await history.put("e2", 1, measured(1, 0.5));
      await history.put("e2", 2, measured(1, null));
      await history.put("e1", 1, measured(1, 0.5));
      const { items } = await history.read("conflict_rate", at(0), at(9));
      expect(items.map(({ value }) => value)).toEqual([0.5, 0.5, null]);
    });
  });
};
