import { describe, expect, it } from "vitest";
import { z } from "zod";
import { synthesise } from "./synthesised-stack.ts";

const emails = { alarm_email: "a@b.example", approvals_email: "a@b.example" };
const { template } = synthesise({ jwt_issuer: undefined, jwt_audience: undefined, ...emails });

const allowed = z.object({
  Effect: z.literal("Allow"),
  Principal: z.object({ Service: z.string() }),
  Action: z.union([z.string(), z.array(z.string())]),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
const document = z.object({ Statement: z.array(z.unknown()) });

/** Where a policy stands in a resource of that type. */
const policies = {
  "AWS::SNS::TopicPolicy": "PolicyDocument",
  "AWS::SQS::QueuePolicy": "PolicyDocument",
  "AWS::S3::BucketPolicy": "PolicyDocument",
  "AWS::KMS::Key": "KeyPolicy",
  "AWS::IAM::Role": "AssumeRolePolicyDocument",
} as const;

/** Every statement that lets a service in, with the keys that say on whose behalf. */
const lettingIn = Object.entries(policies).flatMap(([type, property]) =>
  Object.values(template.findResources(type)).flatMap(({ Properties }) =>
    document.parse(Properties[property]).Statement.flatMap((statement) => {
      const parsed = allowed.safeParse(statement);
      if (!parsed.success) return [];
      const { Principal, Action, Condition } = parsed.data;
      const keys = Object.values(Condition).flatMap(Object.keys);
      return [{ type, service: Principal.Service, actions: [Action].flat(), keys }];
    }),
  ),
);

/**
 * Services that are let in without saying for whom, and why it must be so:
 * - EventBridge at the key: aws:SourceArn and aws:SourceAccount "are not supported for EventBridge-to-encrypted topics"
 *   and queues (SNS Developer Guide, "Managing Amazon SNS encryption keys and costs"; SQS Developer Guide, "Amazon SQS Key
 *   management"). The policies of topic and queue name the rules.
 * - DynamoDB at the key: it may look at the key and do nothing with it.
 * - Lambda as a function's role: a role is handed to a function by who may pass it, and by nobody of another account.
 */
const unconditional = ["AWS::IAM::Role lambda.amazonaws.com", "AWS::KMS::Key dynamodb.amazonaws.com"];
const byOtherPolicies = "AWS::KMS::Key events.amazonaws.com";

describe("a service that acts for others", () => {
  it("a service that acts for others is let in on behalf of this account's resources only", () => {
    const open = lettingIn.filter(({ keys }) => !keys.some((key) => /^aws:Source(Arn|Account)$/.test(key)));
    const found = new Set(open.map(({ type, service }) => `${type} ${service}`));
    expect([...found].toSorted()).toEqual([...unconditional, byOtherPolicies].toSorted());
    const looking = lettingIn.filter(({ type, service }) => unconditional[1] === `${type} ${service}`);
    expect(looking.flatMap(({ actions }) => actions)).toEqual(["kms:Describe*", "kms:Get*", "kms:List*"]);
  });

  it("a service that acts for others is named by the resource itself wherever messages and events come in", () => {
    const types = ["AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"];
    const incoming = lettingIn.filter(({ type }) => types.includes(type));
    expect(new Set(incoming.map(({ service }) => service))).toEqual(
      new Set(["events.amazonaws.com", "sns.amazonaws.com", "cloudwatch.amazonaws.com"]),
    );
    for (const { type, service, keys } of incoming) expect(keys, `${type} ${service}`).toContain("aws:SourceArn");
  });

  it("a service that acts for others invokes a function for one rule, one API or one pool of this stack", () => {
    const granted = Object.values(template.findResources("AWS::Lambda::Permission"));
    const services = granted.map(({ Properties }) => Properties.Principal);
    expect(new Set(services)).toEqual(
      new Set(["apigateway.amazonaws.com", "events.amazonaws.com", "cognito-idp.amazonaws.com"]),
    );
    for (const { Properties } of granted) expect(Properties.SourceArn, Properties.Principal).toBeDefined();
  });
});
