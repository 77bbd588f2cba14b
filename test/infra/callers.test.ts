import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { SCOPES } from "../../shared/scopes.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise({ jwt_issuer: undefined, jwt_audience: undefined });
const own = synthesise().template;

const clients = Object.values(template.findResources("AWS::Cognito::UserPoolClient")).map(
  ({ Properties }) => Properties,
);
const asked = (client: unknown): string[] =>
  [...JSON.stringify(Object(client).AllowedOAuthScopes).matchAll(/\/([a-z:]+)"/g)].flatMap(([, name]) => name ?? []);

describe("a stage without an issuer of its own", () => {
  it("a stage without an issuer of its own brings a pool where an administrator makes the accounts, with a second factor", () => {
    template.hasResourceProperties("AWS::Cognito::UserPool", {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: "ON",
      EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
    });
    const optional = synthesise({ jwt_issuer: undefined, jwt_audience: undefined, sign_in_mfa: "optional" });
    optional.template.hasResourceProperties("AWS::Cognito::UserPool", { MfaConfiguration: "OPTIONAL" });
  });

  it("a stage without an issuer of its own names the API's scopes in a resource server, all of them and no other", () => {
    const [server] = Object.values(template.findResources("AWS::Cognito::UserPoolResourceServer"));
    const names = server?.Properties.Scopes.map(({ ScopeName }: { ScopeName: string }) => ScopeName);
    expect(server?.Properties.Identifier).toBe("buddy");
    expect(names.toSorted()).toEqual(SCOPES.toSorted());
  });

  it("a stage with a pool has a group for every scope, and gives a person's token the scopes of their groups only", () => {
    const groups = Object.values(template.findResources("AWS::Cognito::UserPoolGroup"));
    expect(groups.map(({ Properties }) => Properties.GroupName).toSorted()).toEqual(SCOPES.toSorted());
    const [granting = ""] = Object.entries(template.findResources("AWS::Lambda::Function")).flatMap(([id, each]) =>
      each.Properties.Environment.Variables.HANDLER === "GrantScopes" ? [id] : [],
    );
    // Narrowing access tokens takes the plan "Essentials", and version two of the event, which machines never cause.
    template.hasResourceProperties("AWS::Cognito::UserPool", {
      UserPoolTier: "ESSENTIALS",
      LambdaConfig: {
        PreTokenGenerationConfig: { LambdaArn: { "Fn::GetAtt": [granting, "Arn"] }, LambdaVersion: "V2_0" },
      },
    });
    template.hasResourceProperties("AWS::Lambda::Permission", {
      FunctionName: { "Fn::GetAtt": [granting, "Arn"] },
      Principal: "cognito-idp.amazonaws.com",
      SourceArn: { "Fn::GetAtt": [Match.stringLikeRegexp("^CallersPool"), "Arn"] },
    });
  });

  it("a stage with a pool has a client for machines, with a secret, that may propose and look and never decide", () => {
    const machines = clients.filter(({ AllowedOAuthFlows }) => AllowedOAuthFlows.includes("client_credentials"));
    expect(machines).toHaveLength(1);
    expect(machines[0]?.GenerateSecret).toBe(true);
    expect(asked(machines[0]).toSorted()).toEqual(["executions:write", "read"]);
  });

  it("a stage with a pool has a client for people, who sign in for a code, and never by sending their password to it", () => {
    const people = clients.filter(({ AllowedOAuthFlows }) => AllowedOAuthFlows.includes("code"));
    expect(people).toHaveLength(1);
    expect(people[0]?.AllowedOAuthFlows).toEqual(["code"]);
    // And to the console, at the address that the API has.
    expect(people[0]?.CallbackURLs).toEqual([
      "http://localhost:7717/signed-in",
      expect.objectContaining({ "Fn::Join": expect.anything() }),
    ]);
    expect(asked(people[0]).toSorted()).toEqual(SCOPES.toSorted());
    for (const { ExplicitAuthFlows = [] } of clients) {
      expect(ExplicitAuthFlows).not.toEqual(expect.arrayContaining([expect.stringContaining("PASSWORD")]));
    }
  });

  it("a stage without an issuer of its own believes its own pool, for these two clients", () => {
    const ids = Object.keys(template.findResources("AWS::Cognito::UserPoolClient"));
    const [authorizer] = Object.values(template.findResources("AWS::ApiGatewayV2::Authorizer"));
    const { Issuer, Audience } = authorizer?.Properties.JwtConfiguration ?? {};
    expect(JSON.stringify(Issuer)).toMatch(/https:\/\/cognito-idp\..*"Ref":"CallersPool/);
    expect(Audience.map(({ Ref }: { Ref: string }) => Ref).toSorted()).toEqual(ids.toSorted());
  });

  it("a stage with a pool says where the API is and how a token is had, without the secret", () => {
    const outputs = template.findOutputs("*");
    expect(Object.keys(outputs)).toEqual(
      expect.arrayContaining(["ApiUrl", "AgentToken", "AgentSecret", "PersonSignIn"]),
    );
    expect(JSON.stringify(outputs.AgentToken)).toContain("grant_type=client_credentials");
    expect(JSON.stringify(outputs.AgentToken)).toContain("scope=buddy/executions:write buddy/read");
    expect(JSON.stringify(outputs.AgentToken)).toContain("/oauth2/token");
    expect(JSON.stringify(outputs.PersonSignIn)).toContain("/oauth2/authorize?response_type=code");
  });
});

describe("a stage with groups of workers", () => {
  const { template: grouped } = synthesise({
    jwt_issuer: undefined,
    jwt_audience: undefined,
    worker_groups: ["crm", "hr-eu"],
  });

  it("a stage with groups of workers has a client with a secret for each, which can ask for that group's scope only", () => {
    for (const group of ["crm", "hr-eu"]) {
      const found = Object.values(grouped.findResources("AWS::Cognito::UserPoolClient")).filter(({ Properties }) =>
        JSON.stringify(Properties.AllowedOAuthScopes).includes(`/work:${group}"`),
      );
      expect(found).toHaveLength(1);
      expect(found[0]?.Properties).toMatchObject({ GenerateSecret: true, AllowedOAuthFlows: ["client_credentials"] });
      expect(found[0]?.Properties.AllowedOAuthScopes).toHaveLength(1);
    }
    expect(Object.keys(grouped.findOutputs("*"))).toEqual(
      expect.arrayContaining(["WorkersClientIdcrm", "WorkersClientIdhreu"]),
    );
  });

  it("a stage with groups of workers tells the function that takes contracts which groups there are", () => {
    grouped.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ HANDLER: "Administer", WORKER_GROUPS: "crm,hr-eu" }) },
    });
  });
});

