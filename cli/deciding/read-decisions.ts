import { CliError } from "../client/problem.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { jsonFile } from "../named-files.ts";
import { type DecisionsFile, decisionsFile, decisionsOf } from "./decisions-file.ts";

/** The decisions in a file. @throws CliError (usage) that says what is wrong with it */
export const decisionsIn = async (context: Context, path: string): Promise<DecisionsFile> => {
  const parsed = decisionsFile.safeParse(await jsonFile(context, path));
  if (parsed.success) return decisionsOf(parsed.data);
  const issues = parsed.error.issues.flatMap((issue) =>
    issue.code === "invalid_union" ? issue.errors.flat() : [issue],
  );
  const faults = issues.map(({ path: at, message }) => `/${at.join("/")}: ${message}`);
  throw new CliError(`${path} is not a decisions file: ${faults.join("; ")}`, EXIT.usage);
};
