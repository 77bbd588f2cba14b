import { InvokeCommand, LambdaClient, LambdaServiceException, TooManyRequestsException } from "@aws-sdk/client-lambda";
import { beforeEach, describe, expect, it } from "vitest";
import { lambdaFunctions } from "../../../../functions/adapters/lambda/functions.ts";
import { actingFunctions, functionsBeside } from "../../../../functions/aws/functions-of-the-team.ts";
import { mockedClient } from "../../../harness/mocked-client.ts";

const lambda = mockedClient(LambdaClient);
beforeEach(() => {
  lambda.reset();
});

const functions = lambdaFunctions(new LambdaClient({ region: "eu-central-1" }));
const invoke = (payload = "{}", timeout_ms = 5_000, signal?: AbortSignal) =>
  functions.invoke("crm-notes:live", payload, { timeout_ms, signal });

/** Lambda's answer for a function that returned the text, or failed with it. */
const returned = (text: string) => ({ StatusCode: 200, Payload: Buffer.from(text) });
const failing = (text: string) => ({ ...returned(text), FunctionError: "Unhandled" });

const refused = (name: string, $fault: "client" | "server" = "client") =>
  new LambdaServiceException({
    name,
    $fault,
    $metadata: {},
    message: "arn:aws:sts::123456789012:assumed-role/Live is not authorized",
  });
const broken = (name: string, code?: string) => Object.assign(new Error("10.0.0.7"), { name, ...(code && { code }) });

