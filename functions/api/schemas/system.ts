import { z } from "zod";
import { lock, lockMode, lockScope } from "../../../shared/execution/lock/lock.ts";
import { ledgerSide } from "../../../shared/execution/record/ledger-row.ts";
import { learningSignal } from "../../../shared/feedback/learning-signal.ts";
import { calibrationReport } from "../../../shared/health/calibration.ts";
import { metricName, metricPoint, systemHealth } from "../../../shared/health/index.ts";
import { pageOf, pageQuery, reason, unreadable, wholeNumber } from "./common.ts";

/** A call that may be running at this moment. */
export const inFlightCall = z.strictObject({
  execution_id: z.string(),
  step_id: z.string(),
  side: ledgerSide,
  /** The tool that is called, and the agent that acts. */
  tool_name: z.string(),
  agent_id: z.string(),
  /** Of a compensation by another tool: the tool whose call it undoes. */
  undoes: z.string().exactOptional(),
  /** Where another agent proposed the call. */
  proposed_by: z.string().exactOptional(),
  started_at: z.string(),
  may_run_until: z.string(),
});

export const systemState = z.strictObject({
  /** The caller, and the scopes that their token carries: what it allows. */
  you: z.strictObject({ name: z.string(), scopes: z.array(z.string()) }),
  live_enabled: z.boolean(),
  registry_open: z.boolean(),
  locks: z.array(lock),
  running_executions: z.number().int(),
  in_flight: z.strictObject({ count: z.number().int(), calls: z.array(inFlightCall) }),
  /** Services, and tools that have none, that nobody calls for now: they asked for that, or give no answer in time. */
  left_alone: z.array(z.strictObject({ service: z.string(), until: z.string(), reason: z.string() })),
  versions: z.strictObject({
    buddy: z.string(),
    /** Digest of the state machine file that new executions begin with. */
    definition: z.string(),
    node: z.string(),
  }),
});
export type SystemState = z.infer<typeof systemState>;

export const lockBody = z.strictObject({
  scope: lockScope,
  mode: lockMode.default("stop_forward"),
  reason,
  /** A name that nobody knows yet is locked too; else one that is near a known name, or cannot be called, is refused. */
  even_if_unknown: z.boolean().default(false),
});
/** Calls that may be running and that the answer is about: each is over by its `may_run_until`. */
const canStillRun = z.array(inFlightCall);
const told = {
  /** Running executions that were told; each that it concerns stops before its next call, whether it was or not. */
  told: z.number().int(),
  /** Those that are told after the answer, some at a time. */
  still_to_tell: z.number().int(),
};
/**
 * After this answer, of the calls that the lock covers only those it lists can still run; under stop_forward a roll
 * back can begin.
 */
export const lockReply = z.strictObject({
  lock,
  can_still_run: canStillRun,
  /** Where nobody is known by the name that was locked, the audit could not be told of it yet, or nobody could see what runs. */
  warning: z.string().exactOptional(),
  ...told,
});
export type LockReply = z.infer<typeof lockReply>;

export const unlockBody = z.strictObject({ scope: lockScope, reason });
export const unlockReply = z.strictObject({ unlocked: lock });
export type UnlockReply = z.infer<typeof unlockReply>;

export const liveBody = z.strictObject({ enabled: z.boolean(), reason: reason.optional() });
/** Off is answered with the calls that can still run: after it, no other does but what rolls back. */
export const liveReply = z.strictObject({
  live_enabled: z.boolean(),
  changed: z.boolean(),
  can_still_run: canStillRun.exactOptional(),
  told: told.told.exactOptional(),
  still_to_tell: told.still_to_tell.exactOptional(),
  /** Where LIVE is off, and the audit could not be told of it yet, or nobody could see what runs. */
  warning: z.string().exactOptional(),
});
export type LiveReply = z.infer<typeof liveReply>;

export const liveness = z.strictObject({ status: z.literal("ok") });

export const healthReply = systemHealth;
export type HealthReply = z.infer<typeof healthReply>;

const instant = z.iso.datetime({ offset: true, error: "must be a time such as 2026-01-31T12:00:00Z" });
/** The last 24 hours where nothing is said. */
export const metricQuery = z.strictObject({ since: instant.optional(), until: instant.optional() });
export const metricReply = z.strictObject({
  name: metricName,
  since: z.string(),
  until: z.string(),
  points: z.array(metricPoint),
  unreadable,
});
export type MetricReply = z.infer<typeof metricReply>;

export const signalQuery = pageQuery.extend({
  target_phase: z
    .enum(["16", "19"])
    .transform((phase): 16 | 19 => (phase === "16" ? 16 : 19))
    .optional(),
});
export const calibrationQuery = pageQuery.extend({
  /** Agents and tools together. */
  limit: wholeNumber(1, 1_000).default(1_000),
});
/** The last seven days. */
export const calibrationReply = calibrationReport.extend({ next: z.string().nullable() });
export type CalibrationReply = z.infer<typeof calibrationReply>;

export const signalPage = pageOf(learningSignal).extend({ unreadable });
export type SignalPage = z.infer<typeof signalPage>;
