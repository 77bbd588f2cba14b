import { isDeepStrictEqual } from "node:util";
import { type Lock, lock, unreadLock } from "../../../shared/execution/lock/lock.ts";
import type { Locks } from "../../../shared/ports/coordination.ts";
import { type Condition, notThere, stillSays } from "./conditions.ts";
import type { Item } from "./item.ts";
import { textOfKeyPart } from "./key-part.ts";
import { LOCKS, lockKey } from "./keys/of-registries.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const toLock = (item: Item): Lock => {
  const [read] = eachReadable([item], (each) => readBody(lock, each)).items;
  return read ?? unreadLock(textOfKeyPart(item.sk));
};

/** All locks in one partition: every LIVE start reads them with one consistent query (3,000 a second on DynamoDB). */
export const locks = (table: Table): Locks => {
  /** Holds while the lock stands as it was seen; undefined when it does not any more. */
  const stillThere = async (seen: Lock): Promise<Condition | undefined> => {
    const item = await table.get(lockKey(seen.lock_id));
    return item !== undefined && isDeepStrictEqual(toLock(item), seen) ? stillSays(String(item.body)) : undefined;
  };

  return {
    place: async (wanted, seen) => {
      const condition = seen === undefined ? notThere : await stillThere(seen);
      const item = { ...lockKey(wanted.lock_id), ...bodyOf(wanted) };
      return condition !== undefined && (await table.put(item, condition)) === "written";
    },
    remove: async (seen) => {
      const condition = await stillThere(seen);
      return condition !== undefined && (await table.delete(lockKey(seen.lock_id), condition)) === "deleted";
    },
    all: async () => (await table.query(LOCKS)).map(toLock),
  };
};
