import type { Writable } from "node:stream";
import { whyRefused } from "../../shared/shown/file-refusals.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

export type Output = {
  /** A line on stdout, as long as anybody takes it. */
  readonly out: (text: string) => void;
  /** A line on stderr. */
  readonly err: (text: string) => void;
  /** Resolves when stdout takes no more. A command goes on with what it does, whoever reads it. */
  readonly unread: Promise<void>;
  /**
   * The exit code, once everything is written: the command's own, also where its reader left (`buddy status | head`).
   * Where stdout could not be written, as on a full disk, it is never that of success, and stderr says why.
   */
  readonly exitCode: (own: ExitCode) => ExitCode;
};

export const outputOn = (stdout: Writable, stderr: Writable): Output => {
  const unread = Promise.withResolvers<void>();
  let fault: NodeJS.ErrnoException | undefined;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    fault ??= error;
    unread.resolve();
  });
  // Nobody is left to tell.
  stderr.on("error", () => {});
  const err = (text: string): void => {
    stderr.write(`${text}\n`);
  };
  return {
    out: (text) => {
      if (fault === undefined) stdout.write(`${text}\n`);
    },
    err,
    unread: unread.promise,
    exitCode: (own) => {
      if (fault === undefined || fault.code === "EPIPE") return own;
      err(
        `error: stdout cannot be written: ${whyRefused(fault) ?? fault.message}; what was done counts, what it said is not whole`,
      );
      return own === EXIT.ok ? EXIT.usage : own;
    },
  };
};
