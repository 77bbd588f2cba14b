import { type AuditEvent, nextLink } from "../../../shared/audit/audit-event.ts";
import { type Between, compareAndSet, type Moved } from "../../../shared/ports/contention.ts";
import type { AuditLog } from "../../../shared/ports/executions.ts";
import { EVENTS_AT_A_TIME, eventAt, eventSources, eventsAfter, headOf, putEvent, toEvent } from "./chains.ts";
import { merged, mergedPage } from "./merged.ts";
import type { Table } from "./table.ts";

/** Each lost race is an event of another process: so many at one moment, one from each, all find their place. */
const TURNS = 100;

/** With pauses, which come to twelve to fifteen seconds: a request is answered within its function's half a minute. */
const PAUSED_TURNS = 35;

/** With pauses, which come to at most a third of a second: the answer to who stops something is wanted within two. */
const BRIEF_TURNS = 6;

/**
 * Those of one process who append to one chain do so in the order in which they came. Against each other, whoever had
 * just come would win as often as those who have lost before, and some of a steady stream would never come through.
 */
const lines = () => {
  const last = new Map<string, Promise<unknown>>();
  return async <Done>(line: string, work: () => Promise<Done>): Promise<Done> => {
    const before = last.get(line);
    const own = before === undefined ? work() : before.then(work, work);
    last.set(line, own);
    try {
      return await own;
    } finally {
      if (last.get(line) === own) last.delete(line);
    }
  };
};

/**
 * @param between waits after a race with another process was lost; absent where there is no other process to speak of
 * @throws Contended from `append` and `appendOnce`, when other processes took each place in the chain
 */
export const auditLog = (table: Table, between?: Between): AuditLog => {
  const inLine = lines();
  const turns = between === undefined ? TURNS : PAUSED_TURNS;
  const inTurn = (
    execution_id: string,
    chain: string,
    turn: () => Promise<AuditEvent | Moved>,
    briefly = false,
  ): Promise<AuditEvent> => {
    const place = `chain ${chain} of ${execution_id}`;
    // Those in line with other processes to contend with may each take as long as they may; without, a moment.
    if (briefly && between !== undefined) return compareAndSet(place, BRIEF_TURNS, turn, between);
    return inLine(place, () => compareAndSet(place, turns, turn, between));
  };
  return {
    append: (execution_id, chain, entry) =>
      inTurn(execution_id, chain, async () => {
        const event = nextLink(execution_id, chain, await headOf(table, execution_id, chain), entry);
        return (await putEvent(table, execution_id, event)) === "written" ? event : "moved";
      }),

    appendOnce: async (execution_id, chain, entry, same, { after = 0, briefly } = {}) => {
      let head = after === 0 ? undefined : await eventAt(table, execution_id, chain, after);
      const turn = async () => {
        const later = await eventsAfter(table, execution_id, chain, head?.seq ?? 0);
        const known = later.find(same);
        if (known !== undefined) return known;
        head = later.at(-1) ?? head;
        const event = nextLink(execution_id, chain, head, entry);
        return (await putEvent(table, execution_id, event)) === "written" ? event : "moved";
      };
      return inTurn(execution_id, chain, turn, briefly);
    },

    begin: async (execution_id, chain, entry) => {
      await putEvent(table, execution_id, nextLink(execution_id, chain, undefined, entry));
    },

    head: (execution_id, chain) => headOf(table, execution_id, chain),

    chain: (execution_id, chain) => eventsAfter(table, execution_id, chain, 0),

    since: (execution_id, chain, seq, limit) => eventsAfter(table, execution_id, chain, seq, limit),

    async *events(execution_id, chains) {
      const items = merged(eventSources(table, execution_id, chains), { sortKey: "sk", chunk: EVENTS_AT_A_TIME });
      for await (const item of items) yield toEvent(item);
    },

    page: async (execution_id, { limit, next }) => {
      const page = await mergedPage(eventSources(table, execution_id), { sortKey: "sk", limit, next });
      return { items: page.items.map(toEvent), next: page.next };
    },
  };
};
