import { causeFields } from "../../functions/adapters/log/cause.ts";
import type { Log, LogFields } from "../../shared/ports/log.ts";

export type LoggedLine = { readonly level: string; readonly message: string; readonly fields: LogFields };

/** A log that a test can look at, errors with their words: those of one machine's developer. */
export const collectingLog = (lines: LoggedLine[], own: LogFields = {}): Log => {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}, cause?: unknown): void =>
      void lines.push({ level, message, fields: { ...own, ...fields, ...causeFields(cause, { in_words: true }) } });
  return {
    with: (fields) => collectingLog(lines, { ...own, ...fields }),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
  };
};
