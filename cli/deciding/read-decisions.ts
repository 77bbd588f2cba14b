import { schemaViolations } from "../../shared/plan/schema-violations.ts";
import { CliError } from "../client/problem.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { jsonFile } from "../named-files.ts";
import { type DecisionsFile, decisionsFile, decisionsOf } from "./decisions-file.ts";

/** The decisions in a file, of which `approver` makes those that name nobody. @throws CliError (usage) that says what is wrong with it */
export const decisionsIn = async (context: Context, path: string, approver?: string): Promise<DecisionsFile> => {
  const file = await jsonFile(context, path);
  // Of the two forms, the one that it has: the faults of the other say nothing about it.
  const form = Array.isArray(file) ? decisionsFile.options[1] : decisionsFile.options[0];
  const parsed = form.safeParse(file, { reportInput: true });
  if (parsed.success) return decisionsOf(parsed.data, approver);
  const faults = schemaViolations(parsed.error, form).map((each) => `${each.path} ${each.message}`.trim());
  throw new CliError(`${path} is not a decisions file: ${faults.join("; ")}`, EXIT.usage);
};
