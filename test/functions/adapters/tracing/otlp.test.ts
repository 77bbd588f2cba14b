import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { noTracing } from "../../../../functions/adapters/tracing/none.ts";
import { otlpTracing } from "../../../../functions/adapters/tracing/otlp.ts";
import { tracingOf } from "../../../../functions/adapters/tracing/tracing-of.ts";
import { rollBackExecution } from "../../../../functions/api/act/roll-back-execution.ts";
import { submitPlans } from "../../../../functions/api/submit/submit-plans.ts";
import { deployed } from "../../../../functions/aws/log.ts";
import { awsTracing } from "../../../../functions/aws/tracing.ts";
import type { TracedCall, Tracing } from "../../../../shared/ports/tracing.ts";
import { startCrm } from "../../../counterparts/crm.ts";
import { approve, must } from "../../../harness/people.ts";
import { call, plan } from "../../../harness/plans.ts";
import { inMemory } from "../../../harness/stores.ts";
import { startWorld } from "../../../harness/world.ts";
import { crmWayOut, setFields } from "../../tools/http/crm-tools.ts";

const value = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.number(), z.string()]).optional(),
  arrayValue: z.object({ values: z.array(z.object({ stringValue: z.string() })).optional() }).optional(),
});
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string(),
  name: z.string(),
  attributes: z.array(z.object({ key: z.string(), value })),
  status: z.object({ code: z.number().optional() }),
});
const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.object({ key: z.string(), value })) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

/** The body that a collector is sent, as OTLP/HTTP has it. */
const received: { readonly path: string; readonly text: string }[] = [];
let collector: Server;
let endpoint: string;

beforeAll(async () => {
  collector = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      received.push({ path: request.url ?? "", text: Buffer.concat(parts).toString() });
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  const address = collector.address();
  endpoint = `http://127.0.0.1:${typeof address === "object" ? (address satisfies AddressInfo | null)?.port : 0}`;
});
afterAll(() => new Promise((resolve) => collector.close(resolve)));
beforeEach(() => {
  received.length = 0;
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
});

const spans = () =>
  received
    .flatMap(({ text }) => exported.parse(JSON.parse(text)).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
    .map(({ attributes, ...rest }) => ({
      ...rest,
      said: Object.fromEntries(
        attributes.map(({ key, value: { stringValue, intValue, arrayValue } }) => [
          key,
          stringValue ?? intValue ?? arrayValue?.values?.map((each) => each.stringValue) ?? [],
        ]),
      ),
    }));

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const crm = await startCrm({});
afterAll(() => crm.stop());

const start = (tracing: Tracing, stores = inMemory(), resumed = false) =>
  startWorld({
    tracing,
    stores,
    resumed,
    out: crmWayOut(crm),
    policy: { allowed_hosts: [crm.host] },
    contracts: [setFields(crm)],
  });

const submitted = async (world: Awaited<ReturnType<typeof start>>, traceparent: string | undefined) => {
  crm.contacts.set("c1", { stage: "new", note: null });
  crm.requests.length = 0;
  const body = { plans: [plan("p1", [call("s1", "crm_set_fields", { contact_id: "c1", stage: "unmistakable" })])] };
  const text = JSON.stringify(body);
  const asked = { text, body, submitter: "sam", idempotency_key: undefined, traceparent };
  const reply = must(await submitPlans(world.deps)(asked));
  await world.settle();
  return reply.submitted.execution_id;
};

describe("the spans of tool calls", () => {
  it("spans of calls belong to the request's trace, through a wait of hours and in another process, with the decision", async () => {
    const stores = inMemory();
    const first = otlpTracing();
    const before = await start(first, stores);
    const id = await submitted(before, `00-${TRACE}-${PARENT}-01`);
    await before.pass(5 * 3_600);
    await first.stop();
    await before.workflow.stop();

    const second = otlpTracing();
    const after = await start(second, stores, true);
    await approve(after, id, "s1");
    await rollBackExecution(after.deps)(id, { by: "olga", reason: "wrong customer" }, null);
    await after.rest();
    await second.stop();

    expect(new Set(received.map(({ path }) => path))).toEqual(new Set(["/v1/traces"]));
    expect(spans().map(({ name }) => name)).toContain("execute_tool crm_set_fields");
    expect(new Set(spans().map(({ traceId, parentSpanId }) => `${traceId} ${parentSpanId}`))).toEqual(
      new Set([`${TRACE} ${PARENT}`]),
    );
    const [preview] = spans().filter(({ said }) => said["buddy.state"] === "DRY_RUN");
    expect(preview?.said).toMatchObject({ "buddy.step_id": "s1", "buddy.approved_by": [] });
    const live = spans().filter(({ said }) => said["buddy.state"] === "LIVE");
    expect(live.map(({ said }) => [said["buddy.side"], said["buddy.ledger_status"]])).toEqual([
      ["forward", "COMMITTED"],
      ["compensation", "COMMITTED"],
    ]);
    expect(live[0]?.said).toMatchObject({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "crm_set_fields",
      "gen_ai.agent.id": "a1",
      "buddy.execution_id": id,
      "buddy.approved_by": ["ann"],
      "buddy.preview_digest": expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const put = crm.requests.find(({ method }) => method === "PUT");
    expect(put?.headers.traceparent).toBe(`00-${TRACE}-${live[0]?.spanId}-01`);
    expect(received.map(({ text }) => text).join()).not.toContain("unmistakable");
  });

  it("spans of tool calls say of a call that was refused what the ledger says", async () => {
    const tracing = otlpTracing();
    const world = await start(tracing);
    const id = await submitted(world, undefined);
    crm.misbehaveOn("PUT", "refuse");
    await approve(world, id, "s1");
    await world.rest();
    await tracing.stop();
    const live = spans().filter(({ said }) => said["buddy.state"] === "LIVE");
    expect(live[0]?.said).toMatchObject({ "buddy.ledger_status": "REJECTED", "error.type": "rejected" });
    expect(live[0]?.status.code).toBe(2);
    expect(new Set(spans().map(({ traceId }) => traceId)).size).toBe(1);
  });

  it("spans of tool calls are lost where no collector answers, and the call is made all the same", async () => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    // It tries again until then: ten seconds unless it is told otherwise.
    vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "500");
    const tracing = otlpTracing();
    const world = await start(tracing);
    const id = await submitted(world, undefined);
    await approve(world, id, "s1");
    expect((await world.deps.executions.get(id))?.status).toBe("SUCCEEDED");
    await tracing.stop().catch(() => {});
    expect(received).toEqual([]);
  });
});

describe("a function that is frozen once it has answered", () => {
  const invocation = {
    ...{ awsRequestId: "r1", functionName: "live", functionVersion: "1", memoryLimitInMB: "1024" },
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:000000000000:function:live",
  };
  const traced: TracedCall = {
    ...{ parent: `00-${TRACE}-${PARENT}-01`, traceparent: `00-${TRACE}-${PARENT}-01`, tool_name: "crm_set_fields" },
    ...{ agent_id: "a1", execution_id: "e1", step_id: "s1", mode: "LIVE", side: "forward", risk_level: "MEDIUM" },
    ...{ contract_version: 1, approved_by: ["ann"], preview_digest: null },
  };
  /** Lines of its log, each as it was written. */
  const lines: string[] = [];
  const invoked = async (does: "answers" | "fails") => {
    lines.length = 0;
    const collect = (chunk: unknown): boolean => lines.push(String(chunk)) > 0;
    const streams = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
    for (const stream of streams) stream.mockImplementation(collect);
    const tracing = awsTracing({ STAGE: "test", HANDLER: "live", LOG_DETAILS: false });
    const useCase = () => async () => {
      await tracing.call(
        traced,
        async () => "made",
        () => ({ ledger_status: "COMMITTED", error_type: null }),
      );
      if (does === "fails") throw new Error("afterwards");
      return "answered";
    };
    const env = { STAGE: "test", HANDLER: "Live", LOG_DETAILS: false };
    try {
      return await deployed(env, {}, useCase, tracing)({}, invocation);
    } finally {
      for (const stream of streams) stream.mockRestore();
    }
  };

  it("a function that is frozen once it has answered has sent its spans by then, whether it answers or fails", async () => {
    expect(await invoked("answers")).toBe("answered");
    expect(spans()).toMatchObject([{ name: "execute_tool crm_set_fields", traceId: TRACE, parentSpanId: PARENT }]);
    await expect(invoked("fails")).rejects.toThrow();
    expect(spans()).toHaveLength(2);
  });

  it("a function answers all the same where its collector does not, and says in its log that spans are lost", async () => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "200");
    expect(await invoked("answers")).toBe("answered");
    expect(lines.join()).toContain("spans of this invocation are lost");
  });

  it("a function answers as well where its collector takes the request and is never heard of again", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : 0;
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `http://127.0.0.1:${port}`);
    vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "200");
    try {
      expect(await invoked("answers")).toBe("answered");
      expect(lines.join()).toContain("spans of this invocation are lost");
    } finally {
      silent.closeAllConnections();
      await new Promise((resolve) => silent.close(resolve));
    }
  });
});

