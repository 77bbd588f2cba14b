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

/** The same stores; `activity` says how many operations were begun, and how many of them have not ended. */
export const counted = (
  { table, bodies, artifactFiles }: Stores,
  activity: { begun: number; pending: number },
): Stores => {
  const counting =
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
  return {
    table: {
      get: counting(table.get),
      getMany: counting(table.getMany),
      put: counting(table.put),
      update: counting(table.update),
      delete: counting(table.delete),
      query: counting(table.query),
      queryIndex: counting(table.queryIndex),
    },
    bodies: { put: counting(bodies.put), get: counting(bodies.get) },
    artifactFiles: {
      tags: counting(artifactFiles.tags),
      write: counting(artifactFiles.write),
      read: counting(artifactFiles.read),
      list: counting(artifactFiles.list),
    },
  };
};
