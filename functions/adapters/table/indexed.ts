import type { Item } from "./item.ts";
import type { Table } from "./table.ts";

/**
 * The items that index rows hint at, in the order of the hints. A hint is dropped when its item is gone, was never
 * written, or stands elsewhere in the index by now.
 */
export const readHinted = async (table: Table, hints: readonly Item[]): Promise<Item[]> => {
  const items = await table.getMany(hints.map(({ pk, sk }) => ({ pk, sk })));
  const stored = new Map(items.map((item) => [`${item.pk}\n${item.sk}`, item]));
  return hints.flatMap((hint) => {
    const item = stored.get(`${hint.pk}\n${hint.sk}`);
    const same = item?.gsi1pk === hint.gsi1pk && item?.gsi1sk === hint.gsi1sk;
    return item !== undefined && same ? [item] : [];
  });
};
