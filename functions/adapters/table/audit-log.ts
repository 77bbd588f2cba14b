import { nextLink } from "../../../shared/audit/audit-event.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import type { AuditLog } from "../../../shared/ports/executions.ts";
import { EVENTS_AT_A_TIME, eventAt, eventSources, eventsAfter, headOf, putEvent, toEvent } from "./chains.ts";
import { merged, mergedPage } from "./merged.ts";
import type { Table } from "./table.ts";

/** Each lost race is another's event, so this many appends to one chain at one moment all find their place. */
const TURNS = 100;

const placeIn = (execution_id: string, chain: string): string => `chain ${chain} of ${execution_id}`;

/** @throws Contended from `append`, when no place in the chain was free in a hundred attempts */
export const auditLog = (table: Table): AuditLog => ({
  append: (execution_id, chain, entry) =>
    compareAndSet(placeIn(execution_id, chain), TURNS, async () => {
      const event = nextLink(execution_id, chain, await headOf(table, execution_id, chain), entry);
      return (await putEvent(table, execution_id, event)) === "written" ? event : "moved";
    }),

  appendOnce: async (execution_id, chain, entry, same, after = 0) => {
    let head = after === 0 ? undefined : await eventAt(table, execution_id, chain, after);
    return compareAndSet(placeIn(execution_id, chain), TURNS, async () => {
      const later = await eventsAfter(table, execution_id, chain, head?.seq ?? 0);
      const known = later.find(same);
      if (known !== undefined) return known;
      head = later.at(-1) ?? head;
      const event = nextLink(execution_id, chain, head, entry);
      return (await putEvent(table, execution_id, event)) === "written" ? event : "moved";
    });
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
});
