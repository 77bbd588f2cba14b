import { notThere, stillAsRead } from "./conditions.ts";
import type { Item } from "./item.ts";
import type { Table } from "./table.ts";

/**
 * Writes an item: over whatever stands there where `over` is undefined, where nothing stands where it is null, else
 * only over an item that it says is the one that the writer has read. @returns false where it is another by now
 */
export const putOver = async (
  table: Table,
  item: Item,
  over: ((known: Item) => boolean) | null | undefined,
): Promise<boolean> => {
  if (over === undefined || over === null) {
    return (await table.put(item, over === null ? notThere : undefined)) === "written";
  }
  const known = await table.get({ pk: item.pk, sk: item.sk });
  if (known === undefined || !over(known)) return false;
  return (await table.put(item, stillAsRead(known))) === "written";
};
