import type { RungItem } from "../view/view.ts";

/** Steps that one function rehearses: MOCK touches nothing, a preview may read a real service. */
export const BATCH_SIZE = { MOCK: 40, DRY_RUN: 10 } as const;
type Rehearsal = keyof typeof BATCH_SIZE;

/** As many rehearsals of one rung are at work at a time in a wave as there are iterations at a time. */
const REHEARSED_AT_ONCE = 40;

export type Batch<Item> = {
  readonly rung: Rehearsal;
  readonly items: readonly [Item, ...Item[]];
  readonly at_once: number;
};

/**
 * The items of a wave as its iterations take them. Each call that acts is alone, so that a failed function concerns one
 * call; rehearsals of one rung go together, but for those that `isAlone` names.
 */
export const inBatches = <Item extends Pick<RungItem, "rung">>(
  items: readonly Item[],
  isAlone: (item: Item) => boolean,
): (Item | Batch<Item>)[] => {
  const filling = new Map<Rehearsal, [Item, ...Item[]]>();
  const batches: Record<Rehearsal, number> = { MOCK: 0, DRY_RUN: 0 };
  const found: (Item | { readonly rung: Rehearsal; readonly items: [Item, ...Item[]] })[] = [];
  for (const item of items) {
    const { rung } = item;
    if (rung === "LIVE" || rung === "ROLLBACK" || isAlone(item)) {
      found.push(item);
      continue;
    }
    const batch = filling.get(rung);
    if (batch !== undefined && batch.length < BATCH_SIZE[rung]) {
      batch.push(item);
      continue;
    }
    const begun: [Item, ...Item[]] = [item];
    filling.set(rung, begun);
    batches[rung] += 1;
    found.push({ rung, items: begun });
  }
  return found.map((each) => {
    if (!("items" in each)) return each;
    const [only, ...more] = each.items;
    if (more.length === 0) return only;
    const share = Math.floor(REHEARSED_AT_ONCE / batches[each.rung]);
    return { ...each, at_once: Math.min(BATCH_SIZE[each.rung], Math.max(1, share)) };
  });
};
