import { setImmediate } from "node:timers";
import { DatabaseClosed } from "./failures.ts";
import type { DatabaseFile } from "./file.ts";

/** The writes of one turn, and where they are. */
type Batch = {
  /** Kept when the transaction is in the log. */
  readonly inLog: PromiseWithResolvers<void>;
  /** Kept when the log is on disk. */
  readonly onDisk: PromiseWithResolvers<void>;
  /** The partitions it wrote to. Nobody waits for the disk of a batch that wrote to none. */
  readonly pks: Set<string>;
  /** Somebody waits for the disk. */
  wanted: boolean;
  /** Known at once, before anybody who waits is told: nothing may rest on what was taken back. */
  lost: { readonly error: unknown } | undefined;
};

/** The writes of one turn that are not on disk. */
export type Unsettled = {
  /** Resolves when they are on disk, and rejects if they never will be. */
  readonly onDisk: Promise<void>;
  /** Somebody waits for that now. */
  want(): void;
  /** @throws the error for which they will never be */
  mustBeKept(): void;
};

/** Writes that are found only by records that are written later. */
export type Ahead = {
  /** Resolves when they are in the log, and rejects if they never will be. */
  readonly inLog: Promise<void>;
  readonly unsettled: Unsettled;
};

/** By then writes are on disk that nobody waits for: of a read that a request carries on, all but the last. */
const UNWANTED_MS = 100;

export type CommitsOptions = {
  /** Told that the writes of a turn were taken back. */
  readonly onRollback: () => void;
  /** The error that callers are told, of the one that SQLite or the disk gave. */
  readonly named: (error: unknown) => unknown;
};

/**
 * Writes of one turn of the event loop go in one transaction, which ends with the turn; what has been committed while
 * the disk was busy is brought to it together. Nobody is answered before what they wrote, or saw of others, is on disk. It is
 * brought there as soon as somebody waits for that: a disk that is busy with what nobody waits for keeps who does.
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
  #later: NodeJS.Timeout | undefined;
  #failure: unknown;
  #ended = false;
  /** The last batch that wrote to a partition, until it is on disk. */
  readonly #unsettled = new Map<string, Batch>();

  constructor(file: Pick<DatabaseFile, "db" | "toDisk">, options: CommitsOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** Reads or writes at once. @throws DatabaseClosed, and what SQLite refuses, in words */
  now<Value>(does: () => Value): Value {
    if (this.#ended) throw new DatabaseClosed();
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return does();
    } catch (error) {
      throw this.#options.named(error);
    }
  }

  /** Does it as a part of this turn's transaction. @throws what it throws, and then the turn's writes are taken back */
  write<Value>(pk: string, does: () => Value): Value {
    const batch = this.#turn();
    batch.pks.add(pk);
    this.#unsettled.set(pk, batch);
    return this.#orTakenBack(does);
  }

  /**
   * Writes, as a part of this turn's transaction, what is found only by records that are written later: the log keeps the
   * order, so where they are on disk it is, too, and nobody need wait for the disk.
   */
  writeAhead(does: () => unknown): Ahead {
    const batch = this.now(() => {
      const turn = this.#turn();
      this.#orTakenBack(does);
      return turn;
    });
    return { inLog: batch.inLog.promise, unsettled: this.#unsettledOf(batch) };
  }

  /** One for each turn that wrote to these partitions and is not on disk. */
  unsettled(pks: Iterable<string>): readonly Unsettled[] {
    if (this.#unsettled.size === 0) return [];
    const batches = new Set<Batch>();
    for (const pk of pks) {
      const batch = this.#unsettled.get(pk);
      if (batch !== undefined) batches.add(batch);
    }
    return [...batches].map((batch) => this.#unsettledOf(batch));
  }

  #unsettledOf(batch: Batch): Unsettled {
    return {
      onDisk: batch.onDisk.promise,
      want: () => this.#want(batch),
      mustBeKept: () => {
        if (batch.lost !== undefined) throw batch.lost.error;
      },
    };
  }

  /** Refuses what comes from now on, ends the turn that is open, and waits for the disk. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#commit();
    this.#bring();
    await this.#bringing;
  }

  #turn(): Batch {
    this.#open ??= this.#begin();
    return this.#open;
  }

  #begin(): Batch {
    try {
      this.#file.db.exec("BEGIN IMMEDIATE");
    } catch (error) {
      throw this.#options.named(error);
    }
    setImmediate(() => this.#commit());
    const [inLog, onDisk] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const batch: Batch = { inLog, onDisk, pks: new Set(), wanted: false, lost: undefined };
    // Everybody who wrote waits for one of them; the other must not end the process.
    for (const { promise } of [batch.inLog, batch.onDisk]) promise.catch(() => {});
    return batch;
  }

  #orTakenBack<Value>(does: () => Value): Value {
    try {
      return does();
    } catch (error) {
      throw this.#takeBack(error);
    }
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
    batch.inLog.resolve();
    this.#committed.push(batch);
    if (batch.wanted) this.#bring();
    else if (batch.pks.size > 0) this.#later ??= setTimeout(() => this.#bring(), UNWANTED_MS).unref();
  }

  #want(batch: Batch): void {
    batch.wanted = true;
    // One that is under way is brought by its end.
    if (this.#open !== batch) this.#bring();
  }

  #bring(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#bringing ??= this.#bringAll().finally(() => {
      this.#bringing = undefined;
    });
  }

  async #bringAll(): Promise<void> {
    while (this.#committed.length > 0) {
      const batches = this.#committed;
      this.#committed = [];
      try {
        await this.#file.toDisk();
        for (const batch of batches) this.#settle(batch, batch.onDisk.resolve);
      } catch (error) {
        this.#failure ??= this.#options.named(error);
        for (const batch of batches) this.#settle(batch, () => batch.onDisk.reject(this.#failure));
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
    if (batch === undefined) return named;
    batch.lost = { error: named };
    batch.inLog.reject(named);
    this.#settle(batch, () => batch.onDisk.reject(named));
    return named;
  }

  #settle(batch: Batch, tell: () => void): void {
    for (const pk of batch.pks) if (this.#unsettled.get(pk) === batch) this.#unsettled.delete(pk);
    tell();
  }
}
