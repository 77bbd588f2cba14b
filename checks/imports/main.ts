import { projectPaths, readFiles } from "../project-files.ts";
import { checkImports } from "./check.ts";

const files = await readFiles(await projectPaths());
const violations = checkImports(files);
for (const violation of violations) console.error(violation);
console.log(`${violations.length} imports go the wrong way or close a circle`);
if (violations.length > 0) process.exitCode = 1;
