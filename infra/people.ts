import { EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Announcements } from "./event-bus.ts";

export interface PeopleProps {
  readonly announcements: Announcements;
  /** The key that requests are encrypted with until they are sent. */
  readonly key: IKey;
  /** Where requests go that could not be delivered: to the topic, or from there to the address. */
  readonly undelivered: Queue;
  /** Where the console is, which has a page for each request. */
  readonly consoleUrl: string;
  /** The text before the id of a link, where the team has a page of its own. @default the console's page is linked */
  readonly page?: string | undefined;
  /** The address that is written to. @default nobody: whoever should hear of requests subscribes to the topic */
  readonly email?: string | undefined;
}

/** Tells people that a decision is asked of them. The message names the request and decides nothing. */
export class People extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { announcements, key, undelivered, consoleUrl, page, email }: PeopleProps) {
    super(scope, id);
    this.topic = new Topic(this, "Requests", { enforceSSL: true, masterKey: key });
    // Under another name, because the CDK lets every rule of every account send to a topic that it made.
    const topic = Topic.fromTopicArn(this, "Written", this.topic.topicArn);
    const link = page === undefined ? `${consoleUrl}/requests/${of("approval_id")}` : `${page}${of("link")}`;
    const requested = new Rule(this, "Requested", {
      description: "A person has to decide",
      eventBus: announcements.bus,
      eventPattern: { source: ["buddy"], detailType: ["ApprovalRequested"] },
      targets: [new SnsTopic(topic, { message: request(link), deadLetterQueue: undelivered })],
    });
    const locked = new Rule(this, "Held", {
      description: "An execution is locked: a person has to unlock and resume it, or settle what could not be undone",
      eventBus: announcements.bus,
      eventPattern: {
        source: ["buddy"],
        detailType: ["OrchestrationCompleted"],
        detail: { status: ["LOCKED"] },
      },
      targets: [new SnsTopic(topic, { message: held, deadLetterQueue: undelivered })],
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "TellPeople",
        principals: [new ServicePrincipal("events.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { ArnEquals: { "aws:SourceArn": [requested.ruleArn, locked.ruleArn] } },
      }),
    );
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email, { deadLetterQueue: undelivered }));
  }
}

const of = (field: string): string => EventField.fromPath(`$.detail.${field}`);

/**
 * Ids and kinds, and one link: what would happen is shown to whoever signed in and may see it. No name that a plan
 * chose: `sign-in.example` is a fine id for a step, and a link in most mail programs.
 */
const request = (link: string): RuleTargetInput =>
  RuleTargetInput.fromMultilineText(
    [
      `A person has to decide: ${of("kind")} ${of("tool_name")} (${of("risk_level")}).`,
      `Execution ${of("execution_id")}. Open until ${of("expires_at")}.`,
      // Not at the end of a line: EventBridge puts every line of text in quotation marks.
      `Read it: ${link} (for who is signed in; opening it decides nothing)`,
      `On a command line: buddy approvals ${of("approval_id")}`,
    ].join("\n"),
  );

const held = RuleTargetInput.fromText(
  `Execution ${of("execution_id")} is locked and goes no further by itself. Read it with: buddy status ${of("execution_id")}`,
);
