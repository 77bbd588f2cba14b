import type { Table } from "../../functions/adapters/table/table.ts";

class Killed extends Error {}

/** Dies at the so-manieth write, before or after it: from then on nothing of that process happens. */
export const dyingAt = (place: number, when: "before" | "after") => {
  let writes = 0;
  let dead = false;
  const step = async <Value>(act: () => Promise<Value>): Promise<Value> => {
    if (dead) throw new Killed();
    writes += 1;
    dead = writes === place;
    if (dead && when === "before") throw new Killed();
    const done = await act();
    if (dead) throw new Killed();
    return done;
  };
  const alive = <Value>(act: () => Promise<Value>): Promise<Value> => (dead ? Promise.reject(new Killed()) : act());
  const over = (table: Table): Table => ({
    ...table,
    get: (key) => alive(() => table.get(key)),
    query: (...given) => alive(() => table.query(...given)),
    queryIndex: (...given) => alive(() => table.queryIndex(...given)),
    put: (...given) => step(() => table.put(...given)),
    update: (...given) => step(() => table.update(...given)),
    delete: (...given) => step(() => table.delete(...given)),
  });
  return { over, step, died: () => dead };
};

/** Waits for what a death may have ended. */
export const quietly = async (work: Promise<unknown>): Promise<void> => {
  await work.catch((error: unknown) => {
    const killed =
      error instanceof AggregateError ? error.errors.every((each) => each instanceof Killed) : error instanceof Killed;
    if (!killed) throw error;
  });
};
