import { Duration, Validations } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { HandlerFunctions } from "./handler-functions.ts";
import type { OrchestrationName } from "./orchestration.ts";

export interface BackgroundProps {
  readonly functions: HandlerFunctions;
  /** Whose runs are finalised. */
  readonly orchestration: OrchestrationName;
}

/** What runs without anybody asking: the sweeper, and the end of runs that no state could catch. */
export class Background extends Construct {
  /** Events that Finalise was never able to handle: each is an execution that still says RUNNING. */
  readonly unhandled: Queue;

  constructor(scope: Construct, id: string, { functions, orchestration }: BackgroundProps) {
    super(scope, id);
    this.unhandled = new Queue(this, "Unhandled", { enforceSSL: true, retentionPeriod: Duration.days(14) });

    Validations.of(this.unhandled).acknowledge({
      id: "AwsSolutions::AwsSolutions-SQS3",
      reason: "It is the queue that takes what others could not handle; an alarm watches it.",
    });

    const sweep = functions.named("Sweep").function;
    // A sweep that failed is repeated a minute later: trying it again before would only be a second one.
    sweep.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, "EveryMinute", {
      description: "Wakes executions that wait for what has happened, and frees what nobody holds any more",
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweep, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });

    const finalise = functions.named("Finalise").function;
    finalise.configureAsyncInvoke({ retryAttempts: 2, onFailure: new SqsDestination(this.unhandled) });
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
}
