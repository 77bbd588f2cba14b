import type { ProjectFile } from "../project-files.ts";
import type { FolderRule } from "./folder-rule.ts";
import { readImports } from "./read-imports.ts";
import { RULES, violationOf } from "./rules.ts";

/** Every import of `files` that no rule allows, as `path:line: what is wrong`. */
export const checkImports = (files: readonly ProjectFile[], rules: readonly FolderRule[] = RULES): string[] =>
  files
    .filter(({ path }) => /\.(?:tsx?|js|mjs)$/.test(path))
    .flatMap(readImports)
    .flatMap((each) => {
      const violation = violationOf(each, rules);
      return violation === undefined ? [] : [`${each.from}:${each.line}: ${violation}`];
    });
