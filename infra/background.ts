import { Duration, Validations } from "aws-cdk-lib";
import { type EventBus, Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IDestination } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";
import type { HandlerFunctions } from "./handler-functions.ts";
import type { OrchestrationName } from "./orchestration.ts";
import type { RecordsKey } from "./records-key.ts";

export interface BackgroundProps {
  readonly functions: HandlerFunctions;
  /** Whose runs are finalised. */
  readonly orchestration: OrchestrationName;
  /** Everything announced on it is sent to registered addresses too. */
  readonly bus: EventBus;
  /** The data that is encrypted with it: requests that could not be delivered are kept here too. */
  readonly key: RecordsKey;
}

const onceMore = "The event is the minute: the next one does the same work, and an alarm tells of repeated failures.";

/** Functions that run without anybody asking: the sweeper, and the end of runs that no state could catch. */
export class Background extends Construct {
  /** Events that Finalise was never able to handle: each is an execution that still says RUNNING. */
  readonly unhandled: Queue;

  constructor(scope: Construct, id: string, { functions, orchestration, bus, key }: BackgroundProps) {
    super(scope, id);
    this.unhandled = new Queue(this, "Unhandled", {
      enforceSSL: true,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key.key,
      retentionPeriod: Duration.days(14),
    });

    Validations.of(this.unhandled).acknowledge({
      id: "AwsSolutions::AwsSolutions-SQS3",
      reason: "It is the queue that takes what others could not handle; an alarm watches it.",
    });

    Validations.of(this.unhandled).acknowledge({
      id: "Serverless::Serverless-SQSRedrivePolicy",
      reason: "It is where others redrive to; nothing receives from it but a person.",
    });

    const sweep = functions.named("Sweep").function;
    // A sweep that failed is repeated a minute later: trying it again before would only be a second one.
    sweep.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    for (const rule of ["LambdaDLQ", "LambdaAsyncFailureDestination"]) {
      Validations.of(sweep).acknowledge({ id: `Serverless::Serverless-${rule}`, reason: onceMore });
    }
    const everyMinute = new Rule(this, "EveryMinute", {
      description: "Wakes executions that wait for what has happened, and frees what nobody holds any more",
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweep, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });

    Validations.of(everyMinute).acknowledge({ id: "Serverless::Serverless-EventBusDLQ", reason: onceMore });

    this.deliver(functions.named("Deliver"), bus, key);

    const { function: finalise } = functions.named("Finalise");
    finalise.configureAsyncInvoke({ retryAttempts: 2, onFailure: this.destination(functions.named("Finalise"), key) });
    Validations.of(finalise).acknowledge({
      id: "Serverless::Serverless-LambdaDLQ",
      reason: "Its failures go to a destination, which is told of the error as well as of the event.",
    });
    new Rule(this, "RunEnded", {
      description: "Concludes executions whose run ended where no state could catch it",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: { status: ["FAILED", "TIMED_OUT", "ABORTED"], stateMachineArn: [orchestration.arn] },
      },
      targets: [new LambdaFunction(finalise, { deadLetterQueue: this.unhandled })],
    });
  }

  /** Events on their way to registered addresses: as they are announced, and every minute those that wait. */
  private deliver(sender: HandlerFunction, bus: EventBus, key: RecordsKey): void {
    const deliver = sender.function;
    deliver.configureAsyncInvoke({ retryAttempts: 2, onFailure: this.destination(sender, key) });
    Validations.of(deliver).acknowledge({
      id: "Serverless::Serverless-LambdaDLQ",
      reason: "Its failures go to a destination, which is told of the error as well as of the event.",
    });
    new Rule(this, "Announced", {
      description: "Everything that is announced is owed to the addresses that want it",
      eventBus: bus,
      eventPattern: { source: ["buddy"] },
      targets: [new LambdaFunction(deliver, { deadLetterQueue: this.unhandled })],
    });
    const waiting = new Rule(this, "Waiting", {
      description: "Sends what waits for an address, and forgets what is old",
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(deliver, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    Validations.of(waiting).acknowledge({ id: "Serverless::Serverless-EventBusDLQ", reason: onceMore });
  }

  /** The queue as a destination, with rights that name what they allow: those of the CDK end in asterisks. */
  private destination(sender: HandlerFunction, key: RecordsKey): IDestination {
    sender.allow(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [this.unhandled.queueArn] }));
    key.grantSend(sender);
    return { bind: () => ({ destination: this.unhandled.queueArn }) };
  }
}
