import { describe, expect, it } from "vitest";
import { z } from "zod";
import { synthesise } from "./synthesised-stack.ts";

const resource = z.object({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
const resources = z.object({ Resources: z.record(z.string(), resource) });

const stack = (overrides: Record<string, unknown>) => {
  // With a user pool of its own: it has the most names, and the most that could stay.
  const { template } = synthesise({ jwt_issuer: undefined, jwt_audience: undefined, ...overrides });
  return Object.values(resources.parse(template.toJSON()).Resources);
};

const retained = stack({ stage: "one", removal_policy: "retain" });
const destroyed = stack({ stage: "one-two", removal_policy: "destroy" });

const kept = (all: typeof retained): string[] =>
  [...new Set(all.filter(({ DeletionPolicy }) => DeletionPolicy === "Retain").map(({ Type }) => Type))].toSorted();

const BUCKETS = ["AWS::S3::Bucket", "AWS::S3::BucketPolicy"];

describe("when a stage goes", () => {
  it("nothing stays of a stage but the buckets with locked objects, what closes them, and the one key that reads them", () => {
    expect(kept(destroyed)).toEqual(["AWS::KMS::Key", ...BUCKETS]);
    expect(destroyed.filter((each) => each.Type === "AWS::KMS::Key" && each.DeletionPolicy === "Retain")).toHaveLength(
      1,
    );
  });

  it("records, and the key that signed them, stay where they are to be retained, with logs and accounts", () => {
    const types = ["AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Logs::LogGroup"];
    expect(kept(retained)).toEqual([...types, ...BUCKETS].toSorted());
    for (const { Type, DeletionPolicy, UpdateReplacePolicy } of retained) {
      // Neither one of a kind without the others, nor an update that replaces what a deletion would keep.
      if (types.includes(Type)) expect([DeletionPolicy, UpdateReplacePolicy], Type).toEqual(["Retain", "Retain"]);
    }
  });
});

/** Names of these count within something that has a name or an id of its own. */
const WITHIN_ANOTHER = [
  "AWS::ApiGatewayV2::Authorizer",
  "AWS::ApiGatewayV2::Stage",
  "AWS::Cognito::UserPoolResourceServer",
  "AWS::Cognito::UserPoolGroup",
  "AWS::Cognito::UserPoolClient",
  "AWS::IAM::Policy",
];

/** Resources that were given a name instead of getting one: in an account, a kind has each name once. */
const givenNames = (all: typeof retained): string[] =>
  all
    .filter(({ Type }) => !WITHIN_ANOTHER.includes(Type))
    .flatMap(({ Type, Properties }) =>
      Object.entries(Properties)
        .filter(([key, value]) => isNaming(key) && !isReference(value))
        .map(([key, value]) => `${Type} ${key} ${JSON.stringify(value)}`),
    );

/** A metric that an alarm looks at is not its own. */
const isNaming = (key: string): boolean => /^Domain$|Name$/.test(key) && key !== "MetricName";
/** To something of the stack's own, which is named elsewhere or gets its name from CloudFormation. */
const isReference = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ("Ref" in value || "Fn::GetAtt" in value);

describe("two stages in one account", () => {
  it("two stages in one account share no name, though one's begins with the other's", () => {
    const [one, other] = [givenNames(retained), givenNames(destroyed)];
    expect(one.length).toBeGreaterThan(20);
    expect(other).toHaveLength(one.length);
    expect(new Set([...one, ...other]).size).toBe(one.length + other.length);
  });
});
