import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { tableDefinition } from "../../functions/adapters/dynamodb/definition.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise({ record_lock_days: 30, record_lock_mode: "COMPLIANCE" });
const buckets = Object.entries(template.findResources("AWS::S3::Bucket"));

describe("the table", () => {
  it("the table of a stage has the keys and the index of the one on a single machine", () => {
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = tableDefinition("any");
    template.hasResourceProperties("AWS::DynamoDB::Table", { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes });
  });

  it("the table can be restored to any second of the last weeks, and is paid for by use", () => {
    template.resourceCountIs("AWS::DynamoDB::Table", 1);
    template.hasResourceProperties("AWS::DynamoDB::Table", {
      BillingMode: "PAY_PER_REQUEST",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it("the table never forgets by itself: the ledger is kept without expiry", () => {
    template.hasResourceProperties("AWS::DynamoDB::Table", { TimeToLiveSpecification: Match.absent() });
  });

  it("the table stays, protected, when a stage is to be retained, and goes when it is not", () => {
    const kept = { DeletionPolicy: "Retain", Properties: { DeletionProtectionEnabled: true } };
    template.hasResource("AWS::DynamoDB::Table", kept);
    synthesise({ removal_policy: "destroy" }).template.hasResource("AWS::DynamoDB::Table", {
      DeletionPolicy: "Delete",
      Properties: { DeletionProtectionEnabled: false },
    });
  });
});

describe("the buckets", () => {
  it("buckets keep every version of an artifact, locked for the configured days", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      VersioningConfiguration: { Status: "Enabled" },
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 30 } } },
      LoggingConfiguration: { DestinationBucketName: Match.anyValue() },
    });
  });

  it("buckets let nothing go by itself, but uploads that were never finished", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      ObjectLockEnabled: true,
      LifecycleConfiguration: {
        Rules: [Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } })],
      },
    });
  });

  it("buckets let go of what people wrote after the days that are configured, every version, once its lock is over", () => {
    const { template: told } = synthesise({ record_lock_days: 30, record_keep_days: "400" });
    told.hasResourceProperties("AWS::S3::Bucket", {
      ObjectLockEnabled: true,
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({
            Status: "Enabled",
            ExpirationInDays: 400,
            NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          }),
          Match.objectLike({ Status: "Enabled", ExpiredObjectDeleteMarker: true }),
        ]),
      },
    });
  });

  it("buckets are closed to the public, and stay when the stack goes", () => {
    expect(buckets).toHaveLength(2);
    template.allResourcesProperties("AWS::S3::Bucket", {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    template.allResources("AWS::S3::Bucket", { DeletionPolicy: "Retain" });
  });

  it.each(buckets.map(([id]) => id))("the bucket %s refuses whatever is not sent over TLS", (id) => {
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      Bucket: { Ref: id },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Deny",
            Action: "s3:*",
            Principal: { AWS: "*" },
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        ]),
      },
    });
  });
});
