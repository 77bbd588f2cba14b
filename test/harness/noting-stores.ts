import { inMemory, type Stores } from "./stores.ts";

/** Stores in memory, and all that is ever written to them, as text. */
export const notingStores = (): { readonly stores: Stores; readonly written: readonly string[] } => {
  const stores = inMemory();
  const written: string[] = [];
  const noting =
    <Args extends unknown[], Result>(write: (...args: Args) => Result) =>
    (...args: Args): Result => {
      written.push(JSON.stringify(args));
      return write(...args);
    };
  const { table, bodies, artifactFiles } = stores;
  return {
    written,
    stores: {
      ...stores,
      table: { ...table, put: noting(table.put), update: noting(table.update) },
      bodies: { ...bodies, put: noting(bodies.put) },
      artifactFiles: { ...artifactFiles, write: noting(artifactFiles.write) },
    },
  };
};
