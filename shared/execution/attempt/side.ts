import type { ApprovalKind } from "../approval/approval.ts";
import type { LedgerSide } from "../record/ledger-row.ts";
import type { StepEventName } from "../record/states.ts";
import type { StepRecord } from "../record/step-record.ts";

type SideRow = {
  /** Where a step stands while this side of it is attempted. */
  readonly state: "LIVE" | "ROLLBACK";
  /** Its name in a reason. */
  readonly call: string;
  readonly events: Readonly<
    Record<"deferred" | "held" | "not_sent" | "succeeded" | "failed" | "unknown", StepEventName>
  >;
  /** Which question each of these puts to a person; null: none. */
  readonly asks: { readonly failed: ApprovalKind | null; readonly unknown: ApprovalKind };
  /** So many starts may come to nothing before anything is sent. A compensation undoes what stands: it is worth more. */
  readonly starts: number;
  /** Sent again or for the first time, an abort and the LIVE switch stop it: what undoes goes on in spite of both. */
  readonly ends_with_execution: boolean;
  /** The event when a look-up finds that it did not happen: the plan fails, or it is begun again. */
  readonly not_happened: "failed" | "begin_again";
};

/** The two sides of a call that are attempted: making it, and undoing it. All in which they differ stands here. */
export const SIDES = {
  forward: {
    state: "LIVE",
    call: "the call",
    events: {
      deferred: "live_deferred",
      held: "locked",
      not_sent: "live_not_started",
      succeeded: "live_succeeded",
      failed: "live_failed",
      unknown: "live_unknown",
    },
    asks: { failed: null, unknown: "reconcile" },
    starts: 2,
    ends_with_execution: true,
    not_happened: "failed",
  },
  compensation: {
    state: "ROLLBACK",
    call: "the compensation",
    events: {
      deferred: "undo_deferred",
      held: "undo_frozen",
      not_sent: "compensation_failed",
      succeeded: "compensated",
      failed: "compensation_failed",
      unknown: "compensation_unknown",
    },
    asks: { failed: "undo_failed", unknown: "reconcile_undo" },
    starts: 5,
    ends_with_execution: false,
    not_happened: "begin_again",
  },
} as const satisfies Record<LedgerSide, SideRow>;

/** The side that is attempted where a step stands. */
export const sideOf = ({ state }: Pick<StepRecord, "state">): LedgerSide =>
  state === SIDES.compensation.state ? "compensation" : "forward";
