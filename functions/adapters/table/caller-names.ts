import { z } from "zod";
import { callerName } from "../../../shared/plan/caller-name.ts";
import type { CallerNames } from "../../../shared/ports/caller-names.ts";
import { changeIsNewer, notThere, stillNumber } from "./conditions.ts";
import type { Item } from "./item.ts";
import { CALLER_NAMES, callerNameKey, LAST_CALLER_NAME } from "./keys/of-registries.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

/** In the place of a name that was taken away: whoever carries out an earlier change late does not give it again. */
const removed = z.strictObject({ caller: z.string(), removed: z.literal(true) });
const kept = z.union([callerName, removed]);
type Kept = z.infer<typeof kept>;

const namesIn = (item: Item) => {
  const read = readBody(kept, item);
  return "removed" in read ? [] : [read];
};

/**
 * A change is accepted by one conditional write of the last one's place, and is carried out after that, by its author
 * or by whoever comes next: so it is decided with every change before it, and no death in between loses it.
 */
export const callerNames = (table: Table): CallerNames => {
  // One that cannot be read leaves its caller to be shown by the id.
  const all = async () => eachReadable(await table.query(CALLER_NAMES), namesIn).items.flat();

  const carryOut = async (change: Kept, number: number): Promise<void> => {
    await table.put({ ...callerNameKey(change.caller), number, ...bodyOf(change) }, changeIsNewer(number));
  };

  const accept = async (change: Kept, seen: number): Promise<boolean> => {
    const number = seen + 1;
    const last = { ...LAST_CALLER_NAME, number, ...bodyOf(change) };
    if ((await table.put(last, seen === 0 ? notThere : stillNumber(seen))) === "moved") return false;
    await carryOut(change, number);
    return true;
  };

  return {
    all,
    seen: async () => {
      const last = await table.get(LAST_CALLER_NAME);
      const changes = Number(last?.number ?? 0);
      for (const change of eachReadable(last === undefined ? [] : [last], (item) => readBody(kept, item)).items) {
        await carryOut(change, changes);
      }
      return { names: await all(), changes };
    },
    put: accept,
    remove: (caller, seen) => accept({ caller, removed: true }, seen),
  };
};
