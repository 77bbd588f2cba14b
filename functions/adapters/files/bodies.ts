import type { Bodies } from "../../../shared/ports/bodies.ts";
import { openBody, sealedBody } from "../bodies.ts";
import { safePath } from "./safe-path.ts";
import { readIfThere, writeAtomically } from "./write-atomically.ts";

/** Bodies as files below `root`, named like the objects of a deployment. */
export const fileBodies = (root: string): Bodies => {
  const pathOf = (key: string): string => safePath(root, ...key.split("/"));
  return {
    put: async (prefix, value) => {
      const { ref, text } = sealedBody(prefix, value);
      await writeAtomically(pathOf(ref.key), text);
      return ref;
    },
    get: async (ref) => openBody(ref, await readIfThere(pathOf(ref.key))),
  };
};
