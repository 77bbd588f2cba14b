import { describe, expect, it } from "vitest";
import { synthesise } from "./synthesised-stack.ts";

/** As the first release named them. CloudFormation replaces what has another name, and records do not come along. */
const KEPT: Readonly<Record<string, string>> = {
  RecordsTableC9B7A30B: "AWS::DynamoDB::Table",
  ArtifactsBucket88671897: "AWS::S3::Bucket",
  ArtifactsAccessLogs4D97777C: "AWS::S3::Bucket",
  RecordsKeyC33339BC: "AWS::KMS::Key",
  SigningKey49B95470: "AWS::KMS::Key",
  CallersPoolE608ED17: "AWS::Cognito::UserPool",
  AnnouncementsBus691D0F72: "AWS::Events::EventBus",
};

describe("an update of a stack", () => {
  it("an update of a stack replaces nothing that holds records, keys, accounts or subscriptions", () => {
    const { template } = synthesise({ jwt_issuer: undefined, jwt_audience: undefined });
    const resources = new Map(
      Object.values(KEPT).flatMap((type) =>
        Object.keys(template.findResources(type)).map((name): [string, string] => [name, type]),
      ),
    );
    expect(Object.fromEntries(resources)).toEqual(KEPT);
  });
});
