import { z } from "zod";
import type { ExecutionMode } from "../../shared/contracts/ceiling.ts";
import { addTallies, emptyTally } from "../../shared/feedback/tally.ts";
import { metricPoints } from "../../shared/health/metrics.ts";
import { healthReport, type SystemHealth } from "../../shared/health/report.ts";
import { identifier } from "../../shared/plan/tool-execution-plan.ts";
import type { Deps } from "../deps.ts";

export type CurrentHealthDeps = Pick<Deps, "clock" | "tallies" | "executions" | "settings" | "locks">;

const WINDOW_MS = 24 * 3_600_000;

/** The system over the last 24 hours, from recorded events. */
export const currentHealth = async (deps: CurrentHealthDeps): Promise<SystemHealth> => {
  const at = deps.clock.now();
  const since = new Date(at.getTime() - WINDOW_MS).toISOString();
  // One millisecond more, because an execution that ends now belongs to now.
  const until = new Date(at.getTime() + 1).toISOString();
  const [tallies, running, execution_mode] = await Promise.all([
    deps.tallies.between(since, until),
    deps.executions.running(),
    highestMode(deps),
  ]);
  return healthReport({
    window: tallies.reduce(addTallies, emptyTally),
    at: at.toISOString(),
    execution_mode,
    active_executions: running.length,
  });
};

/** While a lock covers everything, new executions are MOCK only. */
const highestMode = async (deps: Pick<Deps, "settings" | "locks">): Promise<ExecutionMode> => {
  const [live_enabled, locks] = await Promise.all([deps.settings.liveEnabled(), deps.locks.all()]);
  if (locks.some((lock) => lock.scope.kind === "everything")) return "MOCK";
  return live_enabled ? "LIVE" : "DRY_RUN";
};

export type HealthDeps = CurrentHealthDeps & Pick<Deps, "metricHistory" | "metrics">;

/** Health: the score after this execution, kept as a point of each metric's history. */
export const health =
  (deps: HealthDeps) =>
  async (input: unknown): Promise<{ health_score: number }> => {
    z.object({ execution_id: identifier }).parse(input);
    const report = await currentHealth(deps);
    const points = metricPoints(report);
    await deps.metricHistory.put(points);
    // What has no value yet is no zero: it is not measured at all.
    deps.metrics.publish(
      Object.fromEntries(points.flatMap(({ name, value }) => (value === null ? [] : [[name, value]]))),
    );
    return { health_score: report.health_score };
  };
