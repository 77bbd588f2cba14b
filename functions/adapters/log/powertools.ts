import type { Logger } from "@aws-lambda-powertools/logger";
import type { Log, LogFields } from "../../../shared/ports/log.ts";
import { causeFields } from "./cause.ts";

/**
 * Lines as Powertools writes them: with the function, its request, the trace and whether it was a cold start. Fields are
 * handed over line by line rather than appended to the logger: what belongs to one invocation cannot stay for the next.
 */
export const powertoolsLog = (logger: Logger, options: { readonly details: boolean }, own: LogFields = {}): Log => {
  const at =
    (level: "info" | "warn" | "error") =>
    (message: string, fields: LogFields = {}, cause?: unknown): void =>
      logger[level](message, { ...own, ...fields, ...causeFields(cause, { in_words: options.details }) });
  return {
    with: (fields) => powertoolsLog(logger, options, { ...own, ...fields }),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
  };
};
