import { type AuditEvent, auditEvent } from "../../../shared/audit/audit-event.ts";
import { notThere } from "./conditions.ts";
import type { Item } from "./item.ts";
import { chainPartition, chainPrefix, eventKey, eventPartitions } from "./keys/of-executions.ts";
import type { Source } from "./merged.ts";
import { bodyOf, readBody } from "./record.ts";
import type { Table } from "./table.ts";

/** Events read at a time; at about 1.2 KB each, two of DynamoDB's 1 MB pages hold eight of these. */
export const EVENTS_AT_A_TIME = 200;

export const toEvent = (item: Item): AuditEvent => readBody(auditEvent, item);

/** Takes the event's place in its chain, if nobody has. That one write is the transition. */
export const putEvent = (table: Table, execution_id: string, event: AuditEvent): Promise<"written" | "moved"> =>
  table.put({ ...eventKey(execution_id, event.chain, event.seq), ...bodyOf(event) }, notThere);

export const eventAt = async (
  table: Table,
  execution_id: string,
  chain: string,
  seq: number,
): Promise<AuditEvent | undefined> => {
  const item = await table.get(eventKey(execution_id, chain, seq));
  return item && toEvent(item);
};

/** The last event of a chain: one item, read consistently. */
export const headOf = async (table: Table, execution_id: string, chain: string): Promise<AuditEvent | undefined> => {
  const prefix = chainPrefix(chain);
  const [head] = await table.query(chainPartition(execution_id, chain), { prefix, descending: true, limit: 1 });
  return head && toEvent(head);
};

/** Events of one chain after `seq`; the first `limit` of them, where that is said. */
export const eventsAfter = async (
  table: Table,
  execution_id: string,
  chain: string,
  seq: number,
  limit?: number,
): Promise<AuditEvent[]> => {
  const { sk } = eventKey(execution_id, chain, seq);
  const prefix = chainPrefix(chain);
  const bound = limit === undefined ? {} : { limit };
  return (await table.query(chainPartition(execution_id, chain), { prefix, after: sk, ...bound })).map(toEvent);
};

/** All partitions that can hold events of the execution, or of those chains; each is sorted by chain and then seq. */
export const eventSources = (table: Table, execution_id: string, chains?: readonly string[]): Source[] => {
  const partitions =
    chains === undefined
      ? eventPartitions(execution_id)
      : new Set(chains.map((chain) => chainPartition(execution_id, chain)));
  return [...partitions].map((pk) => (after, limit) => table.query(pk, { after, limit }));
};
