import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Alarm, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { HandlerFunctions } from "./handler-functions.ts";
import { type HandlerName, handlers } from "./handlers.ts";
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

/** Of one function in five minutes. Fewer pass by themselves: what called it tries again, up to five times. */
const REPEATED_FAILURES = 5;

/** Functions that nobody starts again when they fail, and what their failure means. */
const unrepeated: { readonly [name in HandlerName]?: string } = {
  Live: "A call to the real world ended without an answer. What happened is asked of the ledger, then perhaps of you.",
  RollBack: "A compensation ended without an answer. What happened is asked of the ledger, then perhaps of you.",
  Prepare: "A deployment could not prepare its records.",
};

/**
 * What an operator must know of within minutes. A failed run is not among it: a plan that failed, was aborted or was
 * locked ends its run as failed, and that is the machine at work.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { machine, api, functions } = props;
    const alarms = namesOf(handlers).map((name) => {
      const once = unrepeated[name];
      return this.alarm(
        props,
        `${name}Errors`,
        functions.named(name).function.metricErrors(counted),
        once ?? `${name} threw, timed out or ran out of memory again and again.`,
        once === undefined ? REPEATED_FAILURES : 1,
      );
    });
    this.all = [
      ...alarms,
      this.alarm(
        props,
        "Throttles",
        LambdaFunction.metricAllThrottles(counted),
        "A function of this account was not started: the region's concurrency is used up.",
      ),
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

  /** Raised by so many occurrences in five minutes; by the first, unless said. */
  private alarm(props: AlarmsProps, id: string, metric: IMetric, alarmDescription: string, threshold = 1): Alarm {
    return new Alarm(this, id, {
      alarmName: `${props.name}-${id}`,
      alarmDescription,
      metric,
      threshold,
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
