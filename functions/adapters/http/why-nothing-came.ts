import { Surprise } from "../../../shared/plan/surprise.ts";
import { UnreadableBody } from "./answer.ts";

/** Nothing was sent, for this reason. */
export class NotSent extends Surprise {
  override readonly name = "NotSent";
}

/** The same, where it will be sent to in a moment. */
export class NotYet extends NotSent {}

/** Answers of real services have a few KB of headers; Node's own limit, said here so that it is ours. */
export const MAX_HEADER_BYTES = 16_384;

/** The code of the network's or the parser's error. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "no reason given";

/** Faults of an answer over a connection that was whole, by the codes of the parser and of the decompression. */
const inItsAnswer = (code: string): string | undefined => {
  if (code === "HPE_HEADER_OVERFLOW") return `its headers have more than ${MAX_HEADER_BYTES} bytes`;
  if (code === "Z_BUF_ERROR") return "its compressed body broke off";
  if (code === "Z_DATA_ERROR" || code.startsWith("ERR__ERROR_FORMAT")) {
    return `its body is not compressed as it says (${code})`;
  }
  return code.startsWith("HPE_") ? `its answer is no HTTP (${code})` : undefined;
};

/** Why a request came to nothing. */
export const wordsOf = (error: unknown): string => {
  if (error instanceof NotSent || error instanceof UnreadableBody) return error.message;
  // The words of others may quote what was sent; their codes do not.
  const code = codeOf(error);
  return inItsAnswer(code) ?? `the connection failed: ${code}`;
};
