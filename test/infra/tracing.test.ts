import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { handlers } from "../../infra/handlers.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise();

const policies = Object.values(template.findResources("AWS::IAM::Policy")).map(({ Properties }) =>
  z
    .object({
      Roles: z.array(z.object({ Ref: z.string() })),
      PolicyDocument: z.object({
        Statement: z.array(z.object({ Action: z.union([z.string(), z.array(z.string())]) })),
      }),
    })
    .parse(Properties),
);

/** Roles that may write segments, by the resource's name in the template. */
const tracing = new Set(
  policies
    .filter(({ PolicyDocument }) =>
      PolicyDocument.Statement.some(({ Action }) => [Action].flat().includes("xray:PutTraceSegments")),
    )
    .flatMap(({ Roles }) => Roles.map(({ Ref }) => Ref)),
);
const roleOf = z.object({
  Properties: z.object({ Role: z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) }) }),
});

const variablesOf = z.object({ Variables: z.record(z.string(), z.unknown()) });

describe("a trace", () => {
  it("a trace begins or goes on in every function, which may write it", () => {
    template.allResourcesProperties("AWS::Lambda::Function", { TracingConfig: { Mode: "Active" } });
    const functions = Object.values(template.findResources("AWS::Lambda::Function"));
    expect(functions).toHaveLength(Object.keys(handlers).length);
    for (const each of functions) expect(tracing).toContain(roleOf.parse(each).Properties.Role["Fn::GetAtt"][0]);
  });

  it("a trace goes through the state machine, which may write it and is asked to", () => {
    template.allResourcesProperties("AWS::StepFunctions::StateMachine", {
      TracingConfiguration: { Enabled: true },
      RoleArn: Match.anyValue(),
    });
    const [machine] = Object.values(template.findResources("AWS::StepFunctions::StateMachine"));
    const role = z.object({ RoleArn: z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) }) });
    expect(tracing).toContain(role.parse(machine?.Properties).RoleArn["Fn::GetAtt"][0]);
  });

  it("a trace cannot begin at the HTTP API, whose access log has the id that everything after it carries instead", () => {
    template.allResourcesProperties("AWS::ApiGatewayV2::Stage", {
      AccessLogSettings: { Format: Match.stringLikeRegexp("\\$context\\.requestId") },
    });
  });

  it("a trace has spans of calls where a collector is named, of the functions that reach tools and of no other", () => {
    const told = (config: Record<string, unknown>) =>
      Object.values(synthesise(config).template.findResources("AWS::Lambda::Function"))
        .map(({ Properties }) => variablesOf.parse(Properties.Environment).Variables)
        .filter(({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }) => endpoint !== undefined);
    expect(told({})).toEqual([]);
    const otlp_endpoint = "https://collector.b.example";
    const tells = told({ otlp_endpoint });
    expect(tells.map(({ HANDLER }) => HANDLER).toSorted()).toEqual([
      "Call",
      "DryRun",
      "Live",
      "Mcp",
      "RollBack",
      "Try",
    ]);
    for (const each of tells) expect(each).toMatchObject({ OTEL_EXPORTER_OTLP_ENDPOINT: otlp_endpoint });
  });
});
