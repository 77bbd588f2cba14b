import { SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, expect, it, vi } from "vitest";
import { z } from "zod";
import { stepFunctionsWorkflow } from "../../../functions/adapters/step-functions/workflow.ts";

const TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

afterEach(() => vi.unstubAllEnvs());

/** The request that the SDK would send: nothing goes over the wire. */
const sent = async (): Promise<Record<string, string>> => {
  const client = new SFNClient({ region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  const headers: Record<string, string>[] = [];
  client.middlewareStack.add(
    () => async (args) => {
      headers.push(z.object({ headers: z.record(z.string(), z.string()) }).parse(args.request).headers);
      return { response: {}, output: { $metadata: {} } };
    },
    { step: "finalizeRequest", priority: "low" },
  );
  await stepFunctionsWorkflow(client, "arn:aws:states:eu-central-1:000000000000:stateMachine:m").start("e1-1", {
    execution_id: "e1",
    history: 1,
    correlation_id: "c1",
  });
  return headers[0] ?? {};
};

it("a run that a traced function starts belongs to the function's trace", async () => {
  vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "buddy-test-submit");
  vi.stubEnv("_X_AMZN_TRACE_ID", TRACE);
  expect((await sent())["X-Amzn-Trace-Id"]).toBe(TRACE);
});

it("what is started outside of Lambda belongs to no trace", async () => {
  expect(await sent()).not.toHaveProperty("X-Amzn-Trace-Id");
});
