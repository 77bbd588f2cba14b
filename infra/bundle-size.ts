import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { bundleFile } from "./bundling.ts";

/** Of the minified files, without their source maps. */
export type BundleSize = {
  /** Bytes of the file that starts and of those that it imports at once: a cold start waits for these. */
  readonly at_start: number;
  /** Bytes of those that are loaded when something first needs them. */
  readonly when_needed: number;
};

/** Another part that a minified file imports at once, and one that it imports when it needs it. */
const AT_ONCE = /(?:\bfrom|\bimport)\s*"\.\/([\w-]+\.mjs)"/g;
const WHEN_NEEDED = /\bimport\("\.\/([\w-]+\.mjs)"\)/g;

/** The size of the bundle that lies in the folder. */
export const bundleSize = async (folder: string): Promise<BundleSize> => {
  const at_start = new Set([bundleFile]);
  const when_needed = new Set<string>();
  const read = async (file: string, imported: Set<string>): Promise<void> => {
    const text = await readFile(join(folder, file), "utf8");
    for (const [, part = ""] of text.matchAll(AT_ONCE)) imported.add(part);
    for (const [, part = ""] of text.matchAll(WHEN_NEEDED)) when_needed.add(part);
  };
  for (const file of at_start) await read(file, at_start);
  for (const file of when_needed) await read(file, when_needed);
  const bytes = async (files: readonly string[]): Promise<number> => {
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  return {
    at_start: await bytes([...at_start]),
    when_needed: await bytes([...when_needed].filter((file) => !at_start.has(file))),
  };
};
