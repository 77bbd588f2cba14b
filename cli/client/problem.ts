import { z } from "zod";
import { Surprise } from "../../shared/plan/surprise.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

/** problem+json (RFC 9457) as the API writes it; anything more in it is kept. */
export const problem = z.looseObject({
  type: z.string().optional(),
  title: z.string().optional(),
  status: z.number().optional(),
  detail: z.string().optional(),
  violations: z.array(z.looseObject({ path: z.string(), rule: z.string(), message: z.string() })).optional(),
  more: z.number().optional(),
  required_scope: z.string().optional(),
});
export type Problem = z.infer<typeof problem>;

/** The exit code for an HTTP status that is no success. */
export const exitCodeFor = (status: number): ExitCode => {
  switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
      return EXIT.refused;
    case 401:
    case 403:
      return EXIT.not_authorised;
    case 404:
      return EXIT.not_found;
    case 409:
    case 412:
      return EXIT.conflict;
    default:
      return EXIT.unreachable;
  }
};

/** A file's items, by name, when one of them was refused: what became of each. */
export type FileProgress = {
  readonly stored: readonly string[];
  readonly waiting: readonly string[];
  readonly refused: string;
  readonly not_tried: readonly string[];
  /** Where the whole file was looked at before anything of it was sent: each item that is refused, and why. */
  readonly refusals?: readonly Refusal[];
};

export type Refusal = { readonly name: string; readonly item: number; readonly problem: Problem };

/** The base of everything the CLI reports and ends with on purpose. */
export class CliError extends Surprise {
  override readonly name: string = "CliError";
  readonly exit_code: ExitCode;
  /** The remedy for the user; null where the message says it. */
  readonly remedy: string | null;
  /** Faults, one a line, that the message is the head of. */
  readonly faults: readonly string[];
  readonly file: FileProgress | undefined;
  constructor(
    message: string,
    exit_code: ExitCode,
    options: { remedy?: string; cause?: unknown; faults?: readonly string[]; file?: FileProgress } = {},
  ) {
    super(message, { cause: options.cause });
    this.exit_code = exit_code;
    this.faults = options.faults ?? [];
    this.file = options.file;
    this.remedy = options.remedy ?? null;
  }
}

/** The API answered with a problem. */
export class ApiProblem extends CliError {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly problem: Problem;
  constructor(
    status: number,
    answer: Problem,
    remedy?: string,
    { message, file }: { message?: string; file?: FileProgress } = {},
  ) {
    super(message ?? answer.detail ?? answer.title ?? `the server answered ${status}`, exitCodeFor(status), {
      ...(remedy === undefined ? {} : { remedy }),
      ...(file === undefined ? {} : { file }),
    });
    this.status = status;
    this.problem = answer;
  }
}
