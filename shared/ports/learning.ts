import type { Aggregate } from "../feedback/aggregate.ts";
import type { LearningSignal } from "../feedback/learning-signal.ts";
import type { MetricName, MetricPoint } from "../health/metrics.ts";
import type { SystemHealth } from "../health/report.ts";
import type { Readable } from "./damaged.ts";
import type { Page } from "./executions.ts";

/** The sums of executions, by the hour they ended in. Adding one execution's aggregate twice is adding it once. */
export interface Aggregates {
  /** `now`: when it is told, where that is not when it ended. */
  put(execution_id: string, ended_at: string, aggregate: Aggregate, now?: string): Promise<void>;
  /** Adds up the hours that are over, so that sums are read in their place; told again within the hour, it does nothing. */
  rollUp(now: string): Promise<void>;
  /** Aggregates of executions that ended at or after `since` and before `until`, in no order; without the one named `except`. */
  between(since: string, until: string, options?: { except: string }): Promise<Aggregate[]>;
  /** The sum of the same, exactly, as everything stands that was put before. */
  sumBetween(since: string, until: string): Promise<Aggregate>;
  /**
   * The sum over the executions that ended in the `window_seconds` before `now`, without the one named `except`, with the
   * one named `including` for certain. Its cost does not grow with their number: it may lack what other processes
   * added in the last thirtieth of the window (five minutes at most), and still hold what has fallen out of it since.
   */
  recent(window_seconds: number, now: string, options?: { except?: string; including?: string }): Promise<Aggregate>;
}

export interface Signals {
  put(execution_id: string, signals: readonly LearningSignal[]): Promise<void>;
  ofExecution(execution_id: string): Promise<LearningSignal[]>;
  /** Newest first, with the places of those that cannot be read. */
  list(options: {
    target_phase: LearningSignal["target_phase"] | null;
    limit: number;
    next: string | null;
  }): Promise<Page<LearningSignal> & Pick<Readable<LearningSignal>, "unreadable">>;
}

export type Measured = Pick<SystemHealth, "timestamp" | "metrics"> & Partial<Pick<SystemHealth, "unread_executions">>;

export interface MetricHistory {
  /** Keeps what was measured when a workflow run of an execution had ended, if nothing is kept. @returns what is kept */
  keepReport(execution_id: string, history: number, report: SystemHealth): Promise<SystemHealth>;
  report(execution_id: string, history: number): Promise<SystemHealth | undefined>;
  /** The values that were measured when that workflow run of the execution had ended; put twice, they are one point. */
  put(execution_id: string, history: number, measured: Measured): Promise<void>;
  /** Oldest first, with the places of those that cannot be read. */
  read(name: MetricName, since: string, until: string): Promise<Readable<MetricPoint>>;
}
