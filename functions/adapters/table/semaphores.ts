import type { Holder, Semaphores } from "../../../shared/ports/coordination.ts";
import { allOf, holdsSlot, holdsSlotUntil, slotIsFree, stillAbandoned } from "./conditions.ts";
import { semaphoreKey } from "./keys.ts";
import { milliseconds } from "./record.ts";
import { Contended, type Item, type Table } from "./table.ts";

/** Each refused attempt is another's change of that tool's slots. */
const ATTEMPTS = 50;

/** Abandoned holders dropped by one write: far below the 4 KB of a condition expression. */
const DROPPED_AT_ONCE = 20;

const HOLDER = "holder#";
const attributeOf = (holder: Pick<Holder, "execution_id" | "step_id">): string =>
  `${HOLDER}${holder.execution_id}#${holder.step_id}`;

const abandonedIn = (item: Item, now: number): (readonly [string, number])[] =>
  Object.entries(item)
    .flatMap(([name, until]) => (name.startsWith(HOLDER) && typeof until === "number" ? [[name, until] as const] : []))
    .filter(([, until]) => until <= now)
    .slice(0, DROPPED_AT_ONCE);

/**
 * One item per tool: how many slots are held, and an attribute per holder with its end. A slot is taken by one
 * conditional write without reading first, so contenders for free slots never get in each other's way; only a refusal
 * reads, and the abandoned slots it finds are dropped by the same write that takes one.
 */
export const semaphores = (table: Table): Semaphores => ({
  acquire: async (tool_name, limit, holder, now) => {
    const key = semaphoreKey(tool_name);
    const own = attributeOf(holder);
    const until = milliseconds(holder.until);
    let abandoned: readonly (readonly [string, number])[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const change = {
        set: { [own]: until, given_ms: milliseconds(now) },
        add: { held: 1 - abandoned.length },
        remove: abandoned.map(([name]) => name),
      };
      const free = slotIsFree(own, limit, abandoned.length);
      const condition = abandoned.length === 0 ? free : allOf(free, stillAbandoned(abandoned));
      if ((await table.update(key, change, condition)) !== "refused") return "acquired";
      const item = await table.get(key);
      if (item === undefined) continue;
      if (item[own] !== undefined) {
        if ((await table.update(key, { set: { [own]: until } }, holdsSlot(own))) !== "refused") return "acquired";
        continue;
      }
      abandoned = abandonedIn(item, milliseconds(now));
      if (Number(item.held) - abandoned.length >= limit) return "full";
    }
    throw new Contended(`slots of ${tool_name}`, ATTEMPTS);
  },

  lastGiven: async (tool_name) => {
    const given = (await table.get(semaphoreKey(tool_name)))?.given_ms;
    return given === undefined ? undefined : new Date(Number(given)).toISOString();
  },

  release: async (tool_name, holder) => {
    const own = attributeOf(holder);
    const still = holder.until === undefined ? holdsSlot(own) : holdsSlotUntil(own, milliseconds(holder.until));
    await table.update(semaphoreKey(tool_name), { remove: [own], add: { held: -1 } }, still);
  },
});
