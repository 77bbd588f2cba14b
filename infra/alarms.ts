import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Alarm, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { HandlerFunctions } from "./handler-functions.ts";
import { handlers } from "./handlers.ts";
import { namesOf } from "./names-of.ts";

export interface AlarmsProps {
  /** Begins every alarm's name. */
  readonly name: string;
  readonly api: HttpApi;
  readonly machine: StateMachine;
  readonly functions: HandlerFunctions;
  /** What nobody was able to handle or deliver. */
  readonly unhandled: Queue;
  /** Who is told. @default nobody: the alarms show on the dashboard */
  readonly email?: string | undefined;
}

const period = Duration.minutes(5);
const counted = { statistic: "Sum", period } as const;

/**
 * What an operator must know of within minutes. A failed run is not among it: a plan that failed, was aborted or was
 * locked ends its run as failed, and that is the machine at work.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { machine, api, functions } = props;
    const alarms = namesOf(handlers).flatMap((name) => {
      const { function: handler } = functions.named(name);
      return [
        this.alarm(
          props,
          `${name}Errors`,
          handler.metricErrors(counted),
          `${name} threw, timed out or ran out of memory.`,
        ),
        this.alarm(
          props,
          `${name}Throttles`,
          handler.metricThrottles(counted),
          `${name} was not started: the account's concurrency is used up.`,
        ),
      ];
    });
    this.all = [
      ...alarms,
      this.alarm(
        props,
        "RunsStopped",
        machine.metricAborted(counted),
        "A run was stopped from outside. Buddy never does that: its steps may be unfinished.",
      ),
      this.alarm(
        props,
        "RunsTimedOut",
        machine.metricTimedOut(counted),
        "A run exceeded the time Step Functions gives it.",
      ),
      this.alarm(
        props,
        "Unhandled",
        props.unhandled.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum", period }),
        "An event was given up: an execution may say RUNNING though its run ended, or a person was not told of a request.",
      ),
      this.alarm(props, "ApiErrors", api.metricServerError(counted), "The API answered 5xx."),
    ];
    if (props.email !== undefined) this.tell(props.email);
  }

  /** Raised by the first occurrence in five minutes. */
  private alarm(props: AlarmsProps, id: string, metric: IMetric, alarmDescription: string): Alarm {
    return new Alarm(this, id, {
      alarmName: `${props.name}-${id}`,
      alarmDescription,
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private tell(email: string): void {
    const topic = new Topic(this, "Topic", { enforceSSL: true });
    topic.grantPublish(new ServicePrincipal("cloudwatch.amazonaws.com"));
    topic.addSubscription(new EmailSubscription(email));
    for (const alarm of this.all) alarm.addAlarmAction(new SnsAction(topic));
  }
}
