import type { ExecutionRecord } from "../record/execution-record.ts";
import { isUnsettled, type LedgerRow } from "../record/ledger-row.ts";
import type { Rests } from "./rested-on.ts";

/** Why a call that is ready must not be sent, `reason` in words. */
export type Stop =
  | {
      readonly kind: "moved" | "aborted" | "ended" | "lock" | "switched_off" | "too_late";
      readonly reason: string;
    }
  | ({ readonly kind: "fallen" } & Fallen)
  | { readonly kind: "rested_on"; readonly reason: string; readonly rests: Rests };

/** Why a call that a step rests on does not stand, in words. `may_stand`: it is not known yet, or not decided. */
export type Fallen = { readonly reason: string; readonly may_stand: boolean };

/**
 * The facts that are read once the in-flight row and INTENT stand, with strong consistency: what was read before proves
 * nothing.
 */
export type Seen = {
  /** Somebody moved the step since its function read it. */
  readonly moved: boolean;
  /** The lock that holds this side of the step, in words. */
  readonly lock: string | undefined;
  /** Getting ready took so long that the call would outlast what its row says. */
  readonly late: boolean;
  /** Of what ends with its execution: a compensation goes on in spite of all that. */
  readonly forward:
    | {
        readonly execution: ExecutionRecord | undefined;
        /** The workflow run of it that the function began in. */
        readonly history: number;
        readonly live_enabled: boolean;
        readonly fallen: Fallen | undefined;
      }
    | undefined;
  /** Of a compensation: what others did on the call, so that it is not undone unasked. */
  readonly rests: Rests | undefined;
};

/** In this order: the first that applies is the reason. */
const STOPS: readonly ((seen: Seen) => Stop | undefined)[] = [
  ({ moved }) => (moved ? { kind: "moved", reason: "the step was moved while it got ready" } : undefined),
  ({ forward }) => forward && whyOver(forward.execution, forward.history),
  ({ lock }) => (lock === undefined ? undefined : { kind: "lock", reason: lock }),
  ({ forward }) =>
    forward?.live_enabled === false
      ? { kind: "switched_off", reason: "LIVE was switched off for this deployment" }
      : undefined,
  ({ forward }) => forward?.fallen && { kind: "fallen", ...forward.fallen },
  ({ rests }) => rests && { kind: "rested_on", reason: rests.why, rests },
  ({ late }) => (late ? TOO_LATE : undefined),
];

export const TOO_LATE: Stop = { kind: "too_late", reason: "it took too long to get ready, so nothing was sent" };

/** The reason that stops a call which is about to be sent, for the first time or again. */
export const whatStops = (seen: Seen): Stop | undefined => {
  for (const stop of STOPS) {
    const found = stop(seen);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Nothing is begun in an execution that was aborted or has ended, nor by a workflow run of it that another has followed. */
export const whyOver = (execution: ExecutionRecord | undefined, history: number): Stop | undefined => {
  if (execution === undefined) return { kind: "ended", reason: "the execution is gone" };
  if (execution.abort_requested !== null) return { kind: "aborted", reason: abortInWords(execution.abort_requested) };
  if (execution.status === "RUNNING" && execution.concluded === null && execution.history === history) return undefined;
  return { kind: "ended", reason: "the execution has ended, or goes on in another workflow run" };
};

export const abortInWords = ({ by, reason }: NonNullable<ExecutionRecord["abort_requested"]>): string =>
  `the execution was aborted by ${by}: ${reason}`;

/** The result of putting INTENT, with the facts that were read after it where it was put. */
export type Place =
  | { readonly kind: "written"; readonly seen: Seen }
  | { readonly kind: "exists"; readonly row: LedgerRow }
  | { readonly kind: "tombstone" };

export type Start =
  | { readonly kind: "send" }
  /** INTENT is taken back, and the step told what stopped it. */
  | { readonly kind: "withdraw"; readonly stop: Stop }
  /**
   * Another attempt has the place. A call that it may have sent can still take effect under the leases: then they stay.
   */
  | { readonly kind: "leave"; readonly keep_leases: boolean; readonly why: string }
  /** Somebody ended the step as not sent, and may have died before saying so. */
  | { readonly kind: "end"; readonly why: string };

/** Whether a call goes out, once its INTENT was to be put. Nothing else says `send`. */
export const start = (place: Place): Start => {
  switch (place.kind) {
    case "exists":
      return { kind: "leave", keep_leases: isUnsettled(place.row), why: "a row stands in the ledger already" };
    case "tombstone":
      return { kind: "end", why: "nothing was sent, and its place in the ledger has a tombstone" };
    case "written": {
      const stop = whatStops(place.seen);
      return stop === undefined ? { kind: "send" } : { kind: "withdraw", stop };
    }
  }
};
