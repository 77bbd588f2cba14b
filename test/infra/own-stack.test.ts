import { readFileSync } from "node:fs";
import { CfnParameter, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { UserPool } from "aws-cdk-lib/aws-cognito";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { describe, expect, it } from "vitest";
import { Buddy } from "../../infra/buddy.ts";
import { BadSettings } from "../../infra/read-settings.ts";
import { emptyBundles, synthesise, temporaryApp } from "./synthesised-stack.ts";

const page = readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8");

const POOL = { jwt_issuer: undefined, jwt_audience: undefined };
const MAIL = { alarm_email: "alarms@b.example", approvals_email: "approvers@b.example" };
const resourcesOf = (settings: Record<string, unknown>): number =>
  Object.keys(synthesise({ ...POOL, ...settings }).template.toJSON().Resources).length;

/** As a program without types makes one: with the arguments that it happens to have. */
const made = (...props: readonly unknown[]) =>
  Reflect.construct(Buddy, [new Stack(temporaryApp({}), "desk"), "Buddy", ...props]);

describe("Buddy in a stack of one's own", () => {
  it("Buddy in a stack of one's own takes as many of its resources as the page on deploying says", () => {
    const [, usual, full] =
      /takes (\d+) of the 500\s+resources[^.]*\s(\d+) with an agent, a worker group/u.exec(page) ?? [];
    const counted = [resourcesOf({}), resourcesOf({ ...MAIL, agents: ["research"], worker_groups: ["crm"] })];
    expect([Number(usual), Number(full)], "docs/deploy.md says how many resources a stack takes").toEqual(counted);
  });

  it.each([
    ["no properties", []],
    ["properties without settings", [{}]],
    ["settings that are null", [{ settings: null }]],
    ["settings that are a list", [{ settings: ["dev"] }]],
    ["settings that are the stage alone", [{ settings: "dev" }]],
  ])("Buddy in a stack of one's own with %s is refused in words that say what settings are", (_what, props) => {
    const refused = expect(() => made(...props));
    refused.toThrow(BadSettings);
    refused.toThrow(/settings are (?:missing|null|\["dev"\]|"dev"); they are an object with at least a stage/u);
  });

  it("Buddy in a stack of one's own takes an issuer, its pages and a page for requests that the stack makes itself", () => {
    const stack = new Stack(temporaryApp({}), "desk");
    const pool = new UserPool(stack, "Pool");
    const client = pool.addClient("client");
    const host = new CfnParameter(stack, "Host").valueAsString;
    new Buddy(stack, "Buddy", {
      codeRoot: emptyBundles(),
      settings: {
        stage: "desk",
        jwt_issuer: pool.userPoolProviderUrl,
        jwt_audience: new CfnParameter(stack, "Audience", { type: "CommaDelimitedList" }).valueAsList,
        console_sign_in: {
          ...{ authorize_url: `https://${host}/authorize`, token_url: `https://${host}/token` },
          ...{ client_id: client.userPoolClientId, scopes: ["read"] },
        },
        approvals_page: `https://${host}/requests/`,
        cors_origins: [`https://${host}`],
      },
    });
    const template = Template.fromStack(stack);
    const [poolId = ""] = Object.keys(template.findResources("AWS::Cognito::UserPool"));
    template.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      JwtConfiguration: { Issuer: { "Fn::GetAtt": [poolId, "ProviderURL"] }, Audience: { Ref: "Audience" } },
    });
    const made = JSON.stringify(template.toJSON());
    for (const after of ["/requests/", "/authorize", "/token"]) {
      expect(made).toContain(`https://",{"Ref":"Host"},"${after}`);
    }
    expect(made).not.toContain("Token[");
  });

  const param = (stack: Stack, type = "String") => new CfnParameter(stack, "Given", { type });
  it.each([
    ["stage", (stack: Stack) => param(stack).valueAsString],
    ["allowed_hosts", (stack: Stack) => [param(stack).valueAsString]],
    ["networks", (stack: Stack) => param(stack, "CommaDelimitedList").valueAsList],
    ["otlp_endpoint", (stack: Stack) => `https://${param(stack).valueAsString}`],
    ["duplicate_window_floor_hours", (stack: Stack) => param(stack, "Number").valueAsNumber],
    ["alarm_email", (stack: Stack) => param(stack).valueAsString],
    ["live_enabled", (stack: Stack) => param(stack)],
  ])("Buddy in a stack of one's own says of %s that it is known too late, and what to do", (name, value) => {
    const stack = new Stack(temporaryApp({}), "desk");
    const settings = { stage: "desk", [name]: value(stack) };
    const refused = expect(() => Reflect.construct(Buddy, [stack, "Buddy", { settings }]));
    refused.toThrow(new RegExp(`^${name} is known only at deployment, .*: write the value itself\\. It takes `, "mu"));
  });

  it("Buddy in a stack of one's own says of a setting that is not looked up yet what a look-up needs", () => {
    const env = { account: "111122223333", region: "eu-central-1" };
    const stack = new Stack(temporaryApp({}), "desk", { env });
    const settings = { stage: "desk", allowed_hosts: [StringParameter.valueFromLookup(stack, "/crm/host")] };
    expect(() => new Buddy(stack, "Buddy", { settings })).toThrow(
      /allowed_hosts is not looked up yet: .* third argument/u,
    );
  });
});
