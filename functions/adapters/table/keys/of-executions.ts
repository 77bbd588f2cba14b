import { digestOf } from "../../../../shared/plan/digest.ts";
import type { Key } from "../item.ts";
import { padded, shardOf } from "../key-part.ts";
import { INDEXES, PARTITIONS } from "./partitions.ts";

/** Where an execution stands, with its passes, steps, events, task token and owed announcement. */

export const executionKey = (execution_id: string): Key => ({ pk: PARTITIONS.execution + execution_id, sk: "RECORD" });
export const executionsOfStatus = (status: string): string => INDEXES.executions + status;
export const passPrefix = (history: number): string => `PASS#${padded(history)}#`;
export const passKey = (execution_id: string, history: number, pass: number): Key => ({
  pk: PARTITIONS.execution + execution_id,
  sk: passPrefix(history) + padded(pass),
});
/** Parts of an answer that one item cannot hold, by the digest of all of it: outside of what asks for the passes. */
export const passPartPrefix = (digest: string): string => `PASSPART#${digest}#`;
export const passPartKey = ({ pk }: Key, digest: string, part: number): Key => ({
  pk,
  sk: passPartPrefix(digest) + padded(part),
});
/**
 * All projections of an execution: one query. Step ids stand in keys as they are: an execution's own are short and hold no
 * `#`, whatever frameworks call their steps (shared/plan/given-names.ts).
 */
export const stepsOfExecution = (execution_id: string): string => PARTITIONS.step + execution_id;
/** No step id begins so. */
const BEGUN = "#BEGUN#";
export const begunKey = (execution_id: string, digest: string): Key => ({
  pk: stepsOfExecution(execution_id),
  sk: BEGUN + digest,
});
export const isBegun = ({ sk }: Key): boolean => sk.startsWith(BEGUN);
export const stepKey = (execution_id: string, step_id: string): Key => ({
  pk: stepsOfExecution(execution_id),
  sk: step_id,
});
export const idempotencyKey = (key: { submitter: string; idempotency_key: string }): Key => ({
  pk: PARTITIONS.submission + digestOf("idempotency-key", key),
  sk: "REPLY",
});
export const EVENT_SHARDS = 8;
export const eventPartitions = (execution_id: string): string[] =>
  Array.from({ length: EVENT_SHARDS }, (_, shard) => `${PARTITIONS.audit}${execution_id}#${shard}`);
/** All events of one chain are in one partition, so that its head is one read. */
export const chainPartition = (execution_id: string, chain: string): string =>
  `${PARTITIONS.audit}${execution_id}#${shardOf(chain, EVENT_SHARDS)}`;
export const chainPrefix = (chain: string): string => `${chain}#`;
export const eventKey = (execution_id: string, chain: string, seq: number): Key => ({
  pk: chainPartition(execution_id, chain),
  sk: chainPrefix(chain) + padded(seq),
});
/** Ends of executions that are to be announced. */
export const ANNOUNCEMENTS = `${PARTITIONS.pending}ENDS`;
export const announcementKey = (ended: { execution_id: string; history: number }): Key => ({
  pk: ANNOUNCEMENTS,
  sk: `${ended.execution_id}#${padded(ended.history)}`,
});
/** Acts that stop and hold, whose events are still to be written. */
export const STOPS = `${PARTITIONS.pending}STOPS`;
/** @param digest of the event, so that two acts of one moment have a row each */
export const stopKey = (at: string, digest: string): Key => ({ pk: STOPS, sk: `${at}#${digest}` });
export const tokenKey = (execution_id: string): Key => ({ pk: PARTITIONS.token + execution_id, sk: "TOKEN" });
