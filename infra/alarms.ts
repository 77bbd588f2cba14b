import { Duration, Stack } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { type AlarmSpec, businessAlarms } from "./business-alarms.ts";
import type { HandlerFunctions } from "./handler-functions.ts";
import { type HandlerName, handlers } from "./handlers.ts";
import { namesOf } from "./names-of.ts";
import { type Throttling, throttleAlarms } from "./throttle-alarms.ts";

export interface AlarmsProps extends Throttling {
  /** Begins every alarm's name; the service that metrics of the deployment's own carry. */
  readonly name: string;
  readonly api: HttpApi;
  readonly functions: HandlerFunctions;
  /** Events that nobody was able to handle or deliver. */
  readonly unhandled: Queue;
  /** The address that is told. @default nobody: the alarms show on the dashboard */
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
 * Alarms that an operator must know of within minutes; docs/runbook.md has a section for each. A failed run is not
 * among it: a plan that was aborted or locked ends its run as failed too, and that is the machine at work.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { machine, api, functions } = props;
    const perFunction = namesOf(handlers).map((name): AlarmSpec => {
      const once = unrepeated[name];
      return {
        id: `${name}Errors`,
        metric: functions.named(name).function.metricErrors(counted),
        description: once ?? `${name} threw, timed out or ran out of memory again and again.`,
        threshold: once === undefined ? REPEATED_FAILURES : 1,
      };
    });
    const specs: AlarmSpec[] = [
      ...perFunction,
      ...businessAlarms(props.name),
      ...throttleAlarms(props, counted),
      {
        id: "RunsStopped",
        metric: machine.metricAborted(counted),
        description: "A run was stopped from outside. Buddy never does that: its steps may be unfinished.",
      },
      {
        id: "RunsTimedOut",
        metric: machine.metricTimedOut(counted),
        description: "A run exceeded the time Step Functions gives it.",
      },
      {
        id: "Unhandled",
        metric: props.unhandled.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum", period }),
        description:
          "An event was given up: an execution may say RUNNING though its run ended, or a person was not told of a request.",
      },
      { id: "ApiErrors", metric: api.metricServerError(counted), description: "The API answered 5xx." },
    ];
    this.all = specs.map((spec) => this.alarm(props.name, spec));
    if (props.email !== undefined) this.tell(props.email);
  }

  private alarm(prefix: string, { id, metric, description, ...more }: AlarmSpec): Alarm {
    return new Alarm(this, id, {
      alarmName: `${prefix}-${id}`,
      alarmDescription: description,
      metric,
      threshold: more.threshold ?? 1,
      comparisonOperator: more.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: more.periods ?? 1,
      treatMissingData: more.missing ?? TreatMissingData.NOT_BREACHING,
    });
  }

  private tell(email: string): void {
    const topic = new Topic(this, "Topic", { enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "TellOfAlarms",
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: {
          ArnEquals: { "aws:SourceArn": this.all.map(({ alarmArn }) => alarmArn) },
          StringEquals: { "aws:SourceAccount": Stack.of(this).account },
        },
      }),
    );
    topic.addSubscription(new EmailSubscription(email));
    for (const alarm of this.all) alarm.addAlarmAction(new SnsAction(topic));
  }
}
