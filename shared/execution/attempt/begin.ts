import type { ExecutionRecord } from "../record/execution-record.ts";
import type { StepRecord } from "../record/step-record.ts";
import { whyOver } from "./start.ts";
import { deferred, notSent, type Told } from "./told.ts";
import type { Unsent } from "./unsent.ts";

/** A step whose call was not sent yet, as its function finds it. */
export type Before = {
  readonly execution: ExecutionRecord;
  readonly record: StepRecord;
  /** When its plan's time is used up; null where it has no end. */
  readonly start_before: string | null;
  /** The rights its agent has no more, in words. */
  readonly revoked: string | undefined;
  readonly now: string;
};

/**
 * Whether a call is begun at all, before anything is taken for it. One whose execution is over is left to Next wave, and
 * so is one whose plan's time was used up while its wave was under way, when that is so by Next wave's clock too.
 */
export const begin = ({
  execution,
  record,
  start_before,
  revoked,
  now,
}: Before): Unsent | { readonly kind: "begin" } | { readonly kind: "leave" } => {
  if (whyOver(execution, execution.history) !== undefined) return { kind: "leave" };
  const over = outOfTime(start_before, now);
  if (over !== undefined) return { kind: "defer", told: over };
  return revoked === undefined ? { kind: "begin" } : { kind: "end", told: notSent("forward", record, revoked) };
};

/** How a call is told of which nothing was sent before its plan's time was used up; undefined where it is not. */
export const outOfTime = (start_before: string | null, now: string): Told | undefined => {
  if (start_before === null || start_before > now) return undefined;
  const reason = `its plan's deadline was over at ${start_before}, before anything was sent`;
  return deferred("forward", reason, { look_again_at: start_before });
};
