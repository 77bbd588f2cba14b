import type { ExecutionRecord } from "../execution-record.ts";
import type { StepRecord } from "../step-record.ts";
import { whyOver } from "./start.ts";
import { deferred, notSent } from "./told.ts";
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
  if (start_before !== null && start_before <= now) {
    const reason = `its plan's deadline was over at ${start_before}, before anything was sent`;
    return { kind: "defer", told: deferred("forward", reason, { look_again_at: start_before }) };
  }
  return revoked === undefined ? { kind: "begin" } : { kind: "end", told: notSent("forward", record, revoked) };
};
