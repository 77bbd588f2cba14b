import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../project-files.ts";
import { generatedDocuments } from "./generated.ts";

for (const { path, write } of generatedDocuments) {
  await writeFile(join(projectFolder, path), await write());
  console.log(`wrote ${path}`);
}
