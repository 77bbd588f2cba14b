import { whyRefused } from "../shared/shown/file-refusals.ts";
import { CliError } from "./client/problem.ts";
import { EXIT } from "./exit-codes.ts";

/** The words about a file that the machine refuses; undefined where that is not what happened. */
export const asFileError = (error: unknown): CliError | undefined => {
  if (!(error instanceof Error) || !("path" in error)) return undefined;
  const { path } = error;
  const why = whyRefused(error);
  return why === undefined || typeof path !== "string"
    ? undefined
    : new CliError(`${path} cannot be used: ${why}`, EXIT.usage, { remedy: "name another", cause: error });
};
