import { z } from "zod";
import { type JsonObject, jsonObject } from "../plan/json.ts";
import { digestOf } from "./digest.ts";

/**
 * One link of a hash chain. There is a chain per step (`step:<step_id>`), one for the execution's serial events
 * (`execution`) and one, outside any execution, for operators' acts (`operators`).
 */
export const auditEvent = z.strictObject({
  /** Deterministic (digest of chain, seq and body), so that a lost response shows as the same event. */
  event_id: z.string(),
  chain: z.string(),
  /** From 1, gapless. */
  seq: z.number().int().positive(),
  type: z.string(),
  at: z.string(),
  actor: z.string(),
  body: jsonObject,
  /** Hash of the event before it; GENESIS for the first. */
  previous: z.string(),
  hash: z.string(),
});
export type AuditEvent = z.infer<typeof auditEvent>;

/** Name of the chain of operators' acts, and what stands in it in place of an execution's id. */
export const OPERATORS = "operators";

export const GENESIS = "0".repeat(64);

export type AuditEntry = { type: string; at: string; actor: string; body: JsonObject };

/** The next link after `head` (undefined for the first) of `chain`. */
export const nextLink = (
  execution_id: string,
  chain: string,
  head: Pick<AuditEvent, "seq" | "hash"> | undefined,
  entry: AuditEntry,
): AuditEvent => {
  const seq = (head?.seq ?? 0) + 1;
  const previous = head?.hash ?? GENESIS;
  const event_id = eventIdOf(execution_id, { chain, seq, type: entry.type, body: entry.body });
  const unsealed = { event_id, chain, seq, ...entry, previous };
  return { ...unsealed, hash: digestOf("audit-event", { execution_id, ...unsealed }) };
};

/** The id that an event of this place and meaning has. */
export const eventIdOf = (
  execution_id: string,
  { chain, seq, type, body }: { chain: string; seq: number; type: string; body: AuditEvent["body"] },
): string => digestOf("event-id", { execution_id, chain, seq, type, body }).slice(0, 32);

/** The hash that `event` must carry; anything else was changed after it was written. */
export const recomputeHash = (execution_id: string, event: AuditEvent): string => {
  const { hash: _hash, ...unsealed } = event;
  return digestOf("audit-event", { execution_id, ...unsealed });
};
