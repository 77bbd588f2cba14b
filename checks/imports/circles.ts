import type { Import } from "./read-imports.ts";

/**
 * A circle of files that import each other, as the import that closes it and the way back. One is told for each import
 * that closes one; what is on no circle is looked at once. A type counts as well: who changes one of the files must
 * read all of them.
 */
export type Circle = { readonly closing: Import; readonly files: readonly string[] };

export const findCircles = (imports: readonly Import[]): Circle[] => {
  const byFile = Map.groupBy(
    imports.filter(({ internal }) => internal),
    ({ from }) => from,
  );
  const circles: Circle[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    const here = [...way, file];
    for (const each of byFile.get(file) ?? []) {
      const start = here.indexOf(each.to);
      if (start >= 0) circles.push({ closing: each, files: [...here.slice(start), each.to] });
      else if (!done.has(each.to)) visit(each.to, here);
    }
    done.add(file);
  };
  for (const file of byFile.keys()) if (!done.has(file)) visit(file, []);
  return circles;
};
