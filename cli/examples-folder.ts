import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const foldersAbove = ["..", "../.."].map((way) => fileURLToPath(new URL(way, import.meta.url)));
/** Compiled, this file lies one folder deeper. */
const own = foldersAbove.find((folder) => existsSync(join(folder, "examples"))) ?? "";

/** A file of the examples, such as `examples/hello.json`, as a command that is typed in `folder` names it: installed, they lie in the package. */
export const exampleFrom = (folder: string, path: string): string => relative(folder, join(own, path));
