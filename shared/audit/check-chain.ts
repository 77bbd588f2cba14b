import { type AuditEvent, GENESIS, recomputed } from "./audit-event.ts";

/** The faults of one link of a chain. */
export type ChainFault = {
  readonly seq: number;
  readonly what: "sequence" | "link" | "event_id" | "hash";
  readonly expected: string;
  readonly found: string;
};

/**
 * Everything that is wrong with the events of one chain, in the order they were given: gaps, repeats and reordering,
 * links that do not name the event before, ids and hashes that are not those of the content. After a fault the check
 * goes on from the event as it stands, so that one change is reported once.
 */
export const chainFaults = (execution_id: string, events: readonly AuditEvent[]): ChainFault[] => {
  const faults: ChainFault[] = [];
  let before: Pick<AuditEvent, "seq" | "hash"> = { seq: 0, hash: GENESIS };
  for (const event of events) {
    const { seq } = event;
    const compare = (what: ChainFault["what"], expected: string, found: string): void => {
      if (expected !== found) faults.push({ seq, what, expected, found });
    };
    compare("sequence", String(before.seq + 1), String(seq));
    compare("link", before.hash, event.previous);
    const { event_id, hash } = recomputed(execution_id, event);
    compare("event_id", event_id, event.event_id);
    compare("hash", hash, event.hash);
    before = event;
  }
  return faults;
};
