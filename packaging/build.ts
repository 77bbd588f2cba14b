import { execFile } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundleConsole } from "../bundling/console.ts";
import { bundleHandlers } from "../infra/bundling.ts";
import { handlerEntries, repositoryRoot } from "../infra/handlers.ts";
import { definitionFile } from "../infra/orchestration.ts";
import { CONSOLE_LIST } from "../local/packed-console.ts";

/** The compiler has no API that lasts from one release to the next; its command does. */
const compiler = join(createRequire(import.meta.url).resolve("typescript/package.json"), "..", "bin", "tsc");

/**
 * Makes `dist`, which `npm pack` puts into the package: Node erases no types below node_modules, so the sources go in as
 * JavaScript with declarations, file by file, every handler as the bundle that a stack
 * deploys, and the console as a browser loads it.
 * @throws what the compiler or esbuild found wrong
 */
const dist = join(repositoryRoot, "dist");
await rm(dist, { recursive: true, force: true });
await promisify(execFile)(process.execPath, [compiler, "-p", join(repositoryRoot, "packaging")]);
await cp(definitionFile, join(dist, "infra", "workflow", "orchestration.asl.json"));
await bundleHandlers(handlerEntries(), join(dist, "handlers"));

const console = await bundleConsole();
const consoleFolder = join(dist, "console-files");
await mkdir(consoleFolder);
for (const { name, content } of console) await writeFile(join(consoleFolder, name), content);
const list = console.map(({ name, content_type }) => ({ name, content_type }));
await writeFile(join(consoleFolder, CONSOLE_LIST), JSON.stringify(list));