describe("tracing that nobody asked for", () => {
  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: " " },
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_SDK_DISABLED: "true" },
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_TRACES_EXPORTER: "none" },
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_TRACES_EXPORTER: "console, zipkin" },
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_TRACES_EXPORTER: "otlp,none" },
    { OTEL_EXPORTER_OTLP_ENDPOINT: "", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "" },
  ])("tracing that nobody asked for is none: %j", async (variables) => {
    expect(await tracingOf(variables, () => {})).toBe(noTracing);
  });

  it.each([
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "" },
    { OTEL_TRACES_EXPORTER: "" },
    { OTEL_SDK_DISABLED: "" },
    { OTEL_TRACES_EXPORTER: "otlp" },
    { OTEL_TRACES_EXPORTER: "console, otlp" },
    { OTEL_EXPORTER_OTLP_ENDPOINT: "", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:4318/v1/traces" },
  ])(
    "tracing is asked for where other variables are empty, as a file of them leaves those that have no value: %j",
    async (more) => {
      const tracing = await tracingOf({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", ...more }, () => {});
      expect(tracing).not.toBe(noTracing);
      await tracing.stop();
    },
  );

  it.each([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, "OTEL_EXPORTER_OTLP_PROTOCOL is grpc"],
    [
      { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "grpc", OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" },
      "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is grpc",
    ],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "" }, undefined],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" }, undefined],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json" }, undefined],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_SDK_DISABLED: "true" }, undefined],
  ])(
    "a protocol of spans that is not spoken here is named at the start, and Buddy goes on: %j",
    async (more, words) => {
      const told: string[] = [];
      const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4317", ...more };
      const tracing = await tracingOf(variables, (each) => told.push(each));
      expect(told).toEqual(words === undefined ? [] : [expect.stringContaining(`${words}, which is not spoken here`)]);
      await tracing.stop();
    },
  );

  it("tracing that nobody asked for passes trace context on all the same", async () => {
    const world = await start(noTracing);
    const id = await submitted(world, `00-${TRACE}-${PARENT}-01`);
    await approve(world, id, "s1");
    expect(received).toEqual([]);
    const put = crm.requests.find(({ method }) => method === "PUT");
    expect(put?.headers.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  });
});
