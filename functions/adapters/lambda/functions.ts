import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { z } from "zod";
import type { PushBack } from "../../../shared/execution/call-outcome.ts";
import type { Functions, Invocation } from "../../../shared/ports/functions.ts";
import { failed } from "./outcome.ts";

/** Lambda's own limit for an invocation that is waited for. */
const MAX_PAYLOAD_BYTES = 6_291_456;
/** As of any service that tools call. */
const MAX_ANSWER_BYTES = 1_048_576;

/** The report of a runtime about a function that failed, as far as one is shown: the name of a kind of error, and no text. */
const report = z.object({ errorType: z.string().regex(/^[A-Za-z][\w.$]{0,99}$/) });

/**
 * Functions of this account. To be imported when one is asked for: of the SDK's client then only what asks is loaded.
 * `attempts`: how often the client itself asks, where Lambda or the network fails. Where Lambda says to come later, the
 * client asks no more: it would wait within the time of the tool, and what Lambda said were forgotten with that time.
 * Whatever it leaves so, the caller is told of as passing: else nobody would ask again.
 */
export const functionsOfAws = (attempts: number): Functions => {
  const client = new LambdaClient({ maxAttempts: attempts });
  const left = new WeakMap<object, PushBack>();
  const ofTheClient = client.config.retryStrategy;
  client.config.retryStrategy = async () =>
    leavingToCaller(await ofTheClient(), (failure, later) => left.set(failure, later));
  return lambdaFunctions(client, (failure) => left.get(failure));
};

type Strategy = Awaited<ReturnType<LambdaClient["config"]["retryStrategy"]>>;

const leavingToCaller = (own: Strategy, leave: (failure: object, later: PushBack) => void): Strategy =>
  "refreshRetryTokenForRetry" in own
    ? {
        acquireInitialRetryToken: (scope) => own.acquireInitialRetryToken(scope),
        refreshRetryTokenForRetry: async (token, failure) => {
          const { error, errorType, retryAfterHint } = failure;
          if (errorType !== "THROTTLING" && retryAfterHint === undefined) {
            return own.refreshRetryTokenForRetry(token, failure);
          }
          if (error instanceof Error) leave(error, pushBackUntil(retryAfterHint));
          // The client answers with the failure itself, whatever is thrown here.
          throw error;
        },
        recordSuccess: (token) => own.recordSuccess(token),
      }
    : own;

/** Whole seconds: the moment was made of seconds just now, and some of the first has passed. */
const pushBackUntil = (moment: Date | undefined): PushBack =>
  moment === undefined ? {} : { again_in_seconds: Math.max(0, Math.ceil((moment.getTime() - Date.now()) / 1_000)) };

/**
 * `client`: makes one attempt where a second would be a second call. `leftToCaller`: of a failure that the client would
 * not ask again after, though it may pass, what Lambda said of when to come.
 */
export const lambdaFunctions = (
  client: LambdaClient,
  leftToCaller: (failure: object) => PushBack | undefined = () => undefined,
): Functions => ({
  invoke: async (FunctionName, payload, { signal, timeout_ms }) => {
    const bytes = Buffer.byteLength(payload);
    if (bytes > MAX_PAYLOAD_BYTES) {
      const error = `${FunctionName} was not called: the call has ${bytes} bytes; a function takes ${MAX_PAYLOAD_BYTES} at most`;
      return { kind: "not_sent", error };
    }
    const command = new InvokeCommand({
      FunctionName,
      InvocationType: "RequestResponse",
      Payload: Buffer.from(payload),
    });
    const timeIsUp = AbortSignal.timeout(timeout_ms);
    const abortSignal = signal === undefined ? timeIsUp : AbortSignal.any([signal, timeIsUp]);
    try {
      const { FunctionError, Payload = new Uint8Array() } = await client.send(command, { abortSignal });
      return answerOf(FunctionName, Payload, FunctionError);
    } catch (cause) {
      return failed(FunctionName, cause, cause instanceof Error ? leftToCaller(cause) : undefined);
    }
  },
});

const answerOf = (name: string, payload: Uint8Array, failure: string | undefined): Invocation => {
  const none = (error: string): Invocation => ({ kind: "no_answer", error, timed_out: false });
  if (payload.byteLength > MAX_ANSWER_BYTES) {
    return none(`${name} answered with ${payload.byteLength} bytes; ${MAX_ANSWER_BYTES} are read at most`);
  }
  const text = Buffer.from(payload).toString("utf8");
  return failure === undefined
    ? { kind: "answered", payload: text }
    : none(`${name} failed before it answered${typeIn(text)}`);
};

/** ` (Sandbox.Timedout)`: the kind of error alone; its text is the function's, and may hold anything. */
const typeIn = (text: string): string => {
  try {
    const told = report.safeParse(JSON.parse(text));
    return told.success ? ` (${told.data.errorType})` : "";
  } catch {
    return "";
  }
};
