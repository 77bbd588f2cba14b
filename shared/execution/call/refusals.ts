import { type EarlierCall, earlierCall, unknownInWords } from "../../conflicts/repeated-call.ts";
import type { Conflict } from "../../conflicts/schedule.ts";
import type { CeilingReason } from "../../contracts/ceiling.ts";
import type { Ending, StepRecord } from "../record/step-record.ts";
import type { CallRetry, RefusedAs } from "./answer.ts";

export type Refusal = { readonly status: RefusedAs; readonly reasons: readonly string[]; readonly retry: CallRetry };

/** Endings at which the call's effect does not stand, or was never asked for. */
export type RefusedEnding = Exclude<Ending, "live" | "undo_accepted">;

/** The facts that a refusal is explained by. */
export type RefusalFacts = {
  readonly record: StepRecord;
  readonly reasons: readonly CeilingReason[];
  readonly conflicts: readonly Conflict[];
  /** The person's word on the last request; null without one. */
  readonly comment: string | null;
};

/**
 * Causes that pass by themselves, or by a person who switches LIVE on, lifts the lock or accepts the tool as its server
 * describes it now; whatever else lowers a ceiling, the caller can change.
 */
const PASSING: ReadonlySet<CeilingReason["cause"]> = new Set([
  "live_enabled",
  "lock",
  "live_budget",
  "deadline",
  "quarantine",
]);

const oneOf = (...reasons: readonly (string | null | undefined)[]): string[] => {
  const [first] = reasons.flatMap((reason) =>
    reason === null || reason === undefined || reason === "" ? [] : [reason],
  );
  return first === undefined ? [] : [first];
};

const because = ({ record }: RefusalFacts, otherwise: string): string[] => oneOf(record.reason, otherwise);

/** Whether a change of the call could help, by what lowered its ceiling. */
const retryUnder = (reasons: readonly CeilingReason[]): CallRetry =>
  reasons.length > 0 && reasons.every(({ cause }) => PASSING.has(cause)) ? "later" : "after_change";

const ceilingRefusal = (facts: RefusalFacts): Refusal => {
  const words = facts.reasons.map(({ message }) => message);
  const reasons = words.length === 0 ? because(facts, "its ceiling allowed no more than a preview") : words;
  return { status: "blocked", reasons: [...new Set(reasons)], retry: retryUnder(facts.reasons) };
};

/** By the type of the conflict that ended it: missing permissions are somebody's to grant, a turn comes by itself. */
const CONFLICT_RETRY = {
  PERMISSION_CONFLICT: "after_change",
  DUPLICATE_ACTION: "never",
  ORDERING_CONFLICT: "later",
  RESOURCE_CONFLICT: "later",
  RATE_LIMIT_CONFLICT: "later",
  TIMEOUT_CONFLICT: "after_change",
} as const satisfies Record<Conflict["conflict_type"], CallRetry>;

/** The call of which nobody knows whether it was made, where the step was dropped as a duplicate of one. */
const unknownCall = ({ record, conflicts }: RefusalFacts): EarlierCall | undefined => {
  const [stated] = conflicts.flatMap(({ details }) => earlierCall.safeParse(details.duplicate_of).data ?? []);
  const call = record.duplicate_of ?? stated;
  return call?.status === "COMMITTED" ? undefined : call;
};

const repeatsUnknown = (call: EarlierCall): string =>
  `${unknownInWords(call)}: it is not made again before a person has found out`;

const conflictRefusal = (facts: RefusalFacts): Refusal => {
  const aborting = facts.conflicts.filter(({ resolution_strategy }) => resolution_strategy === "ABORT");
  const [first] = aborting;
  const unknown = unknownCall(facts);
  if (unknown !== undefined) return { status: "blocked", reasons: [repeatsUnknown(unknown)], retry: "later" };
  const repeats = facts.record.duplicate_of !== undefined;
  const retry = repeats ? "never" : first === undefined ? "later" : CONFLICT_RETRY[first.conflict_type];
  const found = aborting.map(({ finding }) => finding);
  return { status: "blocked", reasons: found.length === 0 ? because(facts, "a conflict ended it") : found, retry };
};

const failure = (facts: RefusalFacts): Refusal => {
  const last = facts.record.rungs.at(-1);
  return {
    status: "failed",
    reasons: because(facts, "it failed"),
    retry: last?.timed_out || facts.record.passing ? "later" : "after_change",
  };
};

const REFUSALS = {
  preview_only: ceilingRefusal,
  ceiling: ceilingRefusal,
  rejected: (facts) => ({
    status: "rejected",
    reasons: oneOf(facts.comment, facts.record.reason, "an approver rejected it"),
    retry: "never",
  }),
  expired: (facts) => ({ status: "expired", reasons: because(facts, "nobody decided in time"), retry: "later" }),
  conflict: conflictRefusal,
  dependency: (facts) => ({
    status: "blocked",
    reasons: because(facts, "what it rests on was aborted"),
    retry: "later",
  }),
  lock: (facts) => ({ status: "blocked", reasons: because(facts, "a lock applies"), retry: "later" }),
  execution_aborted: (facts) => ({ status: "blocked", reasons: because(facts, "it was aborted"), retry: "never" }),
  plan_failed: (facts) => ({ status: "blocked", reasons: because(facts, "its plan failed"), retry: "later" }),
  not_started: (facts) => ({
    status: "blocked",
    reasons: because(facts, "what it needs was not free in time"),
    retry: "later",
  }),
  failed: failure,
  compensated: (facts) => ({ status: "undone", reasons: because(facts, "it was undone"), retry: "never" }),
} as const satisfies Record<RefusedEnding, (facts: RefusalFacts) => Refusal>;

/** Why an ended call is refused, and whether it may be made again. */
export const refusalOf = (ending: RefusedEnding, facts: RefusalFacts): Refusal => REFUSALS[ending](facts);
