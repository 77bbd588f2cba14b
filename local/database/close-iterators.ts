import { AbstractKeyIterator, AbstractValueIterator } from "abstract-level";

/**
 * dynalite 4.0.0 ends the iterator of each query by a method `return`, where it has one; the iterators of abstract-level
 * have `close` alone. None was ever closed: each query kept a snapshot of the database in memory, and LevelDB from
 * dropping what was overwritten since, until the process ended.
 */
export const closeIterators = (): void => {
  for (const { prototype } of [AbstractKeyIterator, AbstractValueIterator]) {
    if ("return" in prototype) continue;
    Object.defineProperty(prototype, "return", {
      value: async function (this: { close(): Promise<void> }) {
        await this.close();
      },
      configurable: true,
    });
  }
};
