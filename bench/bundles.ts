import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundleSize } from "../infra/bundle-size.ts";
import { atMost, type Figure, figureOf } from "./figure.ts";

/** The aim for each function, in kB. */
const AIM = 400;

/** In a process of the build's own, since it has other versions of what it bundles with. */
const bundles = (folder: string): string => `
  import { bundleHandlers } from "./infra/bundling.ts";
  import { handlerEntries } from "./infra/handlers.ts";
  await bundleHandlers(handlerEntries(), ${JSON.stringify(folder)});`;

/** Of each handler of the build in a folder, the size of what is loaded when its function starts. */
export const benchBundles = async (build: string): Promise<Figure[]> => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-bundles-"));
  try {
    const args = ["--input-type=module", "--eval", bundles(folder)];
    await promisify(execFile)(process.execPath, args, { cwd: build });
    const found: Figure[] = [];
    for (const handler of (await readdir(folder)).toSorted()) {
      const { at_start } = await bundleSize(join(folder, handler));
      found.push(atMost(figureOf(`loaded at the start of ${handler}`, at_start / 1_000, "kB"), AIM));
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
