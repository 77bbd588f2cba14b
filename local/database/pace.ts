import { AsyncLocalStorage } from "node:async_hooks";
import type { Unsettled } from "./commits.ts";

/** How long work waits for the disk: unless said otherwise, for each write and for all that it saw of others. */
export type Pace = {
  /**
   * Work that goes on without waiting for the disk: nothing that it did may be told to anybody before who tells it has
   * waited. Where a write of it could not be kept, the next throws.
   */
  unhurried<Value>(work: () => Promise<Value>): Promise<Value>;
  /** The same, and it is over when everything that it wrote or saw is on disk. @throws where that will not be */
  together<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Work that waits as ever, whoever begins it: once everything before it that did not wait is on disk. */
  apart<Value>(work: () => Promise<Value>): Promise<Value>;
};

/** Everything that unhurried work wrote or saw and has not waited for. */
export class Owed {
  readonly #waiting = new Map<Promise<void>, Unsettled>();
  #failure: { readonly error: unknown } | undefined;

  add(unsettled: Unsettled): void {
    const { onDisk } = unsettled;
    if (this.#waiting.has(onDisk)) return;
    this.#waiting.set(onDisk, unsettled);
    onDisk.then(
      () => this.#waiting.delete(onDisk),
      (error: unknown) => {
        this.#waiting.delete(onDisk);
        this.#failure ??= { error };
      },
    );
  }

  /** @throws the error of a write that could not be kept */
  mustBeKept(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    for (const unsettled of this.#waiting.values()) unsettled.mustBeKept();
  }

  async settled(): Promise<void> {
    while (this.#waiting.size > 0) {
      for (const unsettled of this.#waiting.values()) unsettled.want();
      await Promise.allSettled(this.#waiting.keys());
    }
    this.mustBeKept();
  }
}

/** `owed`: of the work that asks, where it does not wait. */
export type Owing = Pace & { owed(): Owed | undefined };

export const paced = (): Owing => {
  const storage = new AsyncLocalStorage<Owed | undefined>();
  return {
    owed: () => storage.getStore(),
    unhurried: (work) => storage.run(storage.getStore() ?? new Owed(), work),
    together: (work) => {
      const owed = new Owed();
      return storage.run(owed, async () => {
        const value = await work();
        await owed.settled();
        return value;
      });
    },
    apart: async (work) => {
      await storage.getStore()?.settled();
      return storage.run(undefined, work);
    },
  };
};
