import type { Key } from "../item.ts";
import { keyPart, padded } from "../key-part.ts";
import { PARTITIONS } from "./partitions.ts";

/** Counts of executions, signals that were learnt of them, and measurements. */

/** By month, so that no partition grows for ever and few are read for a day. */
export const aggregateMonth = (instant: string): string => PARTITIONS.aggregate + instant.slice(0, 7);
/** The sums of whole hours, which stand beside what they add up. */
export const hoursOfMonth = (instant: string): string => `${PARTITIONS.aggregate}HOURS#${instant.slice(0, 7)}`;
export const hourKey = (hour: string): Key => ({ pk: hoursOfMonth(hour), sk: hour });
/** Where the aggregate of an execution was put first. */
export const aggregatePlaceKey = (execution_id: string): Key => ({
  pk: `${PARTITIONS.aggregate}EXEC#${execution_id}`,
  sk: "PLACE",
});
export const signalsFor = (target_phase: number): string => PARTITIONS.signal + target_phase;
export const signalsOfExecution = (execution_id: string): string => `${PARTITIONS.signal}EXEC#${execution_id}`;
/** The report that was measured when a workflow run of an execution had ended. */
export const healthReportKey = (execution_id: string, history: number): Key => ({
  pk: `${PARTITIONS.metric}EXEC#${execution_id}`,
  sk: padded(history),
});
export const METRIC_VALUES = `${PARTITIONS.metric}VALUES`;
/** Where earlier releases kept the values of one metric. */
export const metricPartition = (name: string): string => PARTITIONS.metric + keyPart(name);
