import { memoryArtifactFiles } from "../../functions/adapters/memory/artifact-files.ts";
import { memoryBodies } from "../../functions/adapters/memory/bodies.ts";
import { memoryTable } from "../../functions/adapters/memory/table.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import type { ArtifactFiles, Bodies } from "../../shared/ports/bodies.ts";

/** Where everything is kept. */
export type Stores = { readonly table: Table; readonly bodies: Bodies; readonly artifactFiles: ArtifactFiles };

/** Empty. */
export const inMemory = (): Stores => ({
  table: memoryTable(),
  bodies: memoryBodies(),
  artifactFiles: memoryArtifactFiles(),
});

/** How many operations were begun, and how many of them have not ended. */
export type Activity = { begun: number; pending: number };

export const counting =
  (activity: Activity) =>
  <Args extends unknown[], Result>(run: (...args: Args) => Promise<Result>) =>
  async (...args: Args): Promise<Result> => {
    activity.begun += 1;
    activity.pending += 1;
    try {
      return await run(...args);
    } finally {
      activity.pending -= 1;
    }
  };

/** The same stores, with what is asked of them counted. */
export const counted = ({ table, bodies, artifactFiles }: Stores, activity: Activity): Stores => {
  const count = counting(activity);
  return {
    table: {
      get: count(table.get),
      getMany: count(table.getMany),
      put: count(table.put),
      update: count(table.update),
      delete: count(table.delete),
      query: count(table.query),
      queryIndex: count(table.queryIndex),
    },
    bodies: { put: count(bodies.put), get: count(bodies.get) },
    artifactFiles: {
      tags: count(artifactFiles.tags),
      write: count(artifactFiles.write),
      read: count(artifactFiles.read),
      list: count(artifactFiles.list),
    },
  };
};
