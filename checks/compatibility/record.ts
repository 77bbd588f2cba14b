/** Keeps what this release promises to programs, for the test of later ones: to be run where a version is released. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../project-files.ts";
import { promisedNow, RELEASED } from "./promised.ts";

const { openapi, events } = promisedNow();
await writeFile(join(projectFolder, RELEASED), `${JSON.stringify({ openapi, events })}\n`);
console.log(`wrote ${RELEASED}`);
