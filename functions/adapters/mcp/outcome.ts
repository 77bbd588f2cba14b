import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from "@modelcontextprotocol/client";
import type { Passing } from "../../../shared/execution/call-outcome.ts";
import { cutText, thrownText } from "../../../shared/plan/cut-text.ts";
import type { McpAnswer } from "../../../shared/ports/mcp.ts";
import { passingError, passingStatus } from "../http/passing.ts";
import { NotSent, NotYet } from "../http/why-nothing-came.ts";

/**
 * Statuses with which a server's endpoint answers before any tool: who calls is not known (401), there is no such
 * endpoint or session (404), it is not called so (405, 406, 415), too large (413), too often (429). The result of a
 * tool is in the body of a 200; a 400 may carry an error of the tool itself.
 */
const BEFORE_ANY_TOOL = [401, 404, 405, 406, 413, 415, 429];

/** Of JSON-RPC's codes the one that nothing but a missing method has: a tool's own code may be any other. */
const METHOD_NOT_FOUND = -32_601;

/** From here on a status says that the endpoint itself failed. */
const FAILED_ITSELF = 500;

/** The outcome of a call that an error of the library tells. `sent`: something of it had left. */
export const outcomeOf = (error: unknown, sent: boolean, lastWords: string): McpAnswer => {
  if (!sent) return { kind: "not_sent", error: error instanceof NotSent ? error.message : inWords(error) + lastWords };
  if (error instanceof ProtocolError) {
    const words = `the server answered with error ${error.code}: ${cutText(error.message)}`;
    return { kind: error.code === METHOD_NOT_FOUND ? "refused" : "failed", error: words };
  }
  if (error instanceof SdkHttpError && error.status !== undefined) {
    const words = `its endpoint answered ${error.status}`;
    if (BEFORE_ANY_TOOL.includes(error.status)) return { kind: "refused", error: words };
    const answered = error.status < FAILED_ITSELF ? { answered: true as const } : {};
    return { kind: "unknown", error: words, timed_out: false, ...answered };
  }
  const timed_out = error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout;
  return { kind: "unknown", error: timed_out ? "no answer came in time" : inWords(error) + lastWords, timed_out };
};

/** Whether the server does not take the credentials that it was asked with. */
export const isUnauthorized = (error: unknown): boolean => error instanceof SdkHttpError && error.status === 401;

/** Whether what a call of a server met may be over in a moment. */
export const passingIn = (error: unknown): Passing => {
  if (error instanceof SdkHttpError) return passingStatus(error.status);
  const ended = error instanceof SdkError && ENDED.includes(error.code);
  return ended ? { passing: true } : passingError(error);
};

/**
 * The same of a question that changes nothing, such as for its tools: there anything that is no answer of the server's
 * protocol passes as well. Somebody in front of it shows a page, asks who comes or sends elsewhere, or it has forgotten
 * who asks. A question that the server itself refuses, or whose answer is too large or took all the time, would end so once more.
 */
export const passingQuestion = (error: unknown): Passing => {
  if (error instanceof SdkError && error.code === SdkErrorCode.EraNegotiationFailed && error.cause instanceof Error)
    return passingQuestion(error.cause);
  const unreadable = error instanceof Error && UNREADABLE.has(error.name);
  const another = error instanceof SdkHttpError || (error instanceof SdkError && NOT_ITS_ANSWER.includes(error.code));
  return unreadable || another || error instanceof NotYet ? { passing: true } : passingIn(error);
};

const NOT_ITS_ANSWER: readonly SdkErrorCode[] = [
  SdkErrorCode.ClientHttpUnexpectedContent,
  SdkErrorCode.EraNegotiationFailed,
  SdkErrorCode.InvalidResult,
];

/** The connection, and not an answer over it. */
const ENDED: readonly SdkErrorCode[] = [SdkErrorCode.ConnectionClosed, SdkErrorCode.NotConnected];

const NOT_AS_THE_PROTOCOL_SAYS = "its answer is not as the protocol says";

/** Errors of whoever takes a message apart: no JSON, JSON too deep to be read, or of another form than any message. */
const UNREADABLE = new Set(["SyntaxError", "RangeError", "ZodError", "$ZodError"]);

/** Why a server cannot be listed or spoken to, without what was sent. */
export const inWords = (error: unknown): string => {
  if (error instanceof SdkHttpError && error.status !== undefined) return `its endpoint answered ${error.status}`;
  if (error instanceof SdkError) {
    switch (error.code) {
      case SdkErrorCode.RequestTimeout:
        return "no answer came in time";
      case SdkErrorCode.ConnectionClosed:
      case SdkErrorCode.NotConnected:
        return "the connection ended";
      case SdkErrorCode.InvalidResult:
        return NOT_AS_THE_PROTOCOL_SAYS;
      case SdkErrorCode.UnsupportedResultType:
        return "the tool asks for something in the middle of a call, which nobody answers";
      case SdkErrorCode.EraNegotiationFailed:
        return error.cause instanceof Error ? inWords(error.cause) : NOT_AS_THE_PROTOCOL_SAYS;
      default:
        return cutText(error.message);
    }
  }
  if (error instanceof Error && UNREADABLE.has(error.name)) return NOT_AS_THE_PROTOCOL_SAYS;
  if (error instanceof Error && "code" in error && typeof error.code === "string") return `it failed: ${error.code}`;
  return thrownText(error);
};
