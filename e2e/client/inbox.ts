import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { ListTopicsCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { aws, type Deployment } from "./deployment.ts";

/** How long one look waits for a message, in seconds; looks end after this many. */
const WAIT_SECONDS = 2;
const LOOKS = 15;

/** A queue of the test's own, where something that subscribed puts what it was told. */
export class Inbox {
  private readonly sqs: SQSClient;
  private readonly url: string;
  readonly arn: string;

  private constructor(sqs: SQSClient, url: string, arn: string) {
    this.sqs = sqs;
    this.url = url;
    this.arn = arn;
  }

  static async open(at: Deployment, name: string): Promise<Inbox> {
    const sqs = new SQSClient(aws(at));
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
    const { Attributes } = await sqs.send(asked);
    return new Inbox(sqs, QueueUrl, Attributes?.QueueArn ?? "");
  }

  /** The first message that is what was looked for; others are thrown away. @throws when none comes */
  async first(isIt: (text: string) => boolean): Promise<string> {
    for (let look = 0; look < LOOKS; look += 1) {
      const asked = { QueueUrl: this.url, WaitTimeSeconds: WAIT_SECONDS, MaxNumberOfMessages: 10 };
      for (const { Body = "", ReceiptHandle } of (await this.sqs.send(new ReceiveMessageCommand(asked))).Messages ??
        []) {
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle }));
        if (isIt(Body)) return Body;
      }
    }
    throw new Error("no such message came");
  }
}

/** Receives what people are written, as an address would, without the envelope. */
export const subscribeToMessages = async (at: Deployment, inbox: Inbox): Promise<void> => {
  const sns = new SNSClient(aws(at));
  const topics = (await sns.send(new ListTopicsCommand({}))).Topics ?? [];
  const requests = topics.filter(({ TopicArn }) => TopicArn?.includes(`${at.stack}-PeopleRequests`));
  if (requests.length !== 1) throw new Error(`${at.stack} has ${requests.length} topics for requests to people`);
  const Attributes = { RawMessageDelivery: "true" };
  await sns.send(
    new SubscribeCommand({ TopicArn: requests[0]?.TopicArn, Protocol: "sqs", Endpoint: inbox.arn, Attributes }),
  );
};

/** Receives events of the bus by a rule, as another phase does. */
export const subscribeByRule = async (at: Deployment, inbox: Inbox, pattern: object): Promise<void> => {
  const events = new EventBridgeClient(aws(at));
  const rule = { EventBusName: at.bus, Name: `${at.stack}-of-another-phase` };
  await events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify(pattern) }));
  await events.send(
    new PutTargetsCommand({ EventBusName: at.bus, Rule: rule.Name, Targets: [{ Id: "inbox", Arn: inbox.arn }] }),
  );
};
