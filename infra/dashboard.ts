import { Duration } from "aws-cdk-lib";
import { AlarmStatusWidget, Dashboard, GraphWidget, type IMetric, SingleValueWidget } from "aws-cdk-lib/aws-cloudwatch";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { TelemetryName } from "../shared/health/telemetry.ts";
import type { Alarms, AlarmsProps } from "./alarms.ts";
import { type Statistic, telemetry } from "./telemetry.ts";

export interface OperationsDashboardProps
  extends Pick<AlarmsProps, "name" | "api" | "refusals" | "machine" | "functions" | "unhandled"> {
  readonly alarms: Alarms;
}

const WHOLE = 24;
const THIRD = 8;
const period = Duration.minutes(5);

/** Between 0 and 1 each. */
const RATES = [
  "tool_success_rate",
  "approval_rate",
  "live_execution_ratio",
  "rollback_frequency",
  "conflict_rate",
  "confidence_drift",
] as const satisfies readonly TelemetryName[];

/** One screen: what is wrong, what waits for people, how healthy it is, what comes in, what runs, what was given up. */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    const { name, alarms } = props;
    new Dashboard(this, "Dashboard", {
      dashboardName: name,
      widgets: [
        [new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms.all], width: WHOLE, height: 6 })],
        people(name),
        health(name),
        traffic(props),
        ground(props),
      ],
    });
  }
}

const measured =
  (service: string, statistic: Statistic) =>
  (name: TelemetryName): IMetric =>
    telemetry(service, name, statistic, period);

const people = (service: string) => {
  const gauge = measured(service, "Maximum");
  return [
    new GraphWidget({
      title: "People are asked",
      width: THIRD,
      left: [gauge("approvals_waiting"), gauge("approvals_expiring")],
      right: [gauge("approvals_oldest_seconds")],
    }),
    new GraphWidget({
      title: "Only a person can settle it",
      width: THIRD,
      left: [gauge("outcomes_indeterminate"), gauge("compensations_failed"), gauge("undos_asked")],
    }),
    new SingleValueWidget({ title: "A lock is held", width: THIRD, height: 6, metrics: [gauge("lock_held")] }),
  ];
};

const health = (service: string) => {
  const mean = measured(service, "Average");
  const sum = measured(service, "Sum");
  return [
    new GraphWidget({
      title: "Health",
      width: THIRD,
      left: [mean("system_health_score")],
      right: [mean("execution_latency_ms")],
    }),
    new GraphWidget({ title: "Rates", width: THIRD, left: RATES.map(mean) }),
    new GraphWidget({
      title: "Executions",
      width: THIRD,
      left: [sum("executions_concluded"), sum("executions_failed"), sum("executions_incomplete")],
    }),
  ];
};

const traffic = ({ api, machine, functions }: OperationsDashboardProps) => {
  const live = functions.named("Live").function;
  const rollBack = functions.named("RollBack").function;
  return [
    new GraphWidget({
      title: "API",
      width: THIRD,
      left: [api.metricCount(), api.metricClientError(), api.metricServerError()],
      right: [api.metricLatency()],
    }),
    new GraphWidget({
      title: "Runs",
      width: THIRD,
      left: [machine.metricStarted(), machine.metricSucceeded(), machine.metricFailed()],
    }),
    new GraphWidget({
      title: "Calls to the real world",
      width: THIRD,
      left: [live.metricInvocations(), live.metricErrors(), rollBack.metricInvocations(), rollBack.metricErrors()],
      right: [live.metricDuration()],
    }),
  ];
};

const ground = ({ unhandled, machine, refusals }: OperationsDashboardProps) => [
  new GraphWidget({
    title: "Given up",
    width: THIRD,
    left: [unhandled.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum", period })],
  }),
  new GraphWidget({
    title: "Not started",
    width: THIRD,
    left: [LambdaFunction.metricAllThrottles({ statistic: "Sum", period }), machine.metricThrottled(), refusals.all],
  }),
  new GraphWidget({
    title: "Functions at once",
    width: THIRD,
    left: [LambdaFunction.metricAllConcurrentExecutions({ period })],
  }),
];
