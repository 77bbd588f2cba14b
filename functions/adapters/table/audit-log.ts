import { nextLink } from "../../../shared/audit/audit-event.ts";
import type { AuditLog } from "../../../shared/ports/executions.ts";
import { EVENTS_AT_A_TIME, eventAt, eventSources, eventsAfter, headOf, putEvent, toEvent } from "./chains.ts";
import { merged, mergedPage } from "./merged.ts";
import { Contended, type Table } from "./table.ts";

/** Each lost race is another's event, so this many appends to one chain at one moment all find their place. */
const ATTEMPTS = 100;

/** @throws Contended from `append`, when no place in the chain was free in a hundred attempts */
export const auditLog = (table: Table): AuditLog => ({
  append: async (execution_id, chain, entry) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const event = nextLink(execution_id, chain, await headOf(table, execution_id, chain), entry);
      if ((await putEvent(table, execution_id, event)) === "written") return event;
    }
    throw new Contended(`chain ${chain} of ${execution_id}`, ATTEMPTS);
  },

  appendOnce: async (execution_id, chain, entry, same, after = 0) => {
    let head = after === 0 ? undefined : await eventAt(table, execution_id, chain, after);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const later = await eventsAfter(table, execution_id, chain, head?.seq ?? 0);
      const known = later.find(same);
      if (known !== undefined) return known;
      head = later.at(-1) ?? head;
      const event = nextLink(execution_id, chain, head, entry);
      if ((await putEvent(table, execution_id, event)) === "written") return event;
    }
    throw new Contended(`chain ${chain} of ${execution_id}`, ATTEMPTS);
  },

  begin: async (execution_id, chain, entry) => {
    await putEvent(table, execution_id, nextLink(execution_id, chain, undefined, entry));
  },

  head: (execution_id, chain) => headOf(table, execution_id, chain),

  chain: (execution_id, chain) => eventsAfter(table, execution_id, chain, 0),

  async *events(execution_id) {
    const items = merged(eventSources(table, execution_id), { sortKey: "sk", chunk: EVENTS_AT_A_TIME });
    for await (const item of items) yield toEvent(item);
  },

  page: async (execution_id, { limit, next }) => {
    const page = await mergedPage(eventSources(table, execution_id), { sortKey: "sk", limit, next });
    return { items: page.items.map(toEvent), next: page.next };
  },
});
