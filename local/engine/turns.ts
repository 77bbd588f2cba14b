/** A piece of work of the execution named, done when its turn has come. */
export type InTurn = <Value>(execution_id: string, work: () => Promise<Value>) => Promise<Value>;

type Waiting = { readonly execution_id: string; readonly begin: () => void };

/**
 * At most `limit` pieces of work at once. Of those that wait, the execution with the lowest id goes first, which is the
 * one submitted first: many that come at once end one after the other, instead of all at the end. So that one with many
 * steps keeps nobody from going on, an execution has no more than half of the turns while others wait.
 */
export const turns = (limit: number): InTurn => {
  const share = Math.max(1, limit >> 1);
  const waiting: Waiting[] = [];
  const held = new Map<string, number>();
  let taken = 0;

  const hold = (execution_id: string, change: 1 | -1): void => {
    taken += change;
    const now = (held.get(execution_id) ?? 0) + change;
    if (now === 0) held.delete(execution_id);
    else held.set(execution_id, now);
  };

  const next = (): void => {
    if (taken >= limit || waiting.length === 0) return;
    const within = waiting.findIndex(({ execution_id }) => (held.get(execution_id) ?? 0) < share);
    const [first] = waiting.splice(Math.max(0, within), 1);
    if (first === undefined) return;
    hold(first.execution_id, 1);
    first.begin();
  };

  const comesAfter = (execution_id: string): number => {
    let [low, high] = [0, waiting.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((waiting[middle]?.execution_id ?? "") <= execution_id) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return async (execution_id, work) => {
    await new Promise<void>((begin) => {
      waiting.splice(comesAfter(execution_id), 0, { execution_id, begin });
      next();
    });
    try {
      return await work();
    } finally {
      hold(execution_id, -1);
      next();
    }
  };
};
