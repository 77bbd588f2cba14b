import { AlarmStatusWidget, Dashboard, GraphWidget } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Alarms, AlarmsProps } from "./alarms.ts";

export interface OperationsDashboardProps extends Pick<AlarmsProps, "name" | "api" | "machine" | "functions"> {
  readonly alarms: Alarms;
}

/** One screen: what is wrong, what comes in, what runs, and what the calls to the real world do. */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, { name, api, machine, functions, alarms }: OperationsDashboardProps) {
    super(scope, id);
    const live = functions.named("Live").function;
    const rollBack = functions.named("RollBack").function;
    const width = 8;
    new Dashboard(this, "Dashboard", {
      dashboardName: name,
      widgets: [
        [new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms.all], width: 24, height: 6 })],
        [
          new GraphWidget({
            title: "API",
            width,
            left: [api.metricCount(), api.metricClientError(), api.metricServerError()],
            right: [api.metricLatency()],
          }),
          new GraphWidget({
            title: "Runs",
            width,
            left: [machine.metricStarted(), machine.metricSucceeded(), machine.metricFailed()],
          }),
          new GraphWidget({
            title: "Calls to the real world",
            width,
            left: [
              live.metricInvocations(),
              live.metricErrors(),
              rollBack.metricInvocations(),
              rollBack.metricErrors(),
            ],
            right: [live.metricDuration()],
          }),
        ],
      ],
    });
  }
}
