import { describe, expect, it } from "vitest";
import { z } from "zod";
import { synthesise } from "./synthesised-stack.ts";

const emails = { alarm_email: "a@b.example", approvals_email: "a@b.example" };
const { template } = synthesise({ jwt_issuer: undefined, jwt_audience: undefined, ...emails });

const policies = { "AWS::SNS::Topic": "AWS::SNS::TopicPolicy", "AWS::SQS::Queue": "AWS::SQS::QueuePolicy" } as const;

const denial = z.object({
  Effect: z.literal("Deny"),
  Principal: z.union([z.literal("*"), z.object({ AWS: z.literal("*") })]),
  Action: z.union([z.literal("sns:Publish"), z.literal("sqs:*")]),
  Condition: z.strictObject({ Bool: z.strictObject({ "aws:SecureTransport": z.literal("false") }) }),
});
const refused = z.object({ Ref: z.string() }).or(z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) }));

/** Logical ids of what a policy of that type keeps plain text away from. */
const protectedBy = (policyType: string): string[] =>
  Object.values(template.findResources(policyType)).flatMap(({ Properties }) => {
    const statements = z.array(z.object({ Resource: z.unknown() }).loose()).parse(Properties.PolicyDocument.Statement);
    return statements.flatMap((statement) => {
      if (!denial.safeParse(statement).success) return [];
      const resource = refused.parse(statement.Resource);
      return "Ref" in resource ? resource.Ref : resource["Fn::GetAtt"][0];
    });
  });

describe("what is sent to the stack", () => {
  it.each(["AWS::SNS::Topic", "AWS::SQS::Queue"] as const)("a request is refused by every %s without TLS", (type) => {
    const all = Object.keys(template.findResources(type));
    expect(all.length).toBeGreaterThan(0);
    expect(protectedBy(policies[type]).toSorted()).toEqual(all.toSorted());
  });

  it("a request reaches the API under the name AWS gives it, which answers over TLS only, and under no other", () => {
    template.resourceCountIs("AWS::ApiGatewayV2::Api", 1);
    template.resourceCountIs("AWS::ApiGatewayV2::DomainName", 0);
    const [api] = Object.keys(template.findResources("AWS::ApiGatewayV2::Api"));
    // `https://{id}.execute-api...`, as API Gateway itself writes it.
    template.hasOutput("ApiUrl", { Value: { "Fn::GetAtt": [api, "ApiEndpoint"] } });
  });

  it("a request goes to no address without TLS, but back to the machine of the person who signs in", () => {
    const plain = JSON.stringify(template.toJSON()).match(/http:\/\/[^"]*/g) ?? [];
    expect(plain).toEqual(["http://localhost:7717/signed-in"]);
  });
});
