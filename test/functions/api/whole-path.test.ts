import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { expect, it } from "vitest";
import { withWholePath } from "../../../functions/api/http/whole-path.ts";

const app = new Hono().get("/agents/:agent_id", (c) =>
  c.json({ asked_for: c.req.param("agent_id"), q: c.req.query("q") }),
);

type Event = Parameters<typeof withWholePath>[0];

/** As an HTTP API of API Gateway hands it to its function: the path decoded, the query as it came. */
const eventOf = (rawPath: string): Event => ({
  version: "2.0",
  routeKey: "GET /agents/{agent_id}",
  rawPath,
  rawQueryString: "q=1",
  headers: { host: "api.example.com" },
  isBase64Encoded: false,
  body: null,
  requestContext: {
    accountId: "1",
    apiId: "a",
    authentication: null,
    authorizer: {},
    domainName: "api.example.com",
    domainPrefix: "api",
    http: { method: "GET", path: rawPath, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
    requestId: "r",
    routeKey: "GET /agents/{agent_id}",
    stage: "$default",
    time: "01/Jan/2026:00:00:00 +0000",
    timeEpoch: 0,
  },
});

it.each(["Agent #1", "who?", "Prüferin 2", "plain_1", "a|b=="])(
  "a request about %s is about nothing else once API Gateway has decoded its path",
  async (name) => {
    const { body } = await handle(app)(withWholePath(eventOf(`/agents/${name}`)));
    expect(JSON.parse(body)).toEqual({ asked_for: name, q: "1" });
  },
);
