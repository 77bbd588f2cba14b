import { z } from "zod";
import type { ExecutionMode } from "../../shared/contracts/ceiling.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import type { Aggregate } from "../../shared/feedback/aggregate.ts";
import { healthReport, type SystemHealth } from "../../shared/health/report.ts";
import { identifier } from "../../shared/plan/tool-execution-plan.ts";
import type { Deps } from "../deps.ts";
import { readExecution } from "../records/documents.ts";

export type CurrentHealthDeps = Pick<Deps, "clock" | "aggregates" | "executions" | "settings" | "locks">;

const WINDOW_SECONDS = 86_400;

/**
 * After an execution the running ones are counted up to this many, so that what its end reads does not grow with them:
 * `active_executions` 50 then means 50 or more. A caller that asks for the system's health is told the exact number.
 */
const COUNTED_AFTER_AN_EXECUTION = 50;

/** The system over the last 24 hours, from recorded events; as it is after one execution, or as somebody asks for it. */
export const currentHealth = async (
  deps: CurrentHealthDeps,
  after?: Pick<ExecutionRecord, "execution_id">,
): Promise<SystemHealth> => {
  const now = deps.clock.now();
  const at = now.toISOString();
  const [window, active_executions, execution_mode] = await Promise.all([
    after === undefined
      ? wholeDay(deps, now)
      : deps.aggregates.recent(WINDOW_SECONDS, at, { including: after.execution_id }),
    deps.executions.active(
      after === undefined ? {} : { except: after.execution_id, at_most: COUNTED_AFTER_AN_EXECUTION },
    ),
    highestMode(deps),
  ]);
  return healthReport({ window, at, execution_mode, active_executions });
};

const wholeDay = async ({ aggregates }: Pick<Deps, "aggregates">, now: Date): Promise<Aggregate> => {
  const since = new Date(now.getTime() - WINDOW_SECONDS * 1_000).toISOString();
  // One millisecond more, because an execution that ends now belongs to now.
  const until = new Date(now.getTime() + 1).toISOString();
  return aggregates.sumBetween(since, until);
};

/** The report that was measured when the execution ended, which is kept: once, however often it is asked for. */
export const healthAfter = async (
  deps: CurrentHealthDeps & Pick<Deps, "metricHistory">,
  execution: Pick<ExecutionRecord, "execution_id" | "history">,
): Promise<SystemHealth> =>
  (await deps.metricHistory.report(execution.execution_id, execution.history)) ?? currentHealth(deps, execution);

/** While a lock covers everything, new executions are MOCK only. */
const highestMode = async (deps: Pick<Deps, "settings" | "locks">): Promise<ExecutionMode> => {
  const [live_enabled, locks] = await Promise.all([deps.settings.liveEnabled(), deps.locks.all()]);
  if (locks.some((lock) => lock.scope.kind === "everything")) return "MOCK";
  return live_enabled ? "LIVE" : "DRY_RUN";
};

const ofExecution = z.object({ execution_id: identifier });

export type HealthDeps = CurrentHealthDeps & Pick<Deps, "metricHistory" | "metrics">;

/**
 * Health: the score after this execution, kept as one point of the metrics' history. Told again, it is the same point:
 * an execution is measured once each time it ends.
 */
export const health =
  (deps: HealthDeps) =>
  async (input: unknown): Promise<{ health_score: number | null }> => {
    const { execution_id } = ofExecution.parse(input);
    const execution = await readExecution(deps, execution_id);
    const measured = await healthAfter(deps, execution);
    // Taken up again meanwhile: it will be measured when it ends.
    if (execution.concluded === null) return { health_score: measured.health_score };
    const report = await deps.metricHistory.keepReport(execution_id, execution.history, measured);
    await deps.metricHistory.put(execution_id, execution.history, report);
    // A metric without a value yet is no zero: it is not measured at all.
    deps.metrics.publish(
      Object.fromEntries(
        Object.entries(report.metrics).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
      ),
    );
    return { health_score: report.health_score };
  };
