import type { Key } from "../item.ts";
import { keyPart, shardOf } from "../key-part.ts";
import { INDEXES, PARTITIONS } from "./partitions.ts";

/** Calls: their ledger, what they hold while they run, and those that agents wait for. */

export const ledgerOfExecution = (execution_id: string): string => PARTITIONS.ledger + execution_id;
export const ledgerKey = (key: { execution_id: string; step_id: string; side: string }): Key => ({
  pk: ledgerOfExecution(key.execution_id),
  sk: `${key.step_id}#${key.side}`,
});
export const callsLike = (call_digest: string): string => INDEXES.calls + call_digest;
/** Marks of calls that do the same, by the time they began: where to look for their rows. */
export const callMarks = (same_call: string): string => `${PARTITIONS.ledger}CALL#${same_call}`;
/** Steps of other executions that rest on a call: beside its execution's rows, not among them. */
export const restsOn = (call: { execution_id: string; step_id: string }): string =>
  `${PARTITIONS.ledger}RESTS#${call.execution_id}#${call.step_id}`;
export const leaseKey = (key: string): Key => ({ pk: PARTITIONS.lease + keyPart(key), sk: "LEASE" });
export const semaphoreKey = (tool_name: string): Key => ({
  pk: PARTITIONS.semaphore + keyPart(tool_name),
  sk: "SLOTS",
});
export const bucketKey = (service: string): Key => ({ pk: PARTITIONS.bucket + keyPart(service), sk: "BUCKET" });
/** Services that are to be left alone, together, to be seen at once. */
export const PAUSES = `${PARTITIONS.bucket}PAUSES`;
export const pauseKey = (service: string): Key => ({ pk: PAUSES, sk: keyPart(service) });
/** Calls without an answer, of all services, by when they were left without one. */
export const UNANSWERED = `${PARTITIONS.bucket}UNANSWERED`;
export const unansweredKey = (call: { execution_id: string; step_id: string; at: string }): Key => ({
  pk: UNANSWERED,
  sk: `${call.at}#${call.execution_id}#${call.step_id}`,
});
export const IN_FLIGHT_SHARDS = 8;
export const inFlightPartitions = (): string[] =>
  Array.from({ length: IN_FLIGHT_SHARDS }, (_, shard) => PARTITIONS.inflight + shard);
export const inFlightKey = (call: { execution_id: string; step_id: string; side: string }): Key => {
  const sk = `${call.execution_id}#${call.step_id}#${call.side}`;
  return { pk: PARTITIONS.inflight + shardOf(sk, IN_FLIGHT_SHARDS), sk };
};
/** Calls that an agent waits for. */
export const callsOfAgent = (agent_id: string): string => PARTITIONS.asked + keyPart(agent_id);
export const askedCallKey = (call: { agent_id: string; same_call: string }): Key => ({
  pk: callsOfAgent(call.agent_id),
  sk: call.same_call,
});
/** Executions that requests carry on by themselves. */
export const CARRIED = `${PARTITIONS.asked}!CARRIED`;
export const carriedKey = (execution_id: string): Key => ({ pk: CARRIED, sk: execution_id });
