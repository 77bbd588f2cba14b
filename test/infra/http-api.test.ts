import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OlderClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OlderTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Match, type Matcher } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { routes } from "../../infra/routes.ts";
import { AGENT_SCOPE } from "../../shared/scopes.ts";
import { synthesise } from "./synthesised-stack.ts";

const { template } = synthesise({ api_rate_limit: 7, api_burst_limit: 9, worker_groups: "crm" });
const scopes = [
  "executions:write",
  "executions:operate",
  "approvals:decide",
  "system:lock",
  "contracts:write",
  "work:crm",
  "read",
];

const deployed = Object.values(template.findResources("AWS::ApiGatewayV2::Route")).map((resource) =>
  z
    .object({
      RouteKey: z.string(),
      AuthorizationType: z.string(),
      AuthorizationScopes: z.array(z.string()).default([]),
      AuthorizerId: z.object({ Ref: z.string() }).optional(),
    })
    .parse(resource.Properties),
);

/** Any one of their scopes lets in; whose execution it is, the function looks at. */
const asksForOneOf: Readonly<Record<string, number>> = {
  "POST /executions": 2,
  "POST /calls": 2,
  "POST /executions/{id}/abort": 3,
  "PUT /away/{person}": 2,
  "DELETE /away/{person}": 2,
  "GET /approvals/{id}": 2,
  "GET /approvals/{id}/picture": 2,
  "GET /links/{link}": 2,
  "GET /names": 2,
  "GET /calls/{call_id}": 3,
  "GET /executions/{id}": 2,
  "GET /executions/{id}/steps/{step_id}": 2,
  "GET /contracts": 2,
  "GET /contracts/{tool_name}": 2,
};

/** Of a stage that lets a page in. */
const cors = () => {
  const [api] = Object.values(
    synthesise({ cors_origins: "https://desk.example" }).template.findResources("AWS::ApiGatewayV2::Api"),
  );
  const shape = z.object({ AllowHeaders: z.array(z.string()), ExposeHeaders: z.array(z.string()) });
  return shape.parse(api?.Properties.CorsConfiguration);
};

/** Headers that browsers let a page send anywhere. */
const SENT_ANYWHERE = ["accept", "accept-language", "content-language"];

const question = z.looseObject({ id: z.unknown().optional(), method: z.string() });
/** Answers of a server without tools, to whichever line of the protocol; the headers of what it is asked are kept in `seen`. */
const emptyServer =
  (seen: Set<string>) =>
  async (_url: unknown, init: RequestInit = {}): Promise<Response> => {
    for (const name of new Headers(init.headers).keys()) if (!SENT_ANYWHERE.includes(name)) seen.add(name);
    if (init.method !== "POST") return new Response(null, { status: 405 });
    const { id, method } = question.parse(JSON.parse(String(init.body)));
    if (id === undefined) return new Response(null, { status: 202 });
    const reply = (said: Record<string, unknown>) =>
      Response.json({ jsonrpc: "2.0", id, ...said }, { headers: { "mcp-session-id": "one" } });
    if (method === "server/discover") return reply({ error: { code: -32_601, message: "there is no such method" } });
    const serverInfo = { name: "empty", version: "1" };
    return reply({
      result:
        method === "initialize"
          ? { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo }
          : { tools: [] },
    });
  };

