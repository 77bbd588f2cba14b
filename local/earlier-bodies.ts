import { openBody } from "../functions/adapters/bodies.ts";
import { safePath } from "../functions/adapters/files/safe-path.ts";
import { readIfThere } from "../functions/adapters/files/write-atomically.ts";
import { type Bodies, BodyLost } from "../shared/ports/bodies.ts";

/** Bodies, and those that versions before kept as files below `root`, named like the objects of a deployment. */
export const withEarlierBodies = (bodies: Bodies, root: string): Bodies => ({
  put: bodies.put,
  get: async (ref) => {
    try {
      return await bodies.get(ref);
    } catch (error) {
      if (!(error instanceof BodyLost) || error.why !== "missing") throw error;
      return openBody(ref, await readIfThere(safePath(root, ...ref.key.split("/"))));
    }
  },
});
