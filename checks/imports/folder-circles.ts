import { type Circle, findCircles } from "./circles.ts";
import type { Import } from "./read-imports.ts";

/** Tests lie beside what they test and take helpers of each other; documents that are read as data import nothing. */
const isCode = ({ internal, from, to }: Import): boolean =>
  internal && !to.endsWith(".json") && ![from, to].some((path) => /(?:^|\/)test\//.test(path));

/**
 * Circles among the folders and files that lie in one folder, at every depth: whoever moves one room of a circle moves
 * all of them, though no file imports itself on any way. Circles of files alone are not among them.
 */
export const findFolderCircles = (imports: readonly Import[]): Circle[] => {
  const code = imports.filter(isCode);
  const files = new Set(code.flatMap(({ from, to }) => [from, to]));
  const byFolder = Map.groupBy(code.map(betweenRooms), ({ folder }) => folder);
  return [...byFolder.values()]
    .flatMap((each) => findCircles(onceEach(each.map(({ between }) => between))))
    .filter((circle) => circle.files.some((room) => !files.has(room)));
};

/** An import as one room's of another: of what lies side by side in the innermost folder that both files are in. */
const betweenRooms = (each: Import): { readonly folder: string; readonly between: Import } => {
  const from = each.from.split("/");
  const to = each.to.split("/");
  const depth = from.findIndex((part, place) => part !== to[place]);
  const room = (parts: readonly string[]): string => parts.slice(0, depth + 1).join("/");
  return { folder: from.slice(0, depth).join("/"), between: { ...each, from: room(from), to: room(to) } };
};

/** The first import of one room by another stands for all of them. */
const onceEach = (imports: readonly Import[]): Import[] =>
  [...Map.groupBy(imports, ({ from, to }) => `${from} ${to}`).values()].flatMap(([first]) => first ?? []);
