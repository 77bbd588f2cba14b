import { setImmediate } from "node:timers";
import type { DatabaseFile } from "./file.ts";

/** The writes of one turn: who waits for them, and where they are. */
type Batch = PromiseWithResolvers<void> & { readonly pks: Set<string> };

export type CommitsOptions = {
  /** Told that the writes of a turn were taken back. */
  readonly onRollback: () => void;
  /** The error that callers are told, of the one that SQLite or the disk gave. */
  readonly named: (error: unknown) => unknown;
};

/**
 * Writes of one turn of the event loop go in one transaction, which ends with the turn; what has been committed while
 * the disk was busy is brought to it together. Nobody is answered before what they wrote, or saw of others, is on disk.
 *
 * A write that fails takes back all of its turn: nobody was answered yet. After the disk itself has failed nothing is
 * answered any more: what it holds is known only once the file is opened anew.
 */
export class Commits {
  readonly #file: Pick<DatabaseFile, "db" | "toDisk">;
  readonly #options: CommitsOptions;
  #open: Batch | undefined;
  #committed: Batch[] = [];
  #bringing: Promise<void> | undefined;
  #failure: unknown;
  /** The last batch that wrote to a partition, until it is on disk. */
  readonly #unsettled = new Map<string, Batch>();

  constructor(file: Pick<DatabaseFile, "db" | "toDisk">, options: CommitsOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** Does it as a part of this turn's transaction. @throws what it throws, and then the turn's writes are taken back */
  write<Value>(pk: string, does: () => Value): Value {
    this.#open ??= this.#begin();
    this.#open.pks.add(pk);
    this.#unsettled.set(pk, this.#open);
    try {
      return does();
    } catch (error) {
      throw this.#takeBack(error);
    }
  }

  /** Resolves when everything that was written to these partitions is on disk. @throws where it will not be */
  async settled(pks: Iterable<string>): Promise<void> {
    if (this.#unsettled.size === 0) return;
    const batches = new Set<Batch>();
    for (const pk of pks) {
      const batch = this.#unsettled.get(pk);
      if (batch !== undefined) batches.add(batch);
    }
    for (const { promise } of batches) await promise;
  }

  /** @throws when nothing can be answered any more */
  mustWork(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends the turn that is open, and waits for the disk. */
  async end(): Promise<void> {
    this.#commit();
    await this.#bringing;
  }

  #begin(): Batch {
    try {
      this.#file.db.exec("BEGIN IMMEDIATE");
    } catch (error) {
      throw this.#options.named(error);
    }
    setImmediate(() => this.#commit());
    const batch = { ...Promise.withResolvers<void>(), pks: new Set<string>() };
    // Everybody who wrote waits for it; a batch of which nobody does must not end the process.
    batch.promise.catch(() => {});
    return batch;
  }

  #commit(): void {
    const batch = this.#open;
    if (batch === undefined) return;
    try {
      this.#file.db.exec("COMMIT");
    } catch (error) {
      this.#takeBack(error);
      return;
    }
    this.#open = undefined;
    this.#committed.push(batch);
    this.#bringing ??= this.#bring().finally(() => {
      this.#bringing = undefined;
    });
  }

  async #bring(): Promise<void> {
    while (this.#committed.length > 0) {
      const batches = this.#committed;
      this.#committed = [];
      try {
        await this.#file.toDisk();
        for (const batch of batches) this.#settle(batch, batch.resolve);
      } catch (error) {
        this.#failure ??= this.#options.named(error);
        for (const batch of batches) this.#settle(batch, () => batch.reject(this.#failure));
      }
    }
  }

  /** @returns the error to tell */
  #takeBack(error: unknown): unknown {
    const named = this.#options.named(error);
    const batch = this.#open;
    this.#open = undefined;
    // SQLite has taken it back by itself where the disk is full, for one.
    if (this.#file.db.isTransaction) this.#file.db.exec("ROLLBACK");
    this.#options.onRollback();
    if (batch !== undefined) this.#settle(batch, () => batch.reject(named));
    return named;
  }

  #settle(batch: Batch, tell: () => void): void {
    for (const pk of batch.pks) if (this.#unsettled.get(pk) === batch) this.#unsettled.delete(pk);
    tell();
  }
}
