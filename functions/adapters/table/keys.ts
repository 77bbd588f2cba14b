import { createHash } from "node:crypto";
import { digestOf } from "../../../shared/plan/digest.ts";
import { nameOf } from "../../../shared/plan/same-person.ts";
import type { Place } from "../../../shared/ports/knowledge.ts";
import type { Key } from "./item.ts";
import { keyPart, padded, shardOf } from "./key-part.ts";

/**
 * Every key of the table, in one place. The beginning of a partition key says whose row it is, so that an IAM condition
 * on `dynamodb:LeadingKeys` can fence it: see docs/adr/0005-one-table-two-engines.md.
 */
export const PARTITIONS = {
  execution: "EXEC#",
  step: "STEP#",
  audit: "AUDIT#",
  submission: "SUBMISSION#",
  /** Calls that agents wait for. */
  asked: "ASKED#",
  approval: "APPROVAL#",
  pending: "PENDING#",
  link: "LINK#",
  ledger: "LEDGER#",
  lease: "LEASE#",
  semaphore: "SEMAPHORE#",
  bucket: "BUCKET#",
  inflight: "INFLIGHT#",
  lock: "LOCK#",
  token: "TOKEN#",
  world: "WORLD#",
  contract: "CONTRACT#",
  agent: "AGENT#",
  /** People who are away, and until when. */
  away: "AWAY#",
  server: "SERVER#",
  definition: "DEFINITION#",
  accepted: "ACCEPTED#",
  memory: "MEMORY#",
  goal: "GOAL#",
  setting: "SETTING#",
  /** The table keeps an earlier word for aggregates: keys of stored items never change. */
  aggregate: "TALLY#",
  signal: "SIGNAL#",
  metric: "METRIC#",
  webhook: "WEBHOOK#",
  delivery: "DELIVERY#",
  work: "WORK#",
  /** Calls that only look: apart from the calls that act, so that a function that never acts can hand out no other. */
  work_read: "WORKREAD#",
} as const;

/** The beginnings of the index's partition keys. */
export const INDEXES = {
  executions: "EXECUTIONS#",
  approvals: "APPROVALS#",
  calls: "CALLS#",
  deliveries: "DELIVERIES#",
} as const;

/** Rows that a function which never goes LIVE has no business with, neither reading nor writing. */
export const LIVE_ONLY = ["token", "ledger", "lease", "semaphore", "bucket", "inflight", "work"] as const;

export const EVENT_SHARDS = 8;
export const IN_FLIGHT_SHARDS = 8;
export const APPROVAL_SHARDS = 4;

