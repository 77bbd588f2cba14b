import type { ProjectFile } from "../project-files.ts";
import { findCircles } from "./circles.ts";
import { findFolderCircles } from "./folder-circles.ts";
import type { FolderRule } from "./folder-rule.ts";
import { readImports } from "./read-imports.ts";
import { RULES, violationOf } from "./rules.ts";

/** Every import of `files` that no rule allows or that closes a circle, as `path:line: what is wrong`. */
export const checkImports = (files: readonly ProjectFile[], rules: readonly FolderRule[] = RULES): string[] => {
  const imports = files.filter(({ path }) => /\.(?:tsx?|js|mjs)$/.test(path)).flatMap(readImports);
  const wrongWay = imports.flatMap((each) => {
    const violation = violationOf(each, rules);
    return violation === undefined ? [] : [`${each.from}:${each.line}: ${violation}`];
  });
  const circles = findCircles(imports).map(
    ({ closing, files: circle }) =>
      `${closing.from}:${closing.line}: closes a circle, ${circle.join(" -> ")}: move what both need to a file of its own`,
  );
  const ofFolders = findFolderCircles(imports).map(
    ({ closing, files: circle }) =>
      `${closing.from}: imports ${closing.to}, which closes a circle of folders, ${circle.join(" -> ")}: move what both need to a place of its own`,
  );
  return [...wrongWay, ...circles, ...ofFolders];
};
