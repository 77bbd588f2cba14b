import { execFile } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../infra/handlers.ts";
import { bundlesOfSources } from "../infra/kept-bundles.ts";
import { definitionFile } from "../infra/orchestration.ts";

/** The compiler has no API that lasts from one release to the next; its command does. */
const compiler = join(createRequire(import.meta.url).resolve("typescript/package.json"), "..", "bin", "tsc");

/**
 * Makes `dist`, which `npm pack` puts into the package: Node erases no types below node_modules, so the sources go in as
 * JavaScript with declarations, file by file, and every handler as the bundle that a
 * stack deploys, the console's files among them.
 * @throws what the compiler or esbuild found wrong
 */
const dist = join(repositoryRoot, "dist");
await rm(dist, { recursive: true, force: true });
await promisify(execFile)(process.execPath, [compiler, "-p", join(repositoryRoot, "packaging")]);
await cp(definitionFile, join(dist, "infra", "workflow", "orchestration.asl.json"));
await bundlesOfSources(join(dist, "handlers"));
