import type { Manifest } from "../artifacts/manifest.ts";
import type { AuditEvent } from "../audit/audit-event.ts";
import { type Schedule, type ScheduledStep, schedule as scheduleSchema } from "../conflicts/schedule.ts";
import { type SealedPreview, sealedPreview } from "../execution/approval/preview.ts";
import { scheduleNamedBy } from "../execution/record/schedule-named-by.ts";
import { stepChain } from "../execution/record/step-event.ts";
import { type SubmissionRecord, submissionRecord } from "../execution/record/submission-record.ts";
import type { EvidenceFile } from "./read-manifests.ts";
import type { ExecutionRecordRead } from "./read-record.ts";
import { replayStep, type StepReplay } from "./replay.ts";
import type { SigningKey } from "./signing-keys.ts";

export const SERIAL = "execution";

/** The evidence, read and put in order once; every check takes from it what it compares. */
export type Case = {
  readonly execution_id: string;
  readonly record: ExecutionRecordRead;
  readonly chains: ReadonlyMap<string, readonly AuditEvent[]>;
  /** Events of the serial chain. */
  readonly serial: readonly AuditEvent[];
  readonly steps: ReadonlyMap<string, StepReplay>;
  readonly manifests: ReadonlyMap<number, Manifest>;
  readonly latest: Manifest | undefined;
  readonly files: readonly EvidenceFile[];
  /** Names of what lies beside the files, and is none of theirs. */
  readonly beside: readonly string[];
  readonly keys: readonly SigningKey[];
  /** Only these keys will do: anything else is a contradiction, not a lack of knowledge. */
  readonly pinned: boolean;
  /** Digests of manifests that somebody kept: they must still be there. */
  readonly remembered: readonly string[];
  readonly submission: SubmissionRecord | undefined;
  /** Every schedule that the serial chain names, in its order. */
  readonly schedules: readonly Schedule[];
  /** The last of them, by step. */
  readonly scheduled: ReadonlyMap<string, ScheduledStep>;
  /** Something happened that no manifest seals yet: what is written one after the other may be half there. */
  readonly unsealed: boolean;
  /**
   * No manifest seals the event: requests and ledger are read before events, so what it tells of may not have been there
   * by then.
   */
  readonly mayBeNewer: (event: Pick<AuditEvent, "chain" | "seq">) => boolean;
  /** Nothing was written since the last seal, and how the execution stands was read after it. */
  readonly settled: boolean;
  /** It has concluded behind the last seal: its files are written again before their manifest is. */
  readonly sealingAgain: boolean;
  /** Files only: there is no record to hold them against. */
  readonly alone: boolean;
};

export type CaseInput = Pick<
  Case,
  "execution_id" | "record" | "manifests" | "files" | "keys" | "pinned" | "remembered" | "alone"
> &
  Partial<Pick<Case, "beside">>;

export const buildCase = (input: CaseInput): Case => {
  const { execution_id, record, manifests } = input;
  const chains = byChain(record.events);
  const serial = chains.get(SERIAL) ?? [];
  const steps = new Map<string, StepReplay>();
  for (const [chain, events] of chains) {
    const step_id = stepOf(chain);
    if (step_id !== undefined) steps.set(step_id, replayStep(execution_id, step_id, events));
  }
  const latest = manifests.get(Math.max(0, ...manifests.keys()));
  const schedules = scheduleRefs(serial).flatMap((digest) => {
    const read = scheduleSchema.safeParse(record.documents.get(digest));
    return read.success ? [read.data] : [];
  });
  const told = serial.find(({ type }) => type === "submitted")?.body.submission ?? record.head?.submission.digest;
  const submitted = submissionRecord.safeParse(record.documents.get(String(told)));
  const sealed = sealedHeads(latest);
  const after = beyond(chains, latest);
  const unsealed = after.length > 0;
  return {
    ...input,
    beside: input.beside ?? [],
    chains,
    serial,
    steps,
    latest,
    submission: submitted.success ? submitted.data : undefined,
    schedules,
    scheduled: new Map(schedules.at(-1)?.steps.map((step) => [step.step_id, step]) ?? []),
    unsealed,
    mayBeNewer: ({ chain, seq }) => seq > (sealed.get(chain) ?? 0),
    sealingAgain: after.some(({ chain, type }) => chain === SERIAL && type === "concluded"),
    settled: latest !== undefined && !unsealed && record.head?.manifests === latest.number,
  };
};

const byChain = (events: readonly AuditEvent[]): Map<string, AuditEvent[]> => {
  const chains = new Map<string, AuditEvent[]>();
  for (const event of events) {
    const chain = chains.get(event.chain);
    if (chain === undefined) chains.set(event.chain, [event]);
    else chain.push(event);
  }
  return chains;
};

/** The step of a step's chain. */
export const stepOf = (chain: string): string | undefined => {
  const prefix = stepChain("");
  return chain.startsWith(prefix) ? chain.slice(prefix.length) : undefined;
};

/** Digests of the schedules that the serial chain names, in its order. */
export const scheduleRefs = (serial: readonly AuditEvent[]): string[] =>
  serial.flatMap((event) => scheduleNamedBy(event)?.digest ?? []);

const sealedHeads = (latest: Manifest | undefined): ReadonlyMap<string, number> =>
  new Map(latest?.chain_heads.map(({ chain, seq }) => [chain, seq]));

/** The events that stand behind what a manifest seals, chain by chain. */
export const beyond = (chains: Case["chains"], latest: Manifest | undefined): AuditEvent[] => {
  const sealed = sealedHeads(latest);
  return [...chains].flatMap(([chain, events]) => events.slice(sealed.get(chain) ?? 0));
};

/** The preview of that reference, if its document is there and is a preview. */
export const previewAt = (verified: Case, document: string): SealedPreview | undefined => {
  const read = sealedPreview.safeParse(verified.record.documents.get(document));
  return read.success ? read.data : undefined;
};

/** Where an event stands, in words. */
export const placeOf = ({ chain, seq, type }: Pick<AuditEvent, "chain" | "seq" | "type">): string =>
  `${chain} #${seq} (${type})`;
