import { createHash } from "node:crypto";
import { nameOf } from "../../../../shared/plan/same-person.ts";
import type { Key } from "../item.ts";
import { keyPart, shardOf } from "../key-part.ts";
import { INDEXES, PARTITIONS } from "./partitions.ts";

/** Requests to people, decisions that are being applied, links to requests, and people who are away. */

export const APPROVAL_SHARDS = 4;
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
/** A link has 256 random bits, so that a plain hash is as good as a slow or salted one. */
export const linkHash = (link: string): string => createHash("sha256").update(link).digest("hex");
/** Where earlier releases kept a link. */
export const linkKey = (link: string): Key => ({ pk: PARTITIONS.link + linkHash(link), sk: "LINK" });
/** One absence a person, whatever the spelling of the name. */
export const ABSENCES = `${PARTITIONS.away}ALL`;
export const absenceKey = (person: string): Key => ({ pk: ABSENCES, sk: keyPart(nameOf(person)) });
