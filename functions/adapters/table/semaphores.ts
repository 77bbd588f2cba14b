import { compareAndSet } from "../../../shared/ports/contention.ts";
import { ASKS_SECONDS, type Holder, MOST_ASKING, type Semaphores } from "../../../shared/ports/coordination.ts";
import { allOf, holdsSlot, holdsSlotUntil, isAsking, slotIsFree, stillAbandoned } from "./conditions.ts";
import type { Item } from "./item.ts";
import { semaphoreKey } from "./keys/of-calls.ts";
import { milliseconds } from "./record.ts";
import type { Table } from "./table.ts";

/** Each lost race is another's change of that tool's slots. */
const TURNS = 50;

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

const ASKS = "asks#";

/** Executions that ask, by attribute and when they did; and those that have left. */
const askingIn = (item: Item, now: number) => {
  const all = Object.entries(item)
    .flatMap(([name, at]) => (name.startsWith(ASKS) && typeof at === "number" ? [{ name, at }] : []))
    .sort((one, other) => one.at - other.at || (one.name < other.name ? -1 : 1));
  // One from far ahead of now was written by a clock that was set back since.
  const isFresh = ({ at }: { at: number }): boolean => Math.abs(now - at) <= ASKS_SECONDS * 1_000;
  return { asking: all.filter(isFresh), left: all.filter((each) => !isFresh(each)) };
};

/**
 * One item per tool: how many slots are held, and an attribute per holder with its end. A slot is taken by one
 * conditional write without reading first, so contenders for free slots never get in each other's way; only a refusal
 * reads, and the abandoned slots it finds are dropped by the same write that takes one.
 */
export const semaphores = (table: Table): Semaphores => {
  const ask = async (tool_name: string, item: Item, holder: Holder, now: number): Promise<void> => {
    const { asking, left } = askingIn(item, now);
    const own = ASKS + holder.execution_id;
    if (asking.length >= MOST_ASKING && !asking.some(({ name }) => name === own)) return;
    const gone = left.map(({ name }) => name).filter((name) => name !== own);
    await table.update(semaphoreKey(tool_name), { set: { [own]: now }, remove: gone.slice(0, DROPPED_AT_ONCE) });
  };

  return {
    acquire: async (tool_name, limit, holder, now) => {
      const key = semaphoreKey(tool_name);
      const own = attributeOf(holder);
      const until = milliseconds(holder.until);
      let abandoned: readonly (readonly [string, number])[] = [];
      let asked = false;
      return compareAndSet(`slots of ${tool_name}`, TURNS, async () => {
        const change = {
          set: { [own]: until, given_ms: milliseconds(now) },
          add: { held: 1 - abandoned.length },
          remove: abandoned.map(([name]) => name),
        };
        const free = slotIsFree(own, limit, abandoned.length);
        const condition = abandoned.length === 0 ? free : allOf(free, stillAbandoned(abandoned));
        if ((await table.update(key, change, condition)) !== "moved") return "acquired";
        const item = await table.get(key);
        if (item === undefined) return "moved";
        if (item[own] !== undefined) {
          const kept = await table.update(key, { set: { [own]: until } }, holdsSlot(own));
          return kept === "moved" ? kept : "acquired";
        }
        abandoned = abandonedIn(item, milliseconds(now));
        if (Number(item.held) - abandoned.length < limit) return "moved";
        if (asked) return "full";
        // A holder that gives a slot back from now on finds that it is asked for; one that was given back before is
        // found here.
        await ask(tool_name, item, holder, milliseconds(now));
        asked = true;
        return "moved";
      });
    },

    free: async (tool_name, limit, now) => {
      const item = await table.get(semaphoreKey(tool_name));
      const held = item === undefined ? 0 : Number(item.held ?? 0) - abandonedIn(item, milliseconds(now)).length;
      return Math.max(0, limit - held);
    },

    asking: async (tool_name, now) => {
      const item = await table.get(semaphoreKey(tool_name));
      if (item === undefined) return [];
      return askingIn(item, milliseconds(now)).asking.map(({ name }) => name.slice(ASKS.length));
    },

    told: async (tool_name, execution_id) => {
      const own = ASKS + execution_id;
      await table.update(semaphoreKey(tool_name), { remove: [own] }, isAsking(own));
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
  };
};