export const executionKey = (execution_id: string): Key => ({ pk: PARTITIONS.execution + execution_id, sk: "RECORD" });
export const executionsOfStatus = (status: string): string => INDEXES.executions + status;
export const passPrefix = (history: number): string => `PASS#${padded(history)}#`;
export const passKey = (execution_id: string, history: number, pass: number): Key => ({
  pk: PARTITIONS.execution + execution_id,
  sk: passPrefix(history) + padded(pass),
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

export const approvalsOfExecution = (execution_id: string): string => `${PARTITIONS.approval}EXEC#${execution_id}`;
export const approvalKey = (execution_id: string, approval_id: string): Key => ({
  pk: approvalsOfExecution(execution_id),
  sk: keyPart(approval_id),
});
export const approvalPointerKey = (approval_id: string): Key => ({
  pk: `${PARTITIONS.approval}ID#${keyPart(approval_id)}`,
  sk: "EXECUTION",
});
/** Marks of requests about calls that do the same, by the time they were opened: where to look for them. */
export const approvalMarks = (same_call: string): string => `${PARTITIONS.approval}CALL#${same_call}`;
export const approvalPartitions = (status: string): string[] =>
  Array.from({ length: APPROVAL_SHARDS }, (_, shard) => `${INDEXES.approvals}${status}#${shard}`);
export const approvalPartition = (status: string, approval_id: string): string =>
  `${INDEXES.approvals}${status}#${shardOf(approval_id, APPROVAL_SHARDS)}`;

export const PENDING = `${PARTITIONS.pending}ALL`;
export const pendingKey = (approval_id: string): Key => ({ pk: PENDING, sk: keyPart(approval_id) });

/** Ends of executions that are to be announced. */
export const ANNOUNCEMENTS = `${PARTITIONS.pending}ENDS`;
export const announcementKey = (ended: { execution_id: string; history: number }): Key => ({
  pk: ANNOUNCEMENTS,
  sk: `${ended.execution_id}#${padded(ended.history)}`,
});

/** A link has 256 random bits, so that a plain hash is as good as a slow or salted one. */
export const linkHash = (link: string): string => createHash("sha256").update(link).digest("hex");
/** Where earlier releases kept a link. */
export const linkKey = (link: string): Key => ({ pk: PARTITIONS.link + linkHash(link), sk: "LINK" });

export const tokenKey = (execution_id: string): Key => ({ pk: PARTITIONS.token + execution_id, sk: "TOKEN" });

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

export const inFlightPartitions = (): string[] =>
  Array.from({ length: IN_FLIGHT_SHARDS }, (_, shard) => PARTITIONS.inflight + shard);
export const inFlightKey = (call: { execution_id: string; step_id: string; side: string }): Key => {
  const sk = `${call.execution_id}#${call.step_id}#${call.side}`;
  return { pk: PARTITIONS.inflight + shardOf(sk, IN_FLIGHT_SHARDS), sk };
};

export const LOCKS = `${PARTITIONS.lock}ALL`;
export const lockKey = (lock_id: string): Key => ({ pk: LOCKS, sk: keyPart(lock_id) });
export const SETTINGS = `${PARTITIONS.setting}ALL`;
export const CONTRACTS = `${PARTITIONS.contract}ALL`;
export const contractPrefix = (tool_name: string): string => `${tool_name}#`;
export const contractKey = (tool_name: string, version: number): Key => ({
  pk: CONTRACTS,
  sk: contractPrefix(tool_name) + padded(version),
});
/** Names of servers' tools, with the contracts that clients may know by them. None of both holds a `#`. */
export const CONTRACT_NAMES = `${PARTITIONS.contract}NAMES`;
export const contractNamePrefix = (name: string): string => `${name}#`;
export const contractNameKey = (name: string, tool_name: string): Key => ({
  pk: CONTRACT_NAMES,
  sk: contractNamePrefix(name) + tool_name,
});
/**
 * Proposals that a second person has yet to confirm: apart, so that whoever asks for contracts finds those in force.
 */
export const PROPOSED = `${PARTITIONS.contract}PROPOSED`;
export const proposalKey = (tool_name: string): Key => ({ pk: PROPOSED, sk: tool_name });
/** MCP servers, apart from contracts: who calls tools reads these and none of those. */
export const SERVERS = `${PARTITIONS.server}ALL`;
export const serverKey = (server: string): Key => ({ pk: SERVERS, sk: server });
/** Tools that servers describe otherwise than a contract pins them; what people accepted of that stands apart. */
export const changedDefinitions = (tool_name: string): string => PARTITIONS.definition + tool_name;
export const changedDefinitionKey = ({ tool_name, pin }: { tool_name: string; pin: string }): Key => ({
  pk: changedDefinitions(tool_name),
  sk: pin,
});
export const acceptedDefinitions = (tool_name: string): string => PARTITIONS.accepted + tool_name;
export const acceptedDefinitionKey = (accepted: { tool_name: string; pin: string; definition: string }): Key => ({
  pk: acceptedDefinitions(accepted.tool_name),
  sk: `${accepted.pin}#${accepted.definition}`,
});
/** Notes and goals, by the one agent that may read them or for all: who searches for an agent asks for no other's. */
const shelfOf = ({ shelf, agent_id }: Place): string =>
  PARTITIONS[shelf === "memory" ? "memory" : "goal"] + (agent_id === null ? "ALL" : `AGENT#${keyPart(agent_id)}`);
export const entriesIn = (place: Place): string => `${shelfOf(place)}#ENTRIES`;
export const entryKey = (place: Place, id: string): Key => ({ pk: entriesIn(place), sk: id });
/** How many there are, and how often they changed. */
export const shelfKey = (place: Place): Key => ({ pk: shelfOf(place), sk: "SHELF" });
export const AGENTS = `${PARTITIONS.agent}ALL`;
export const agentKey = (agent_id: string): Key => ({ pk: AGENTS, sk: agent_id });
/** One absence a person, whatever the spelling of the name. */
export const ABSENCES = `${PARTITIONS.away}ALL`;
export const absenceKey = (person: string): Key => ({ pk: ABSENCES, sk: keyPart(nameOf(person)) });
/** Among what submissions bring, so that whoever takes them in can register nobody. */
export const NOTED_AGENTS = `${PARTITIONS.submission}AGENTS`;
export const notedAgentKey = (agent_id: string): Key => ({ pk: NOTED_AGENTS, sk: keyPart(agent_id) });

/** Calls that an agent waits for. */
export const callsOfAgent = (agent_id: string): string => PARTITIONS.asked + keyPart(agent_id);
export const askedCallKey = (call: { agent_id: string; same_call: string }): Key => ({
  pk: callsOfAgent(call.agent_id),
  sk: call.same_call,
});

/** Executions that requests carry on by themselves. */
export const CARRIED = `${PARTITIONS.asked}!CARRIED`;
export const carriedKey = (execution_id: string): Key => ({ pk: CARRIED, sk: execution_id });

/** By month, so that no partition grows for ever and few are read for a day. */
export const aggregateMonth = (instant: string): string => PARTITIONS.aggregate + instant.slice(0, 7);
/** The sums of whole hours, which stand beside what they add up. */
export const hoursOfMonth = (instant: string): string => `${PARTITIONS.aggregate}HOURS#${instant.slice(0, 7)}`;
export const hourKey = (hour: string): Key => ({ pk: hoursOfMonth(hour), sk: hour });
/** Where the aggregate of an execution was put first. */
export const aggregatePlaceKey = (execution_id: string): Key => ({
  pk: `${PARTITIONS.aggregate}EXEC#${execution_id}`,
  sk: "PLACE",
});
export const signalsFor = (target_phase: number): string => PARTITIONS.signal + target_phase;
export const signalsOfExecution = (execution_id: string): string => `${PARTITIONS.signal}EXEC#${execution_id}`;
/** The report that was measured when a workflow run of an execution had ended. */
export const healthReportKey = (execution_id: string, history: number): Key => ({
  pk: `${PARTITIONS.metric}EXEC#${execution_id}`,
  sk: padded(history),
});
export const METRIC_VALUES = `${PARTITIONS.metric}VALUES`;
/** Where earlier releases kept the values of one metric. */
export const metricPartition = (name: string): string => PARTITIONS.metric + keyPart(name);

export const WEBHOOKS = `${PARTITIONS.webhook}ALL`;
export const webhookKey = (webhook_id: string): Key => ({ pk: WEBHOOKS, sk: webhook_id });
/** Deliveries to one address by the time they were made; a pointer, written before one, leads from its id to there. */
export const deliveriesTo = (webhook_id: string): string => `${PARTITIONS.delivery}TO#${webhook_id}`;
export const deliveryKey = (delivery: { webhook_id: string; delivery_id: string; created_at: string }): Key => ({
  pk: deliveriesTo(delivery.webhook_id),
  sk: `${delivery.created_at}#${delivery.delivery_id}`,
});
export const deliveryPointerKey = (delivery: { webhook_id: string; delivery_id: string }): Key => ({
  pk: `${PARTITIONS.delivery}ID#${delivery.webhook_id}`,
  sk: delivery.delivery_id,
});
export const waitingDeliveries = (webhook_id: string): string => INDEXES.deliveries + webhook_id;

type WorkFamily = "work" | "work_read";
/** Every handing out of a call's key on a rung, each with its answer behind it. */
export const handedOut = (family: WorkFamily, { idempotency_key, rung }: { idempotency_key: string; rung: string }) =>
  `${PARTITIONS[family]}CALL#${idempotency_key}.${rung}`;
export const handingOutKey = (
  family: WorkFamily,
  handing: { idempotency_key: string; rung: string; number: number },
): Key => ({ pk: handedOut(family, handing), sk: padded(handing.number) });
export const answerKey = (call: Key): Key => ({ pk: call.pk, sk: `${call.sk}#ANSWER` });
/** The calls that wait for workers of a group, the oldest first. */
export const offersTo = (family: WorkFamily, group: string): string => `${PARTITIONS[family]}GROUP#${group}`;
/** Entries that will be forgotten, by when. */
export const forgottenWork = (family: WorkFamily): string => `${PARTITIONS[family]}ENDS`;
export const sightingsOf = (group: string): string => `${PARTITIONS.work_read}SEEN#${group}`;
