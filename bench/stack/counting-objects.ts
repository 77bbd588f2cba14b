import type { Deps } from "../../functions/deps.ts";

type Stores = Pick<Deps, "bodies" | "artifactFiles">;
/** Requests to the bucket by what they cost: objects written and folders listed, and objects read. */
export type ObjectCounts = { put: number; read: number };

/** The same stores of objects, counted. Every write is one put, also of a body that is there already. */
export const countingObjects = ({ bodies, artifactFiles }: Stores, counts: ObjectCounts): Stores => ({
  bodies: {
    put: (prefix, value) => {
      counts.put += 1;
      return bodies.put(prefix, value);
    },
    get: (ref) => {
      counts.read += 1;
      return bodies.get(ref);
    },
  },
  artifactFiles: {
    ...artifactFiles,
    tags: (execution_id) => {
      counts.put += 1;
      return artifactFiles.tags(execution_id);
    },
    write: (...given) => {
      counts.put += 1;
      return artifactFiles.write(...given);
    },
    read: (execution_id, name) => {
      counts.read += 1;
      return artifactFiles.read(execution_id, name);
    },
  },
});
