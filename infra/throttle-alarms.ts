import type { MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { AlarmSpec } from "./business-alarms.ts";
import type { HttpApi as Door } from "./http-api.ts";

/** Services that may refuse a request because they have no room for it. */
export interface Throttling {
  readonly table: Table;
  readonly machine: StateMachine;
  /** Requests that the API had no room for. */
  readonly refusals: Door["refusals"];
}

/** Of one kind in five minutes. Fewer pass by themselves: the SDK asks DynamoDB again, and Step Functions waits. */
const REPEATED_THROTTLES = 100;

/** Of requests in five minutes: a client that is told 429 comes back, one that loops keeps others out. */
const REPEATED_REFUSALS = 50;

/** Requests that AWS, or this API, had no room for. Nothing is lost by it, but things wait. */
export const throttleAlarms = (
  { machine, table, refusals }: Throttling,
  counted: Pick<MetricOptions, "statistic" | "period">,
): AlarmSpec[] => {
  const index = { GlobalSecondaryIndexName: "gsi1" };
  const rows = (
    id: string,
    metricName: string,
    what: string,
    dimensionsMap: Record<string, string> = {},
  ): AlarmSpec => ({
    id,
    metric: table.metric(metricName, { ...counted, dimensionsMap }),
    threshold: REPEATED_THROTTLES,
    description: `DynamoDB refused ${what} again and again: a partition is too hot, or the table grew too fast.`,
  });
  return [
    {
      id: "Throttles",
      metric: LambdaFunction.metricAllThrottles(counted),
      description: "A function of this account was not started: the region's concurrency is used up.",
    },
    rows("TableReadsThrottled", "ReadThrottleEvents", "reads of the table"),
    rows("TableWritesThrottled", "WriteThrottleEvents", "writes to the table"),
    rows("IndexReadsThrottled", "ReadThrottleEvents", "reads of the index", index),
    rows("IndexWritesThrottled", "WriteThrottleEvents", "writes to the index", index),
    {
      id: "RunsThrottled",
      metric: machine.metricThrottled(counted),
      threshold: REPEATED_THROTTLES,
      description: "Step Functions holds runs back: more state transitions are wanted than the region gives.",
    },
    {
      id: "RequestsThrottled",
      metric: refusals.all.with(counted),
      threshold: REPEATED_REFUSALS,
      description: "The API answered 429 again and again: somebody asks too much, or the limits are too low.",
    },
    {
      id: "LocksThrottled",
      metric: refusals.lock.with(counted),
      description: "A request to lock was answered 429: perhaps somebody could not stop what should be stopped.",
    },
  ];
};
