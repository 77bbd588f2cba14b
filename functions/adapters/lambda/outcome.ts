import { LambdaServiceException, TooManyRequestsException } from "@aws-sdk/client-lambda";
import type { PushBack } from "../../../shared/execution/call-outcome.ts";
import type { Invocation } from "../../../shared/ports/functions.ts";
import { passingError } from "../http/passing.ts";

type Failed = Exclude<Invocation, { readonly kind: "answered" }>;

/**
 * Errors that Lambda gives before it starts a function, and their meaning for the reader of why a call was not made.
 * Any other may come of a function that was started: one that fails at its files, or when it is woken, is among them.
 */
const NOT_STARTED: { readonly [name: string]: string } = {
  AccessDeniedException: "this rung's role may not invoke it: it does not carry the tag of this stage",
  ResourceNotFoundException: "there is no such function, alias or version",
  TooManyRequestsException: "Lambda has no room for another invocation of it just now",
  RequestTooLargeException: "the call is larger than a function takes",
  SerializedRequestEntityTooLargeException: "the call is larger than a function takes",
  InvalidRequestContentException: "Lambda does not take the call's content",
  InvalidParameterValueException: "Lambda does not take its name or the call's parameters",
  ValidationException: "Lambda does not take its name or the call's parameters",
  UnsupportedMediaTypeException: "Lambda does not take the call's content",
  ModeNotSupportedException: "it cannot be called so that it answers",
  NoPublishedVersionException: "it has no published version",
  ResourceConflictException: "it is being changed just now",
  RecursiveInvocationException: "Lambda stopped a circle of functions that call each other",
  ExpiredTokenException: "this function's own credentials are over",
  UnrecognizedClientException: "this function's own credentials are not known",
  InvalidSignatureException: "this function's own credentials do not fit",
};

/**
 * Lambda has no room, changes the function or wakes it, or fails itself: in a moment that may be over. So may whatever the
 * client leaves to who called.
 */
const CANNOT_NOW = new Set([
  "TooManyRequestsException",
  "ResourceConflictException",
  "ResourceNotReadyException",
  "ServiceException",
]);

/** Names of errors, and codes of sockets, that come before a byte of the request leaves. */
const NEVER_LEFT = new Set(["CredentialsProviderError", "ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);
const TIME_IS_UP = new Set(["AbortError", "TimeoutError"]);
/** The client calls these a TimeoutError as well. */
const BROKE = new Set(["ECONNRESET", "EPIPE"]);

const labels = (cause: unknown): string[] => {
  if (!(cause instanceof Error)) return [];
  return "code" in cause && typeof cause.code === "string" ? [cause.name, cause.code] : [cause.name];
};

/**
 * The result of an invocation whose client threw, in words without accounts, roles or addresses. `left`: the client leaves
 * it to who called to ask again, with what Lambda said of when.
 */
export const failed = (function_name: string, cause: unknown, left: PushBack | undefined): Failed => {
  const [name = "something that is no error", ...codes] = labels(cause);
  const later = left === undefined ? {} : { ...left, passing: true as const };
  if (cause instanceof LambdaServiceException) {
    const words = Object.hasOwn(NOT_STARTED, name) ? NOT_STARTED[name] : undefined;
    const passing = left !== undefined || CANNOT_NOW.has(name) ? { passing: true as const } : {};
    if (words === undefined) return { ...lost(`${function_name}: Lambda answered ${name}`), ...later, ...passing };
    const again = passing.passing ? { again_in_seconds: secondsIn(cause) } : {};
    return { kind: "not_sent", error: `${function_name} was not called: ${words}`, ...again, ...later, ...passing };
  }
  if ([name, ...codes].some((label) => NEVER_LEFT.has(label))) {
    const error = `${function_name} was not called: Lambda was not reached (${codes[0] ?? name})`;
    return { kind: "not_sent", error, ...passingError(cause) };
  }
  if (TIME_IS_UP.has(name) && !codes.some((code) => BROKE.has(code))) {
    return { kind: "no_answer", error: `${function_name} gave no answer in time`, timed_out: true };
  }
  const error = `the connection to ${function_name} broke before its answer (${codes[0] ?? name})`;
  return { ...lost(error), ...later, ...passingError(cause) };
};

const lost = (error: string): Extract<Failed, { kind: "no_answer" }> => ({
  kind: "no_answer",
  error,
  timed_out: false,
});

/** After how long Lambda says that it has room; at once, after pauses that grow, where it does not say. */
const secondsIn = (cause: LambdaServiceException): number => {
  const seconds = cause instanceof TooManyRequestsException ? Number(cause.retryAfterSeconds) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : 0;
};
