import { readdir, stat } from "node:fs/promises";
import pLimit from "p-limit";
import type { ArtifactFiles } from "../../../shared/ports/bodies.ts";
import { decodedName, safePath } from "./safe-path.ts";
import { ifThere, readIfThere, TEMPORARY, writeAlone } from "./write-atomically.ts";

/** Files of an execution below `root`, in a folder of its own. One process writes below a root. */
export const fileArtifacts = (root: string): ArtifactFiles => {
  // Between looking at what stands there and replacing it, nobody else may.
  const oneAtATime = pLimit(1);
  const list = async (execution_id: string): Promise<string[]> => {
    const files = (await ifThere(readdir(safePath(root, execution_id)))) ?? [];
    return files
      .filter((file) => !file.endsWith(TEMPORARY))
      .map(decodedName)
      .sort();
  };
  return {
    tags: async (execution_id) => {
      const names = await list(execution_id);
      const tags = await Promise.all(names.map((name) => tagOf(safePath(root, execution_id, name))));
      return new Map(names.flatMap((name, n) => (typeof tags[n] === "string" ? [[name, tags[n]]] : [])));
    },
    write: (execution_id, name, content, seen) =>
      oneAtATime(async () => {
        const path = safePath(root, execution_id, name);
        if ((await tagOf(path)) !== seen) return "moved";
        await writeAlone(path, content);
        return "written";
      }),
    read: (execution_id, name) => readIfThere(safePath(root, execution_id, name)),
    list,
  };
};

/** Every write makes a file of its own, which then takes the name. */
const tagOf = async (path: string): Promise<string | null> => {
  const found = await ifThere(stat(path, { bigint: true }));
  return found === undefined ? null : `${found.ino}-${found.ctimeNs}`;
};
