import type { Hono } from "hono";
import type { handle } from "hono/aws-lambda";
import { afterEach, expect, it, vi } from "vitest";
import { identifyByClaims } from "../../../functions/api/http/claims.ts";
import { inBytes } from "../../../functions/api/http/in-bytes.ts";
import { readEndpoints } from "../../../functions/api/read/endpoints.ts";
import { createRouter } from "../../../functions/api/router.ts";
import { submitted } from "../../../functions/api/schemas.ts";
import { harness, updatePlan } from "./harness.ts";

type Event = Parameters<ReturnType<typeof handle>>[0];
type Context = Parameters<ReturnType<typeof handle>>[1];

/** Lambda takes so many bytes of an answer, as JSON. */
const LAMBDA_TAKES = 6_291_556;
const NAME = "tool_conflicts.json";

const eventOf = (method: string, path: string, headers: Record<string, string>): Event => ({
  ...{ version: "2.0", routeKey: "$default", rawPath: path, rawQueryString: "", isBase64Encoded: false, body: null },
  headers: { host: "api.example.com", ...headers },
  requestContext: {
    ...{ accountId: "1", apiId: "a", authentication: null, domainName: "api.example.com", domainPrefix: "api" },
    authorizer: { jwt: { claims: { sub: "alice", scope: "read" }, scopes: [] } } as never,
    http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
    ...{ requestId: "r", routeKey: "$default", stage: "$default", time: "31/Jan/2026:12:00:00 +0000", timeEpoch: 0 },
  },
});

const asked = async (router: Pick<Hono, "fetch">, event: Event) => {
  const answer = await inBytes(router)(event, {} as Context);
  const bytes = Buffer.from(answer.body, answer.isBase64Encoded ? "base64" : "utf8");
  return { ...answer, bytes, weight: Buffer.byteLength(JSON.stringify(answer)) };
};

/** The artifact of that content, behind an HTTP API. @returns what an answer to that range is */
const file = async (content: string) => {
  const h = await harness();
  const { execution_id } = submitted.parse(await (await h.post("/executions", { plans: [updatePlan("p")] })).json());
  const artifactFiles = { ...h.deps.artifactFiles, list: async () => [NAME], read: async () => content };
  const router = createRouter({ ...h.deps, artifactFiles }, { identify: identifyByClaims(""), serves: readEndpoints });
  const path = `/executions/${execution_id}/artifacts/${NAME}`;
  return (range?: string, method = "GET") => asked(router, eventOf(method, path, range === undefined ? {} : { range }));
};

afterEach(() => {
  vi.unstubAllEnvs();
});

it("an answer of a deployed function leaves it in base64", async () => {
  const names = [
    "STAGE",
    "HANDLER",
    "TABLE_NAME",
    "BODIES_BUCKET",
    "BUS_NAME",
    "DEFINITION_DIGEST",
    "SIGNING_KEY_ID",
    "AWS_REGION",
  ];
  const settings = { LIVE_ENABLED: "false", LOG_DETAILS: "false", AGENT_REGISTRY: "closed", SCOPE_PREFIX: "" };
  const numbers = { DUPLICATE_WINDOW_FLOOR_HOURS: "1", LARGEST_CLOCK_SKEW_SECONDS: "300" };
  const STATE_MACHINE_ARN = "arn:aws:states:eu-central-1:000000000000:stateMachine:test";
  const env = {
    ...Object.fromEntries(names.map((name) => [name, "test"])),
    ...settings,
    ...numbers,
    STATE_MACHINE_ARN,
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const { handler } = await import("../../../functions/api/read.handler.ts");
  const invocation = {
    ...{ awsRequestId: "r", functionName: "read", functionVersion: "1", memoryLimitInMB: "512" },
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:000000000000:function:read",
  };
  expect(await handler(eventOf("GET", "/livez", {}), invocation)).toMatchObject({
    ...{ statusCode: 200, isBase64Encoded: true },
    body: Buffer.from('{"status":"ok"}').toString("base64"),
  });
});

it("a part of a file has the bytes that its range says, though it begins and ends within a sign", async () => {
  const content = JSON.stringify({ reason: "顧客へ 🙂 zurück" });
  const whole = Buffer.from(content);
  const ask = await file(content);
  for (let from = 0; from < whole.length; from += 1) {
    const { statusCode, headers, bytes } = await ask(`bytes=${from}-${from + 4}`);
    expect([statusCode, bytes.toString("hex")]).toEqual([206, whole.subarray(from, from + 5).toString("hex")]);
    expect(headers?.["content-range"]).toBe(`bytes ${from}-${Math.min(from + 4, whole.length - 1)}/${whole.length}`);
  }
});

it("a file of JSON that is put together of its largest parts is the file, byte for byte", async () => {
  const content = JSON.stringify({ reasons: `xx${"営業担当".repeat(450_000)}` });
  const ask = await file(content);
  const parts: Buffer[] = [];
  for (let got = 0; got < Buffer.byteLength(content); got = Buffer.concat(parts).length) {
    const { statusCode, bytes } = await ask(`bytes=${got}-`);
    expect(statusCode).toBe(206);
    parts.push(bytes);
  }
  expect(Buffer.concat(parts).equals(Buffer.from(content))).toBe(true);
});

it.each(['"', "\\", "\u0001", "é", "顧"])(
  "the largest answer of nothing but %j is no more than Lambda takes, whole and in part",
  async (sign) => {
    const content = sign.repeat(4_194_304 / Buffer.byteLength(sign));
    const ask = await file(content);
    for (const range of [undefined, "bytes=0-"]) {
      const { statusCode, weight, bytes } = await ask(range);
      expect(statusCode).toBe(range === undefined ? 200 : 206);
      expect(weight).toBeLessThan(LAMBDA_TAKES);
      expect(bytes.equals(Buffer.from(content))).toBe(true);
    }
  },
);

it("an answer without a body, one that is compressed and a problem leave as they are", async () => {
  const ask = await file("{}");
  expect(await ask(undefined, "HEAD")).toMatchObject({ statusCode: 200, body: "" });
  const { statusCode, headers, bytes } = await ask("bytes=9-");
  expect([statusCode, headers?.["content-type"]]).toEqual([416, "application/problem+json"]);
  expect(JSON.parse(bytes.toString())).toMatchObject({ type: "urn:buddy:problem:range-not-satisfiable" });
  const made = (body: Uint8Array<ArrayBuffer> | null, init: ResponseInit) =>
    asked({ fetch: () => new Response(body, init) }, eventOf("GET", "/x", {}));
  expect(await made(null, { status: 204 })).toMatchObject({ statusCode: 204, body: "" });
  const compressed = await made(new Uint8Array([0xff, 0]), { headers: { "content-encoding": "br" } });
  expect([...compressed.bytes]).toEqual([0xff, 0]);
});