describe("an invocation of a function", () => {
  it("an invocation waits for the answer and gives it as it came", async () => {
    lambda.on(InvokeCommand).callsFake(() => returned('{"outcome":"committed"}'));
    expect(await invoke('{"rung":"call"}')).toEqual({ kind: "answered", payload: '{"outcome":"committed"}' });
    const sent = lambda.commandCalls(InvokeCommand).map(({ args: [{ input }] }) => input);
    expect(sent).toEqual([
      {
        FunctionName: "crm-notes:live",
        InvocationType: "RequestResponse",
        Payload: Buffer.from('{"rung":"call"}'),
      },
    ]);
  });

  it("an invocation of a function that failed in the function is of unknown outcome, and tells the kind of failure and not its text", async () => {
    lambda.on(InvokeCommand).callsFake(() => failing('{"errorType":"Sandbox.Timedout","errorMessage":"key sk-123"}'));
    expect(await invoke()).toEqual({
      kind: "no_answer",
      error: "crm-notes:live failed before it answered (Sandbox.Timedout)",
      timed_out: false,
    });
    lambda.on(InvokeCommand).callsFake(() => failing("out of memory"));
    expect(await invoke()).toMatchObject({ error: "crm-notes:live failed before it answered" });
    for (const errorType of ["the key is sk-123", "x".repeat(101), "\u0007", 7, null]) {
      lambda.on(InvokeCommand).callsFake(() => failing(JSON.stringify({ errorType })));
      expect(await invoke()).toMatchObject({ error: "crm-notes:live failed before it answered" });
    }
    lambda.on(InvokeCommand).callsFake(() => ({ StatusCode: 200, FunctionError: "Unhandled" }));
    expect(await invoke()).toMatchObject({ kind: "no_answer", error: "crm-notes:live failed before it answered" });
  });

  it.each([
    ["AccessDeniedException", "this rung's role may not invoke it: it does not carry the tag of this stage"],
    ["ResourceNotFoundException", "there is no such function, alias or version"],
    ["InvalidParameterValueException", "Lambda does not take its name or the call's parameters"],
    ["NoPublishedVersionException", "it has no published version"],
    ["RequestTooLargeException", "the call is larger than a function takes"],
    ["ExpiredTokenException", "this function's own credentials are over"],
  ])("an invocation was not sent where Lambda answers %s, in words that name no account", async (name, words) => {
    lambda.on(InvokeCommand).rejects(refused(name));
    expect(await invoke()).toEqual({ kind: "not_sent", error: `crm-notes:live was not called: ${words}` });
  });

  it("an invocation was not sent where Lambda has no room, and says when to come again if Lambda does", async () => {
    const throttled = (retryAfterSeconds?: string) =>
      new TooManyRequestsException({
        $metadata: {},
        message: "Rate exceeded",
        ...(retryAfterSeconds && { retryAfterSeconds }),
      });
    const error = "crm-notes:live was not called: Lambda has no room for another invocation of it just now";
    lambda.on(InvokeCommand).rejects(throttled("3"));
    expect(await invoke()).toEqual({ kind: "not_sent", error, again_in_seconds: 3, passing: true });
    for (const odd of [undefined, "soon", "-1"]) {
      lambda.on(InvokeCommand).rejects(throttled(odd));
      expect(await invoke()).toEqual({ kind: "not_sent", error, again_in_seconds: 0, passing: true });
    }
    lambda.on(InvokeCommand).rejects(refused("ResourceConflictException"));
    expect(await invoke()).toMatchObject({ kind: "not_sent", again_in_seconds: 0, passing: true });
  });

  it.each([
    ["ServiceException", { passing: true }],
    ["ResourceNotReadyException", { passing: true }],
    ["EFSIOException", {}],
    ["SnapStartException", {}],
    ["InternalFailure", {}],
  ])(
    "an invocation is of unknown outcome where Lambda answers %s: the function may have been started",
    async (name, passing) => {
      lambda.on(InvokeCommand).rejects(refused(name, "server"));
      expect(await invoke()).toEqual({
        kind: "no_answer",
        error: `crm-notes:live: Lambda answered ${name}`,
        timed_out: false,
        ...passing,
      });
    },
  );

  it.each([
    ["Error", "ECONNREFUSED", { passing: true }],
    ["Error", "ENOTFOUND", { passing: true }],
    ["CredentialsProviderError", undefined, {}],
  ])("an invocation was not sent where Lambda was not reached (%s, %s)", async (name, code, passing) => {
    lambda.on(InvokeCommand).rejects(broken(name, code));
    expect(await invoke()).toEqual({
      kind: "not_sent",
      error: `crm-notes:live was not called: Lambda was not reached (${code ?? name})`,
      ...passing,
    });
  });

  it("an invocation is of unknown outcome where the connection broke, or its time was over", async () => {
    const lost = "the connection to crm-notes:live broke before its answer (ECONNRESET)";
    for (const name of ["Error", "TimeoutError"]) {
      lambda.on(InvokeCommand).rejects(broken(name, "ECONNRESET"));
      expect(await invoke()).toEqual({ kind: "no_answer", error: lost, timed_out: false, passing: true });
    }
    for (const name of ["TimeoutError", "AbortError"]) {
      lambda.on(InvokeCommand).rejects(broken(name));
      const late = "crm-notes:live gave no answer in time";
      expect(await invoke()).toEqual({ kind: "no_answer", error: late, timed_out: true });
    }
  });

  it("an invocation that was only taken to be made later is an answer without a word in it", async () => {
    lambda.on(InvokeCommand).callsFake(() => ({ StatusCode: 202 }));
    expect(await invoke()).toEqual({ kind: "answered", payload: "" });
  });

  it("an invocation is stopped when the caller stops it", async () => {
    lambda.on(InvokeCommand).callsFake(() => returned("{}"));
    const stop = new AbortController();
    await invoke("{}", 60_000, stop.signal);
    const [options] = lambda.send.firstCall.args.slice(1);
    expect(options).toMatchObject({ abortSignal: { aborted: false } });
    stop.abort();
    expect(options).toMatchObject({ abortSignal: { aborted: true } });
  });

  it("an invocation of more than 6 MB is not sent, and the answer to one over 1 MiB is not read", async () => {
    lambda.on(InvokeCommand).callsFake(() => returned("x".repeat(1_048_577)));
    expect(await invoke("x".repeat(6_291_457))).toEqual({
      kind: "not_sent",
      error: "crm-notes:live was not called: the call has 6291457 bytes; a function takes 6291456 at most",
    });
    expect(lambda.commandCalls(InvokeCommand)).toEqual([]);
    expect(await invoke("x".repeat(6_291_456))).toEqual({
      kind: "no_answer",
      error: "crm-notes:live answered with 1048577 bytes; 1048576 are read at most",
      timed_out: false,
    });
  });
});

describe("functions of the team, in a deployment", () => {
  it("functions of the team are asked once for a call that acts, and as often as the client likes for one that reads", async () => {
    lambda.on(InvokeCommand).callsFake(() => returned("{}"));
    const { reads, acts } = actingFunctions();
    const attempts = [];
    for (const asked of [acts, reads]) {
      await asked.invoke("crm-notes", "{}", { timeout_ms: 5_000 });
      attempts.push(await lambda.send.lastCall.thisValue.config.maxAttempts());
    }
    expect(attempts).toEqual([1, 3]);
  });

  it("functions of the team are those of a deployment's own account and region", () => {
    expect(functionsBeside("arn:aws-cn:states:cn-north-1:123456789012:stateMachine:buddy")).toBe(
      "arn:aws-cn:lambda:cn-north-1:123456789012:function:",
    );
  });
});
