import { memoryTable } from "../../functions/adapters/memory/table.ts";
import type { Condition } from "../../functions/adapters/table/conditions.ts";
import type { Item, Key } from "../../functions/adapters/table/item.ts";
import type { Change, Table } from "../../functions/adapters/table/table.ts";
import type { Process } from "../scheduler/process.ts";
import type { Written } from "../written.ts";

type Lagging = { readonly due: number; readonly key: Key; readonly item: Item | undefined };

/** Changes a table before anything is simulated on it: how variants that must be caught are made. */
export type TableVariant = (table: Table) => Table;

/** The one table of a schedule, with an index that lags, watched write by write. */
export class Store {
  readonly #table: Table;
  readonly #replica = memoryTable();
  #lagging: Lagging[] = [];
  readonly #now: () => number;
  readonly #lag: () => number;
  readonly #watch: (written: Written) => void;

  constructor(options: {
    readonly now: () => number;
    readonly lag: () => number;
    readonly watch: (written: Written) => void;
    readonly variant?: TableVariant | undefined;
  }) {
    const table = memoryTable();
    this.#table = options.variant?.(table) ?? table;
    this.#now = options.now;
    this.#lag = options.lag;
    this.#watch = options.watch;
  }

  /** The table as it stands, for whoever checks it: no turns, no faults. */
  get table(): Table {
    return this.#table;
  }

  /** The table as one process sees it: every operation is an await point. */
  seenBy(process: Process): Table {
    const name = ({ pk, sk }: Key): string => `${pk}/${sk}`;
    return {
      get: (key) => process.call(`get ${name(key)}`, false, () => this.#table.get(key)),
      // For no keys the database is not asked.
      getMany: async (keys) =>
        keys.length === 0 ? [] : process.call(`get ${keys.length} items`, false, () => this.#table.getMany(keys)),
      put: (item, condition) => process.call(`put ${name(item)}`, true, () => this.#put(item, condition, process.name)),
      update: (key, change, condition) =>
        process.call(`update ${name(key)}`, true, () => this.#update(key, change, condition, process.name)),
      delete: (key, condition) =>
        process.call(`delete ${name(key)}`, true, () => this.#delete(key, condition, process.name)),
      query: (pk, query) => process.call(`query ${pk}`, false, () => this.#table.query(pk, query)),
      queryIndex: (pk, query) => process.call(`index ${pk}`, false, () => this.#queryIndex(pk, query)),
    };
  }

  /** The index lags no more behind what was written up to now. */
  catchUp(): void {
    this.#lagging = this.#lagging.map((each) => ({ ...each, due: this.#now() }));
  }

  async #put(item: Item, condition: Condition | undefined, by: string): Promise<"written" | "moved"> {
    const before = this.#table.get(item);
    const outcome = await this.#table.put(item, condition);
    // The item that stands there, which others will be handed: what the watches read of it, nobody reads again.
    if (outcome === "written") this.#done(item, await before, await this.#table.get(item), by);
    return outcome;
  }

  async #update(key: Key, change: Change, condition: Condition | undefined, by: string): Promise<Item | "moved"> {
    const before = this.#table.get(key);
    const outcome = await this.#table.update(key, change, condition);
    if (outcome !== "moved") this.#done(key, await before, outcome, by);
    return outcome;
  }

  async #delete(key: Key, condition: Condition | undefined, by: string): Promise<"deleted" | "moved"> {
    const before = this.#table.get(key);
    const outcome = await this.#table.delete(key, condition);
    if (outcome === "deleted") this.#done(key, await before, undefined, by);
    return outcome;
  }

  #done({ pk, sk }: Key, before: Item | undefined, after: Item | undefined, by: string): void {
    if (before?.gsi1pk !== undefined || after?.gsi1pk !== undefined) {
      this.#lagging.push({ due: this.#now() + this.#lag(), key: { pk, sk }, item: after });
    }
    this.#watch({ before, after, by });
  }

  /** Rows reach the index in the order they were written, each when it is due. */
  async #queryIndex(pk: string, query: Parameters<Table["queryIndex"]>[1]): Promise<readonly Item[]> {
    const first = this.#lagging.findIndex(({ due }) => due > this.#now());
    const arrived = first < 0 ? this.#lagging : this.#lagging.slice(0, first);
    this.#lagging = this.#lagging.slice(arrived.length);
    for (const { key, item } of arrived) {
      if (item === undefined) await this.#replica.delete(key);
      else await this.#replica.put(item);
    }
    return this.#replica.queryIndex(pk, query);
  }
}
