import { readdir } from "node:fs/promises";
import type { ArtifactFiles } from "../../../shared/ports/bodies.ts";
import { decodedName, safePath } from "./safe-path.ts";
import { isMissing, readIfThere, TEMPORARY, writeAtomically } from "./write-atomically.ts";

/** Files of an execution below `root`, in a folder of its own. */
export const fileArtifacts = (root: string): ArtifactFiles => ({
  write: (execution_id, name, content) => writeAtomically(safePath(root, execution_id, name), content),
  read: (execution_id, name) => readIfThere(safePath(root, execution_id, name)),
  list: async (execution_id) => {
    const files = await filesIn(safePath(root, execution_id));
    return files
      .filter((file) => !file.endsWith(TEMPORARY))
      .map(decodedName)
      .sort();
  },
});

const filesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};