/** The names of all headers with which agents' official clients connect and list tools. */
const sentByOfficialClients = async (): Promise<string[]> => {
  const seen = new Set<string>();
  const url = new URL("https://api.example/mcp");
  const how = { fetch: emptyServer(seen), requestInit: { headers: { authorization: "Bearer x" } } };
  const older = new OlderClient({ name: "older", version: "1" });
  await older.connect(new OlderTransport(url, how) as Parameters<typeof older.connect>[0]);
  await older.listTools();
  await older.close();
  const newer = new Client({ name: "newer", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await newer.connect(new StreamableHTTPClientTransport(url, how));
  await newer.listTools();
  await newer.close();
  return [...seen];
};

describe("the HTTP API", () => {
  it("the HTTP API has every route of the list and no other: nothing catches all", () => {
    const listed = routes.map(({ method, path }) => `${method} ${path}`);
    expect(deployed.map(({ RouteKey }) => RouteKey).toSorted()).toEqual(listed.toSorted());
    expect(new Set(listed).size).toBe(listed.length);
  });

  it("the HTTP API lets nobody through without a token of the route's scope, but on routes that are open to all", () => {
    const authorizers = Object.keys(template.findResources("AWS::ApiGatewayV2::Authorizer"));
    expect(authorizers).toHaveLength(1);
    const open = deployed.filter(({ AuthorizationType }) => AuthorizationType === "NONE");
    const openKeys = [
      "GET /livez",
      "GET /console",
      "GET /console/{file+}",
      "POST /slack/interactions",
      "GET /.well-known/oauth-protected-resource",
      "GET /.well-known/oauth-protected-resource/mcp",
    ];
    expect(open.map(({ RouteKey }) => RouteKey).toSorted()).toEqual(openKeys.toSorted());
    for (const { RouteKey, AuthorizationType, AuthorizationScopes, AuthorizerId } of deployed) {
      if (openKeys.includes(RouteKey)) continue;
      expect(AuthorizationType, RouteKey).toBe("JWT");
      expect([AuthorizerId?.Ref], RouteKey).toEqual(authorizers);
      expect(AuthorizationScopes, RouteKey).toHaveLength(asksForOneOf[String(RouteKey)] ?? 1);
      expect([...scopes, AGENT_SCOPE], RouteKey).toEqual(expect.arrayContaining(AuthorizationScopes));
    }
  });

  it("the HTTP API asks of a worker for the scope of one of the stage's groups; without groups no worker has a route", () => {
    const { template: two } = synthesise({ worker_groups: ["crm", "hr"] });
    two.hasResourceProperties("AWS::ApiGatewayV2::Route", {
      RouteKey: "POST /work/next",
      AuthorizationType: "JWT",
      AuthorizationScopes: ["work:crm", "work:hr"],
    });
    const none = JSON.stringify(synthesise().template.findResources("AWS::ApiGatewayV2::Route"));
    expect(none).not.toContain("POST /work");
    expect(none).toContain("GET /work");
  });

  it("the HTTP API asks more than `read` of what changes something, uses a secret or lists an agent's own, not of a GET", () => {
    const closed = ["/servers/{server}/tools", "/memory", "/goals"];
    for (const { method, path, scopes: asked } of routes) {
      // No token comes from Slack: what its app signs is believed by the function.
      if (path === "/slack/interactions") continue;
      const letsReadersIn = asked.length === 0 || asked.includes("read");
      expect(letsReadersIn, `${method} ${path}`).toBe(method === "GET" && !closed.includes(path));
    }
  });

  it("the HTTP API sends decisions, locks and aborts to the one function that may wake a run", () => {
    const acting = routes.filter(({ handler }) => handler === "Act").map(({ path }) => path);
    expect(acting).toContain("/approvals/{id}/decision");
    expect(acting).toContain("/system/lock");
    expect(acting).toContain("/executions/{id}/abort");
  });

  it("the HTTP API believes the configured issuer for the configured audience", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      JwtConfiguration: { Issuer: "https://issuer.example/", Audience: ["buddy"] },
    });
  });

  it("the HTTP API asks for the scopes as the issuer writes them", () => {
    const prefixed = synthesise({ scope_prefix: "api://buddy/" }).template;
    prefixed.hasResourceProperties("AWS::ApiGatewayV2::Route", {
      RouteKey: "GET /executions",
      AuthorizationScopes: ["api://buddy/read"],
    });
    const Environment = { Variables: Match.objectLike({ SCOPE_PREFIX: "api://buddy/" }) };
    prefixed.allResourcesProperties("AWS::Lambda::Function", { Environment });
  });

  it("the HTTP API is throttled as configured, and each route that acts or administers by itself, lower and never higher", () => {
    const limits = (ThrottlingRateLimit: number, ThrottlingBurstLimit: number) =>
      Match.objectLike({ ThrottlingRateLimit, ThrottlingBurstLimit, DetailedMetricsEnabled: true });
    const acts = routes.filter(({ handler }) => ["Act", "Administer", "Slack", "Try"].includes(handler));
    const lock = "POST /system/lock";
    const each = (limit: Matcher) =>
      Match.objectEquals({
        ...Object.fromEntries(acts.map(({ method, path }) => [`${method} ${path}`, limit])),
        [lock]: limits(200, 400),
      });
    expect(acts.map(({ method, path }) => `${method} ${path}`)).toContain(lock);
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      DefaultRouteSettings: limits(7, 9),
      RouteSettings: each(limits(7, 9)),
    });
    synthesise({ api_act_rate_limit: 3 }).template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      DefaultRouteSettings: limits(50, 100),
      RouteSettings: each(limits(3, 20)),
    });
  });

  it("the HTTP API keeps a wide rate for the one route that stops everything, which requests without a token may use up", () => {
    const { template: told } = synthesise({ api_lock_rate_limit: 500, api_lock_burst_limit: 900, api_rate_limit: 1 });
    told.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      RouteSettings: Match.objectLike({
        "POST /system/lock": { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 900, DetailedMetricsEnabled: true },
      }),
    });
  });

  it("the HTTP API lets no page of elsewhere call it, but those of the origins it is told, without cookies", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Api", { CorsConfiguration: Match.absent() });
    const { template: told } = synthesise({ cors_origins: "https://desk.example,http://localhost:3000" });
    told.hasResourceProperties("AWS::ApiGatewayV2::Api", {
      CorsConfiguration: {
        AllowOrigins: ["https://desk.example", "http://localhost:3000"],
        AllowMethods: ["GET", "POST", "PUT", "DELETE"],
        AllowCredentials: Match.absent(),
      },
    });
  });

  it("the HTTP API lets a page send what agents' official clients send at `/mcp`, what its routes read, and a trace", async () => {
    const read = ["idempotency-key", "range", "x-correlation-id", "traceparent", "tracestate"];
    const sent = new Set([...(await sentByOfficialClients()), ...read]);
    for (const each of ["authorization", "mcp-protocol-version", "mcp-method"]) expect(sent).toContain(each);
    expect([...sent].filter((name) => !cors().AllowHeaders.includes(name))).toEqual([]);
  });

  it("the HTTP API lets a page read what answers say beside their body: how to go on, how much is left, who was asked", () => {
    const said = ["x-correlation-id", "retry-after", "content-range", "www-authenticate", "mcp-session-id"];
    expect(cors().ExposeHeaders).toEqual(expect.arrayContaining([...said, "idempotency-replayed"]));
  });

  it("the HTTP API counts from its log of requests those that it answers 429, and those of them that were to lock", () => {
    const [log = ""] = Object.entries(template.findResources("AWS::ApiGatewayV2::Stage")).map(([, { Properties }]) =>
      JSON.stringify(Properties.AccessLogSettings),
    );
    const counted = Object.values(template.findResources("AWS::Logs::MetricFilter")).map(
      ({ Properties }) => Properties,
    );
    expect(counted.map(({ FilterPattern }) => FilterPattern)).toEqual([
      '{ $.status = "429" }',
      '{ ($.status = "429") && ($.route = "POST /system/lock") }',
    ]);
    for (const { LogGroupName, MetricTransformations } of counted) {
      expect(log).toContain(LogGroupName.Ref);
      expect(MetricTransformations[0].MetricNamespace).toBe("buddy-test/api");
    }
    expect(log).toContain('\\"status\\":\\"$context.status\\"');
    expect(log).toContain('\\"route\\":\\"$context.routeKey\\"');
  });

  it("the HTTP API has its routes before the stage speaks of them", () => {
    const made = Object.keys(template.findResources("AWS::ApiGatewayV2::Route"));
    const [stage] = Object.values(template.findResources("AWS::ApiGatewayV2::Stage"));
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(made));
  });
});
