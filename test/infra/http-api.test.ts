import { describe, expect, it } from "vitest";
import { z } from "zod";
import { routes } from "../../infra/routes.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise({ api_rate_limit: 7, api_burst_limit: 9 });
const scopes = ["executions:write", "approvals:decide", "system:lock", "contracts:write", "read"];

const deployed = Object.values(template.findResources("AWS::ApiGatewayV2::Route")).map((resource) =>
  z
    .object({
      RouteKey: z.string(),
      AuthorizationType: z.string(),
      AuthorizationScopes: z.array(z.string()),
      AuthorizerId: z.object({ Ref: z.string() }),
    })
    .parse(resource.Properties),
);

describe("the HTTP API", () => {
  it("has every route of the list and no other: nothing catches all", () => {
    const listed = routes.map(({ method, path }) => `${method} ${path}`);
    expect(deployed.map(({ RouteKey }) => RouteKey).toSorted()).toEqual(listed.toSorted());
    expect(new Set(listed).size).toBe(listed.length);
  });

  it("lets nobody through to any route without a token that carries its scope", () => {
    const authorizers = Object.keys(template.findResources("AWS::ApiGatewayV2::Authorizer"));
    expect(authorizers).toHaveLength(1);
    for (const { RouteKey, AuthorizationType, AuthorizationScopes, AuthorizerId } of deployed) {
      expect(AuthorizationType, RouteKey).toBe("JWT");
      expect([AuthorizerId.Ref], RouteKey).toEqual(authorizers);
      expect(AuthorizationScopes, RouteKey).toHaveLength(1);
      expect(scopes, RouteKey).toEqual(expect.arrayContaining(AuthorizationScopes));
    }
  });

  it("asks more than `read` of whatever changes something, and no more of a GET", () => {
    for (const { method, path, scope } of routes) expect(scope === "read", `${method} ${path}`).toBe(method === "GET");
  });

  it("sends decisions, locks and aborts to the one function that may wake a run", () => {
    const acting = routes.filter(({ handler }) => handler === "Act").map(({ path }) => path);
    expect(acting).toContain("/approvals/{id}/decision");
    expect(acting).toContain("/system/lock");
    expect(acting).toContain("/executions/{id}/abort");
  });

  it("believes the configured issuer for the configured audience", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      JwtConfiguration: { Issuer: "https://issuer.example/", Audience: ["buddy"] },
    });
  });

  it("is throttled as configured", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 },
    });
  });
});
