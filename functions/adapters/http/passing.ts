import type { Passing } from "../../../shared/execution/call-outcome.ts";

/** Codes of a name that is not resolved, and of a connection that does not come about or breaks. One whose certificate is refused has others. */
const OF_A_MOMENT = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** Too many requests, and what servers and those in front of them answer while they cannot. */
const CANNOT_NOW: ReadonlySet<number | undefined> = new Set([429, 502, 503, 504]);

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** Whether what a request met may be over in a moment. */
export const passingError = (error: unknown): Passing => {
  const codes = [codeOf(error), error instanceof Error ? codeOf(error.cause) : undefined];
  return codes.some((code) => code !== undefined && OF_A_MOMENT.has(code)) ? { passing: true } : {};
};

/** Whether a server that answered with this status may answer otherwise in a moment. */
export const passingStatus = (status: number | undefined): Passing => (CANNOT_NOW.has(status) ? { passing: true } : {});
