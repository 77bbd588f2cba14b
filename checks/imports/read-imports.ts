import { posix } from "node:path";
import { parseSync } from "oxc-parser";
import type { ProjectFile } from "../project-files.ts";

/** `type`: gone at run time. `dynamic`: `import()`, loaded only when that line runs. */
export type ImportKind = "static" | "type" | "dynamic";

export type Import = {
  readonly from: string;
  /** A path inside the project, or the name of a package or of a module of Node as it is written. */
  readonly to: string;
  /** False for packages and modules of Node. */
  readonly internal: boolean;
  readonly kind: ImportKind;
  readonly line: number;
};

/**
 * Every import of a TypeScript or JavaScript file, each by itself, in the order of the text; `export ... from` is one.
 * A dynamic import of something that is not a plain text is reported as an import of `<computed>`.
 * @throws Error when the file cannot be parsed
 */
export const readImports = (file: ProjectFile): Import[] => {
  const { module, errors } = parseSync(file.path, file.text);
  const [first] = errors;
  if (first !== undefined) throw new Error(`${file.path}: ${first.message}`);
  const found = (value: string, kind: ImportKind, start: number): Import & { start: number } => ({
    from: file.path,
    internal: value.startsWith("."),
    to: value.startsWith(".") ? posix.join(posix.dirname(file.path), value) : value,
    kind,
    line: file.text.slice(0, start).split("\n").length,
    start,
  });
  const imports = module.staticImports.map(({ start, moduleRequest, entries }) =>
    found(moduleRequest.value, isTypeOnly(entries) ? "type" : "static", start),
  );
  const reExports = module.staticExports.flatMap(({ start, entries }) => {
    const request = entries.find((entry) => entry.moduleRequest !== null)?.moduleRequest;
    return request == null ? [] : [found(request.value, isTypeOnly(entries) ? "type" : "static", start)];
  });
  const dynamic = module.dynamicImports.map(({ start, moduleRequest }) => {
    const text = /^(["'`])([^$\\]*)\1$/.exec(file.text.slice(moduleRequest.start, moduleRequest.end));
    return found(text?.[2] ?? "<computed>", "dynamic", start);
  });
  return [...imports, ...reExports, ...dynamic]
    .sort((one, other) => one.start - other.start)
    .map(({ start: _start, ...each }) => each);
};

/** `import "x"` names nothing and runs x: not a type. */
const isTypeOnly = (entries: readonly { readonly isType: boolean }[]): boolean =>
  entries.length > 0 && entries.every((entry) => entry.isType);
