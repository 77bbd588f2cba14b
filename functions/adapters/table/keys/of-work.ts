import type { Key } from "../item.ts";
import { keyPart, padded } from "../key-part.ts";
import { PARTITIONS } from "./partitions.ts";

/** Calls that are handed out to workers. */

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
/** Of one worker, by the names that it gave its questions. */
export const questionKey = ({ worker, question }: { worker: string; question: string }): Key => ({
  pk: `${PARTITIONS.work}QUESTION#${keyPart(worker)}`,
  sk: question,
});
export const sightingsOf = (group: string): string => `${PARTITIONS.work_read}SEEN#${group}`;
