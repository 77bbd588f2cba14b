import { z } from "zod";
import { canonicalJson, digestOfCanonical } from "../plan/digest.ts";
import { type JsonObject, jsonObject } from "../plan/json.ts";

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
  const { type, at, actor, body } = entry;
  const meaning = meaningOf(execution_id, { chain, seq, type, body });
  const event_id = idOf(meaning);
  const hash = hashOf(meaning, { actor, at, event_id, previous });
  return { event_id, chain, seq, type, at, actor, body, previous, hash };
};

/** The id that an event of this place and meaning has, and the hash that it must carry: its content is written once for both. */
export const recomputed = (execution_id: string, event: AuditEvent): Pick<AuditEvent, "event_id" | "hash"> => {
  const meaning = meaningOf(execution_id, event);
  return { event_id: idOf(meaning), hash: hashOf(meaning, event) };
};

/** The hash that `event` must carry; anything else was changed after it was written. */
export const recomputeHash = (execution_id: string, event: AuditEvent): string =>
  hashOf(meaningOf(execution_id, event), event);

/** The canonical JSON of each part that an event's id and its hash have in common: written once for both. */
type Meaning = Record<"body" | "chain" | "execution_id" | "seq" | "type", string>;

const meaningOf = (
  execution_id: string,
  { chain, seq, type, body }: Pick<AuditEvent, "chain" | "seq" | "type" | "body">,
): Meaning => ({
  body: canonicalJson(body),
  chain: canonicalJson(chain),
  execution_id: canonicalJson(execution_id),
  seq: canonicalJson(seq),
  type: canonicalJson(type),
});

/** Canonical JSON has the names of an object in their order, and nothing between: so the parts are put together. */
const idOf = ({ body, chain, execution_id, seq, type }: Meaning): string =>
  digestOfCanonical(
    "event-id",
    `{"body":${body},"chain":${chain},"execution_id":${execution_id},"seq":${seq},"type":${type}}`,
  ).slice(0, 32);

const hashOf = (
  { body, chain, execution_id, seq, type }: Meaning,
  { actor, at, event_id, previous }: Pick<AuditEvent, "actor" | "at" | "event_id" | "previous">,
): string => {
  const [by, when, id, before] = [
    canonicalJson(actor),
    canonicalJson(at),
    canonicalJson(event_id),
    canonicalJson(previous),
  ];
  return digestOfCanonical(
    "audit-event",
    `{"actor":${by},"at":${when},"body":${body},"chain":${chain},"event_id":${id},"execution_id":${execution_id},"previous":${before},"seq":${seq},"type":${type}}`,
  );
};
