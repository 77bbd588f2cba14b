import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { definitionFile } from "../../infra/orchestration.ts";
import { synthesise, synthesiseIn } from "./synthesised-stack.ts";

type Given = ReturnType<typeof synthesise>;

const STACKS = {
  "us-gov-west-1": ["aws-us-gov", synthesiseIn("us-gov-west-1")],
  "cn-north-1": ["aws-cn", synthesiseIn("cn-north-1")],
  "eu-central-1": ["aws", synthesiseIn("eu-central-1")],
} as const;
const regions = Object.entries(STACKS).map(([region, [partition, stack]]) => ({ region, partition, stack }));
const anywhere = synthesise({ jwt_issuer: undefined, jwt_audience: undefined });

const substitutionsOf = ({ template }: Given) =>
  z
    .object({ Properties: z.object({ DefinitionSubstitutions: z.record(z.string(), z.unknown()) }) })
    .parse(Object.values(template.findResources("AWS::StepFunctions::StateMachine"))[0]).Properties
    .DefinitionSubstitutions;

/** Resources of every task of the file, as CloudFormation would tell them. */
const resourcesOf = (stack: Given): string[] => {
  const told = substitutionsOf(stack);
  const text = readFileSync(definitionFile, "utf8");
  return [...text.matchAll(/"Resource": "([^"]*)"/g)].map(([, resource = ""]) =>
    resource.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => String(told[name])),
  );
};

const literals = ({ template }: Given): string[] =>
  [...JSON.stringify(template.toJSON()).matchAll(/arn:aws[a-z-]*:/g)].map(([literal]) => literal);

describe.each(regions)("a stack in $region", ({ region, partition, stack }) => {
  it("a stack names nothing of another partition than its region's, in its template or in its state machine", () => {
    expect(new Set(resourcesOf(stack))).toEqual(
      new Set([`arn:${partition}:states:::lambda:invoke`, `arn:${partition}:states:::lambda:invoke.waitForTaskToken`]),
    );
    expect(literals(stack).filter((literal) => literal !== `arn:${partition}:`)).toEqual([]);
  });

  it("a stack lets people and machines sign in where Cognito answers in its region", () => {
    const door = partition === "aws-us-gov" ? "auth-fips" : "auth";
    const said = [
      ...JSON.stringify(stack.template.toJSON()).matchAll(/\.(auth[a-z-]*\.[a-z0-9-]+\.amazoncognito\.com)/g),
    ];
    expect(new Set(said.map(([, address]) => address))).toEqual(new Set([`${door}.${region}.amazoncognito.com`]));
  });
});

describe("a stack that may go to any region", () => {
  it("a stack for any region is told its partition when it is deployed", () => {
    expect(substitutionsOf(anywhere).Partition).toEqual({ Ref: "AWS::Partition" });
    expect(literals(anywhere)).toEqual([]);
  });

  it("a stack for any region signs people in at an address that follows from the partition", () => {
    const outputs = JSON.stringify(anywhere.template.findOutputs("*"));
    const [inGovCloud = ""] = Object.entries(anywhere.template.findConditions("*")).flatMap(([name, condition]) =>
      JSON.stringify(condition) === '{"Fn::Equals":[{"Ref":"AWS::Partition"},"aws-us-gov"]}' ? [name] : [],
    );
    for (const which of ["SignInUrl", "AgentToken", "PersonSignIn"]) {
      const [output] = Object.values(anywhere.template.findOutputs(which));
      expect(JSON.stringify(output), which).toContain(`{"Fn::If":["${inGovCloud}",`);
    }
    expect(outputs.match(/\.auth\./g)).toHaveLength(outputs.match(/\.auth-fips\./g)?.length ?? 0);
  });
});
