/**
 * The fields of a line beside its message: ids, counts, and words of our own. Arguments and outputs have no place in
 * it.
 */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Structured lines. An error is named and located by every adapter, with the words that it has for a log; its own words,
 * which may quote what a tool was given or what it answered, are written only where the deployment asks for them.
 */
export interface Log {
  /** The same log, whose every line carries these fields as well. */
  with(fields: LogFields): Log;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** @param cause what was thrown, or the words in which an engine passed it on */
  error(message: string, fields?: LogFields, cause?: unknown): void;
}
