import { posix } from "node:path";
import type { ProjectFile } from "./project-files.ts";

const TABLE = "test/README.md";

/**
 * Test files that lie neither where the sources lie that they cover (`test/shared/plan/` for `shared/plan/`) nor in a
 * folder that the table of test/README.md describes; and rows of that table without such a folder.
 * @returns `path: what is wrong`
 */
export const checkTestPlaces = (files: readonly ProjectFile[]): string[] => {
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  const table = files.find(({ path }) => path === TABLE)?.text ?? "";
  const described = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, folder = ""]) => folder);
  return [
    ...described.filter((folder) => !folders.has(folder)).map((folder) => `${TABLE}: there is no folder ${folder}`),
    ...files
      .map(({ path }) => path)
      .filter((path) => /^test\/.*\.(?:test|browser)\.ts$/.test(path))
      .filter((path) => !folders.has(posix.dirname(path).replace(/^test\//, "")))
      .filter((path) => !described.some((folder) => path.startsWith(`${folder}/`)))
      .map((path) => `${path}: no sources lie in that folder, and ${TABLE} does not say what is covered there`),
  ];
};

const foldersOf = (path: string): string[] => {
  const folder = posix.dirname(path);
  return folder === "." ? [] : [folder, ...foldersOf(folder)];
};
