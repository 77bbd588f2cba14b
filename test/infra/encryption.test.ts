import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { handlers } from "../../infra/handlers.ts";
import { namesOf } from "../../infra/names-of.ts";
import { type Permission, permissions } from "../../infra/permissions.ts";
import { statementsOf } from "./rendered-policies.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise({ removal_policy: "destroy", approvals_email: "a@b.example" });

const keys = Object.entries(template.findResources("AWS::KMS::Key"));
const [recordsKey] = keys.find(([, { Properties }]) => Properties.EnableKeyRotation === true) ?? [];
if (recordsKey === undefined) throw new Error("no key that rotates");
const arn = { "Fn::GetAtt": [recordsKey, "Arn"] };

const keyStatements = z
  .array(
    z.object({
      Effect: z.literal("Allow"),
      Action: z.union([z.array(z.string()), z.string().transform((action) => [action])]),
      Principal: z.union([
        z.object({ Service: z.string() }).transform(({ Service }) => Service),
        z.object({ AWS: z.unknown() }).transform(({ AWS }) => JSON.stringify(AWS)),
      ]),
      Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
    }),
  )
  .parse(template.findResources("AWS::KMS::Key")[recordsKey]?.Properties.KeyPolicy.Statement);

const inClear = /^kms:(Decrypt|Encrypt|ReEncrypt|GenerateDataKey|CreateGrant|\*)/;
const services = (condition: unknown): string[] =>
  [...JSON.stringify(condition).matchAll(/"(\w+)\.",\{"Ref":"AWS::Region"\}/g)].flatMap(([, name]) => name ?? []);

describe("what people wrote, or are asked", () => {
  it.each([
    ["in the table", "AWS::DynamoDB::Table", { SSESpecification: { SSEEnabled: true, KMSMasterKeyId: arn } }],
    [
      "as a body or an artifact",
      "AWS::S3::Bucket",
      {
        ObjectLockEnabled: true,
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: arn }, BucketKeyEnabled: true },
          ],
        },
      },
    ],
    ["on its way to an approver", "AWS::SNS::Topic", { KmsMasterKeyId: arn }],
    ["where it could not be delivered", "AWS::SQS::Queue", { KmsMasterKeyId: arn }],
  ])("what people wrote, or are asked, is encrypted with the stack's own key %s", (_, type, properties) => {
    template.hasResourceProperties(type, properties);
  });

  it("a request reaches the queue, encrypted, when an e-mail cannot be sent", () => {
    template.hasResourceProperties("AWS::SNS::Subscription", {
      Protocol: "email",
      RedrivePolicy: { deadLetterTargetArn: Match.anyValue() },
    });
  });
});

describe("the key", () => {
  it("the stack's key rotates, and outlives every stack, because locked objects do", () => {
    template.hasResource("AWS::KMS::Key", {
      Properties: { EnableKeyRotation: true },
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
    });
  });

  it("the stack's key decrypts for nobody of the account but through DynamoDB, S3 and SQS, administrators included", () => {
    const ofAccount = keyStatements.filter(({ Principal }) => Principal.includes(":root"));
    expect(ofAccount.length).toBeGreaterThan(0);
    for (const { Action, Condition } of ofAccount) {
      if (!Action.some((action) => inClear.test(action))) continue;
      const through = services(Condition.StringEquals?.["kms:ViaService"]);
      expect(through.length, Action.join()).toBeGreaterThan(0);
      expect(["dynamodb", "s3", "sqs"], Action.join()).toEqual(expect.arrayContaining(through));
    }
  });

  it("the stack's key lets nobody but DynamoDB have a grant", () => {
    const whoMayGrant = keyStatements.filter(({ Action }) => Action.includes("kms:CreateGrant"));
    expect(whoMayGrant).toHaveLength(1);
    expect(whoMayGrant[0]?.Condition.Bool).toEqual({ "kms:GrantIsForAWSResource": "true" });
    expect(services(whoMayGrant[0]?.Condition.StringEquals)).toEqual(["dynamodb"]);
  });

  it("the stack's key is known to three services by name, of which those that send may only encrypt and read again", () => {
    const named = keyStatements.filter(({ Principal }) => !Principal.includes(":root"));
    expect(Object.fromEntries(named.map(({ Principal, Action }) => [Principal, Action]))).toEqual({
      "dynamodb.amazonaws.com": ["kms:Describe*", "kms:Get*", "kms:List*"],
      "events.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey"],
      "sns.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey"],
    });
  });

  it("the stack's key is used by a function only through the services that its line of the permission table names", () => {
    /** The functions that events ask for, whose events stay in the encrypted queue when they fail. */
    const askedByEvents: readonly string[] = ["Finalise", "Deliver"];
    for (const name of namesOf(handlers)) {
      const { files }: Permission = permissions[name];
      const using = statementsOf(template, name).filter(({ Resource }) =>
        Resource.some((resource) => JSON.stringify(resource) === JSON.stringify(arn)),
      );
      const rows = Object.keys(permissions[name].rows).length > 0 ? ["dynamodb"] : [];
      const expected = [
        ...rows,
        ...(files === undefined ? [] : ["s3"]),
        ...(askedByEvents.includes(name) ? ["sqs"] : []),
      ];
      expect(using.flatMap(({ Condition }) => services(Condition)).toSorted(), name).toEqual(expected.toSorted());
      const s3 = using.find(({ Condition }) => services(Condition).includes("s3"));
      const writes = Object.values(files ?? {}).some((access) => access.includes("p"));
      expect(s3?.Action.includes("kms:GenerateDataKey") ?? false, name).toBe(writes);
    }
  });
});
