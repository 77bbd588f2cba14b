import { printable } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import { ApiProblem, type CliError } from "../client/problem.ts";
import type { Paint } from "../context.ts";

/** The fault, its place and the remedy, for a person. */
export const problemLines = (error: CliError, paint: Paint): string[] => {
  const lines = [`${paint.red("error:")} ${printable(error.message)}`];
  lines.push(...error.faults.map((fault) => `  ${printable(fault)}`));
  if (error instanceof ApiProblem) {
    const { violations = [], more = 0 } = error.problem;
    for (const { path, rule, message } of violations) {
      lines.push(
        `  ${paint.bold(printable(path === "" ? "(the whole body)" : path))} ${printable(message)} ${paint.dim(`[${printable(rule)}]`)}`,
      );
    }
    if (more > 0) lines.push(`  and ${plural(more, "more violation")} that the server did not list`);
  }
  if (error.remedy !== null) lines.push(`  ${paint.dim("→")} ${printable(error.remedy)}`);
  return lines;
};

/** The same as a document, for --json. */
export const problemDocument = (error: CliError): Record<string, unknown> => ({
  error: {
    message: error.message,
    exit_code: error.exit_code,
    remedy: error.remedy,
    ...(error.faults.length > 0 ? { faults: error.faults } : {}),
    ...(error.file === undefined ? {} : { file: error.file }),
    ...(error instanceof ApiProblem ? { status: error.status, problem: error.problem } : {}),
  },
});
