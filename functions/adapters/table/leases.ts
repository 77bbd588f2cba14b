import { z } from "zod";
import type { Holder, Lease, Leases } from "../../../shared/ports/coordination.ts";
import { leaseIsFree, stillHeldWithEpoch } from "./conditions.ts";
import { leaseKey } from "./keys.ts";
import { bodyOf, milliseconds, readBody } from "./record.ts";
import { Contended, type Item, type Table } from "./table.ts";

/** Every refused attempt is another's change of that one lease. */
const ATTEMPTS = 20;

const heldLease = z.strictObject({
  key: z.string(),
  execution_id: z.string(),
  step_id: z.string(),
  until: z.string(),
});

/** What is said of the holder, and its end in a form that conditions can compare. */
const heldBy = (holder: z.infer<typeof heldLease>) => ({ ...bodyOf(holder), until_ms: milliseconds(holder.until) });

const toLease = (item: Item): Lease => ({ ...readBody(heldLease, item), epoch: Number(item.epoch) });

const isSameHolder = (one: Holder, other: Holder): boolean =>
  one.execution_id === other.execution_id && one.step_id === other.step_id;

/** One item per resource; taking it, giving it back and prolonging it are one conditional write each. */
export const leases = (table: Table): Leases => {
  const get = async (key: string): Promise<Lease | undefined> => {
    const item = await table.get(leaseKey(key));
    // The item of a lease that nobody holds stays, to keep the epoch.
    return item?.until_ms === undefined ? undefined : toLease(item);
  };

  const extend = async ({ epoch, ...lease }: Lease, until: string): Promise<boolean> => {
    const set = heldBy({ ...lease, until });
    return (await table.update(leaseKey(lease.key), { set }, stillHeldWithEpoch(epoch))) !== "refused";
  };

  /** The holder's own lease, at least until the time it asks for now. */
  const again = async (lease: Lease, until: string): Promise<Lease | undefined> => {
    if (milliseconds(until) <= milliseconds(lease.until)) return lease;
    return (await extend(lease, until)) ? { ...lease, until } : undefined;
  };

  return {
    get,
    extend,

    acquire: async (key, { execution_id, step_id, until }, now) => {
      const holder = { execution_id, step_id, until };
      const set = heldBy({ key, ...holder });
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const item = await table.update(leaseKey(key), { set, add: { epoch: 1 } }, leaseIsFree(milliseconds(now)));
        if (item !== "refused") return { kind: "held", lease: toLease(item) };
        const standing = await get(key);
        if (standing === undefined) continue;
        if (!isSameHolder(standing, holder)) return { kind: "busy", by: standing };
        const own = await again(standing, until);
        if (own !== undefined) return { kind: "held", lease: own };
      }
      throw new Contended(`lease ${key}`, ATTEMPTS);
    },

    release: async (lease) => {
      await table.update(leaseKey(lease.key), { remove: ["body", "until_ms"] }, stillHeldWithEpoch(lease.epoch));
    },
  };
};
