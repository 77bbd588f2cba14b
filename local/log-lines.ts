import { fstatSync, writeSync } from "node:fs";

/** The parts of a machine that a log goes to. */
export type LogPlace = {
  /** Whether it is a file; else a terminal, or a pipe to another program. */
  readonly isFile: boolean;
  /** Writes to the file at once. @returns how many bytes found room @throws where the disk refuses it */
  readonly append: (bytes: Uint8Array) => number;
  /** Writes to a terminal or a pipe. */
  readonly send: (line: string) => void;
};

const STDERR = 2;

const isFile = (): boolean => {
  try {
    return fstatSync(STDERR).isFile();
  } catch {
    // The stream was closed before the process began: there is nothing to write to.
    return false;
  }
};

const ownStderr = (): LogPlace => ({
  isFile: isFile(),
  append: (bytes) => writeSync(STDERR, bytes),
  send: (line) => {
    process.stderr.write(line);
  },
});

/**
 * Writes lines of a server's log to stderr, and lets none of them end it. A file on a full disk is tried anew with each
 * line, which a stream that failed once would not be; the first line that has room again says how many were lost. A
 * reader that has gone away does not come back.
 */
export const logLines = ({ isFile: toFile, append, send }: LogPlace = ownStderr()): ((line: string) => void) => {
  // A stream tells of its failure so, and ends the process where nobody listens; one listener is enough for all servers.
  if (process.stderr.listenerCount("error") === 0) process.stderr.on("error", () => {});
  if (!toFile) return send;
  let lost = 0;
  // The beginning of a line found room and its end did not: what comes next begins a line of its own.
  let broken = false;
  const appendWhole = (text: string): boolean => {
    const bytes = Buffer.from(text);
    try {
      const written = append(bytes);
      broken = written === bytes.length ? false : broken || written > 0;
      return written === bytes.length;
    } catch {
      // The disk has no room for it, and there is no other place to say so.
      return false;
    }
  };
  return (line) => {
    const end = broken ? "\n" : "";
    const isWhole = appendWhole(lost === 0 ? line : `${end}${lostLines(lost)}${line}`);
    lost = isWhole ? 0 : lost + 1;
  };
};

const lostLines = (lines: number): string =>
  `${JSON.stringify({ level: "WARN", message: "lines of the log found no room", lines })}\n`;