describe("a stage with an issuer of its own", () => {
  it("a stage with an issuer of its own brings no pool", () => {
    own.resourceCountIs("AWS::Cognito::UserPool", 0);
    own.resourceCountIs("AWS::Cognito::UserPoolClient", 0);
  });

  it("a stage with an issuer of its own says where the API is, and whose tokens it takes", () => {
    own.hasOutput("ApiUrl", { Value: Match.anyValue() });
    own.hasOutput("TokensOf", { Value: "https://issuer.example/; buddy; " });
  });
});

describe("a stage with agents that ask by themselves", () => {
  const { template: own } = synthesise({
    jwt_issuer: undefined,
    jwt_audience: undefined,
    agents: ["research", "a.b_c"],
  });

  it("a stage with agents has a client with a secret for each, which can be that agent and do nothing that a person may", () => {
    for (const agent of ["research", "a.b_c"]) {
      const found = Object.values(own.findResources("AWS::Cognito::UserPoolClient")).filter(({ Properties }) =>
        JSON.stringify(Properties.AllowedOAuthScopes).includes(`/agent:${agent}"`),
      );
      expect(found).toHaveLength(1);
      expect(found[0]?.Properties).toMatchObject({ GenerateSecret: true, AllowedOAuthFlows: ["client_credentials"] });
      expect(found[0]?.Properties.AllowedOAuthScopes).toHaveLength(2);
      expect(JSON.stringify(found[0]?.Properties.AllowedOAuthScopes)).toContain('/agent"');
    }
    expect(Object.keys(own.findOutputs("*"))).toEqual(
      expect.arrayContaining(["ClientIdOfAgentresearch", "ClientIdOfAgentabc"]),
    );
  });

  it("a stage with agents or groups whose names differ in signs only, or in case, has an output for each", () => {
    const outputs = (settings: Record<string, unknown>) =>
      Object.keys(
        synthesise({ jwt_issuer: undefined, jwt_audience: undefined, ...settings }).template.findOutputs("*"),
      );
    const ofAgents = outputs({ agents: ["ab", "a.b", "a-b", "AB", "c.d"] });
    expect(ofAgents.filter((name) => name.startsWith("ClientIdOfAgent")).toSorted()).toEqual(
      ["AB", "ab", "ax45xb", "ax46xb", "cd"].map((name) => `ClientIdOfAgent${name}`),
    );
    const ofGroups = outputs({ worker_groups: ["hr-eu", "h-reu"] });
    expect(ofGroups.filter((name) => name.startsWith("WorkersClientId")).toSorted()).toEqual([
      "WorkersClientIdhrx45xeu",
      "WorkersClientIdhx45xreu",
    ]);
  });

  it("a stage with agents has no group by which a person would be one", () => {
    const groups = Object.values(own.findResources("AWS::Cognito::UserPoolGroup"));
    expect(groups.map(({ Properties }) => Properties.GroupName).toSorted()).toEqual(SCOPES.toSorted());
  });

  it("a stage with agents believes the clients of those agents", () => {
    const [authorizer] = Object.values(own.findResources("AWS::ApiGatewayV2::Authorizer"));
    expect(authorizer?.Properties.JwtConfiguration.Audience).toHaveLength(4);
  });
});
