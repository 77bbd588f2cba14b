import { z } from "zod";
import { executionConfig } from "../../plan/config.ts";
import { isSamePerson } from "../../plan/same-person.ts";
import { identifier } from "../../plan/tool-execution-plan.ts";
import { about } from "./about.ts";
import { bodyRef } from "./step-record.ts";
import { traceparent } from "./trace-context.ts";

/**
 * RUNNING until Conclude, which calls the end by `endStatus`; LOCKED can be resumed, and whatever else has ended can be
 * rolled back, in a fresh workflow run. Earlier releases said SUCCEEDED for INCOMPLETE and ROLLED_BACK: their records stay so.
 */
export const executionStatus = z.enum([
  "RUNNING",
  "SUCCEEDED",
  "INCOMPLETE",
  "ROLLED_BACK",
  "FAILED",
  "ABORTED",
  "LOCKED",
]);
export type ExecutionStatus = z.infer<typeof executionStatus>;

/**
 * The mark that everything carries which follows from one request, so that it can be found together: the caller's own
 * mark, or the id that the request was given on its way in.
 */
export const correlationId = z
  .string()
  .max(128)
  .regex(/^[\w.:=+/-]+$/, "must have 1 to 128 letters, digits and _ . : = + / -");

const request = z.strictObject({ by: z.string(), at: z.string(), reason: z.string() });

export const executionRecord = z.strictObject({
  execution_id: identifier,
  status: executionStatus,
  submitted_by: z.string(),
  submitted_at: z.string(),
  /** Others who asked for the same call while it went on: submitters like the first. Absent where there are none. */
  attached: z.array(z.strictObject({ by: z.string(), at: z.string() })).exactOptional(),
  ended_at: z.string().nullable(),
  /**
   * The finding of Conclude; `status` follows when the artifacts are published, so that whoever sees the end of an
   * execution finds its artifacts, and a crash in between leaves it among the running ones.
   */
  concluded: executionStatus.nullable(),
  /** When a publisher last began to write its artifacts; absent before. */
  publishing_at: z.string().exactOptional(),
  /** True once the last that tried to write its artifacts has given up; absent while somebody tries. */
  publishing_given_up: z.literal(true).exactOptional(),
  /** How many runs of the engine were started for this workflow run only to publish what it had concluded; absent: none. */
  publishing_runs: z.number().int().positive().exactOptional(),
  config: executionConfig,
  /** The deployment's switch when the execution was submitted. */
  live_enabled: z.boolean(),
  plan_ids: z.array(identifier),
  /** Absent where it would be large, and in records of releases before: then the submission says it. */
  about: about.exactOptional(),
  step_count: z.number().int().nonnegative(),
  /** Number of the workflow run that carries it on, from 1. Records and the API keep the earlier word `history` for it. */
  history: z.number().int().positive(),
  /** Normalised plans with pinned contracts. */
  submission: bodyRef,
  /** Written by Resolve conflicts; a later revision replaces it after an edit. */
  schedule: bodyRef.nullable(),
  abort_requested: request.nullable(),
  /** A person unlocked and resumed: steps locked before it begin again. `number` counts the resumes, from 1. */
  resume_requested: request.extend({ number: z.number().int().positive().default(1) }).nullable(),
  /**
   * A person asked to undo what can be undone; `depth` counts layers of what stands from the end, null for all. `number`
   * counts the roll backs that were asked for, from 1.
   */
  rollback_requested: request
    .extend({ depth: z.number().int().positive().nullable(), number: z.number().int().positive().default(1) })
    .nullable(),
  /** Digest of the state machine file it began with. */
  definition: z.string(),
  /** How many manifests were sealed. */
  manifests: z.number().int().nonnegative(),
  /** Of the submission; null where it came without one. */
  correlation_id: correlationId.nullable().default(null),
  /** The trace that the submission belongs to; absent where it came without one. */
  traceparent: traceparent.exactOptional(),
  /** Grows with every write: the condition of the next. */
  version: z.number().int().positive(),
});
/** How many resumes were asked for: what is locked now waits for the next. */
export const resumesOf = ({ resume_requested }: Pick<z.infer<typeof executionRecord>, "resume_requested">): number =>
  resume_requested?.number ?? 0;

export type ExecutionRecord = z.infer<typeof executionRecord>;

type Submitted = Pick<ExecutionRecord, "submitted_by" | "attached">;

/** Everybody who asked for it: who submitted it, and who asked for the same call while it went on. */
export const submittersOf = ({ submitted_by, attached = [] }: Submitted): string[] => [
  submitted_by,
  ...attached.map(({ by }) => by),
];

export const isSubmitter = (execution: Submitted, name: string): boolean =>
  submittersOf(execution).some((submitter) => isSamePerson(submitter, name));
