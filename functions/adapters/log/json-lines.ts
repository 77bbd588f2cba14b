import type { Log, LogFields } from "../../../shared/ports/log.ts";
import { causeFields } from "./cause.ts";

type Level = "info" | "warn" | "error";
const RANK: Record<Level, number> = { info: 0, warn: 1, error: 2 };

export type JsonLinesOptions = {
  /** Lines below it are not written. */
  readonly least: Level;
  readonly write: (line: string) => void;
  /** Whether errors are written with their words: see the port. */
  readonly details?: boolean;
};

/** Lines of JSON with the names that the deployed functions give them, for one machine. */
export const jsonLines = (options: JsonLinesOptions, own: LogFields = {}): Log => {
  const { least, write, details: in_words = false } = options;
  const at =
    (level: Level) =>
    (message: string, fields: LogFields = {}, cause?: unknown): void => {
      if (RANK[level] < RANK[least]) return;
      const base = { level: level.toUpperCase(), message, timestamp: new Date().toISOString() };
      write(`${JSON.stringify({ ...base, ...own, ...fields, ...causeFields(cause, { in_words }), ...base })}\n`);
    };
  return {
    with: (fields) => jsonLines(options, { ...own, ...fields }),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
  };
};
