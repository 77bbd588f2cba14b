import { wasSetBack } from "../../plan/set-back.ts";
import { givesUp, type Line } from "../order/waiting-in-line.ts";
import type { ExecutionRecord } from "../record/execution-record.ts";
import { isUnsettled, type LedgerRow, mayBeRunning } from "../record/ledger-row.ts";
import type { StepChanges } from "../record/step-event.ts";
import type { StepRecord } from "../record/step-record.ts";
import { withheld } from "./rested-on.ts";
import { SIDES, sideOf } from "./side.ts";
import type { Stop } from "./start.ts";
import { begunAgainAt, growingPause, secondsAfter } from "./timing.ts";
import { deferred, held, NOT_WAITING, notSent, notUndone, type Told, unknown } from "./told.ts";

/** The fate of a step of which nothing was sent: `end` first puts a tombstone in its place, so that nothing will be. */
export type Unsent = { readonly kind: "defer" | "end"; readonly told: Told };

/** Something a call needs and did not get. */
export type NotFree = {
  /** In words. */
  readonly busy: string;
  /** Until it makes sense to look again, and the longest pause however often that was in vain. */
  readonly seconds: number;
  readonly at_most: number;
  readonly line: Line;
  /** The tool of which no slot was free, if that is what was not free. */
  readonly slot_of?: string;
  /** The key of which somebody else had the lease, or the turn to take it, if that is what was not free. */
  readonly lease?: string;
  /** Until when its service is to be left alone, if that is why. */
  readonly paused_until?: string;
  /** Of a rate: its window, within which tokens come by themselves. To wait for one that long is not in vain. */
  readonly flows_within_seconds?: number;
};

/**
 * Given up by the only attempt that is under way, which sent nothing. A call ends; what would have undone one has not
 * failed, so a person may have it tried again, and no tombstone stands in its way.
 */
const givenUp = (record: StepRecord, why: string, changes: StepChanges = {}): Unsent =>
  sideOf(record) === "forward"
    ? { kind: "end", told: notSent("forward", record, why, changes) }
    : { kind: "defer", told: notUndone(record, `${why}; it stands, and can be tried again`, changes) };

/** Not ready in time for its turn: put off, and given up when nothing has moved for `limit_seconds`. */
export const afterBusy = (record: StepRecord, notFree: NotFree, limit_seconds: number, now: string): Unsent => {
  const side = sideOf(record);
  if (notFree.paused_until !== undefined) {
    return { kind: "defer", told: untilPauseIsOver(record, notFree.busy, notFree.paused_until) };
  }
  const waiting_since = sinceOr(record.waiting_since, now);
  const within_seconds = limit_seconds + (notFree.flows_within_seconds ?? 0);
  if (givesUp({ waiting_since, limit_seconds: within_seconds }, notFree.line, now)) {
    return givenUp(record, `it could not start within ${within_seconds} s: ${notFree.busy}`);
  }
  const pause = { first: Math.max(1, notFree.seconds), at_most: notFree.at_most };
  const look_again_at = secondsAfter(now, growingPause(record.deferrals, pause));
  const waits = { waits_for_slot_of: notFree.slot_of ?? null, waits_for_lease: notFree.lease ?? null };
  const changes = { waiting_since, deferrals: record.deferrals + 1, look_again_at, ...waits };
  return { kind: "defer", told: deferred(side, notFree.busy, changes) };
};

/** Since when it waits: from now on where it did not, or where the clock was set back since, which says of no wait how long it was. */
const sinceOr = (since: string | null | undefined, now: string): string =>
  since === null || since === undefined || wasSetBack(now, since) ? now : since;

/** Its service is to be left alone: the time to give up counts from when that is over. */
const untilPauseIsOver = (record: StepRecord, why: string, until: string, changes: StepChanges = {}): Told =>
  deferred(sideOf(record), why, {
    ...changes,
    waiting_since: until,
    look_again_at: until,
    deferrals: record.deferrals,
  });

/**
 * The service refused a call without effect and asked for it again later: it is put off until then.
 * @returns undefined where that has gone on for `limit_seconds`: then the refusal is what came of it
 */
export const afterPushBack = (
  record: StepRecord,
  { error, again_in_seconds }: { readonly error: string; readonly again_in_seconds: number },
  limit_seconds: number,
  now: string,
): Told | undefined => {
  const pushed_back_since = sinceOr(record.pushed_back_since, now);
  if (secondsAfter(pushed_back_since, limit_seconds) <= now) return undefined;
  const until = secondsAfter(now, Math.max(again_in_seconds, pauseWithout(pushed_back_since, now)));
  return untilPauseIsOver(record, `${error}; asked for again at ${until}`, until, { pushed_back_since });
};

/**
 * The least pause for a service that asks for a call again at once, or at a time that is over: as long as that has gone
 * on, so that each is twice as long as the one before.
 */
const pauseWithout = (since: string, now: string): number =>
  Math.min(LONGEST_PAUSE_WITHOUT_SECONDS, Math.max(1, Math.floor((Date.parse(now) - Date.parse(since)) / 1_000)));

const LONGEST_PAUSE_WITHOUT_SECONDS = 30;

/** How often finding out what came of a call that was sent may end in an error. */
const LOOKS = 5;

/** How many starts of this side came to nothing, with the next one; after a new approval they are counted anew. */
const counted = (record: StepRecord) => {
  const [side, asked] = [sideOf(record), record.approvals_asked];
  const before = record.failed_starts;
  const same = before?.side === side && before.asked === asked;
  return { side, asked, count: (same ? before.count : 0) + 1 };
};

/**
 * A start of the only attempt that ended before anything was sent: it was not ready in time, something threw, or nobody
 * could be given it. It is made again so many times, and then it is given up.
 */
export const afterFailedStart = (record: StepRecord, why: string, now: string): Unsent =>
  startedAgain(record, why, now, givenUp);

/**
 * The same of a function that gave no answer, which may go on later: it ends for good, and what is not undone is undone
 * by a person.
 */
export const afterSilentStart = (record: StepRecord, why: string, now: string): Unsent =>
  startedAgain(record, why, now, (given, reason, changes) => ({
    kind: "end",
    told: notSent(sideOf(given), given, reason, changes),
  }));

/**
 * Nothing was sent to undo a call: nobody took it, nothing answered where it was to go, or it is not to be sent yet. One
 * that was asked for again later, for as long as that may go on, is not begun again by itself.
 */
export const afterUnsentUndo = (
  record: StepRecord,
  { error, again_in_seconds }: { readonly error: string; readonly again_in_seconds?: number | undefined },
  now: string,
): Told => (again_in_seconds === undefined ? afterFailedStart(record, error, now) : givenUp(record, error)).told;

const startedAgain = (record: StepRecord, why: string, now: string, over: typeof givenUp): Unsent => {
  const failed_starts = counted(record);
  const { side, count } = failed_starts;
  if (count >= SIDES[side].starts) {
    return over(record, `${count} starts came to nothing, and nothing was sent: ${why}`, { failed_starts });
  }
  const pause = side === "forward" ? {} : { ...NOT_WAITING, look_again_at: begunAgainAt(count, now) };
  return { kind: "defer", told: deferred(side, why, { failed_starts, ...pause }) };
};

/**
 * Finding out what came of a call that was sent ended in an error. It is looked at again after growing pauses, and then
 * a person is asked.
 * @returns undefined for a row that may still be running, or is settled: it is left to Next wave
 */
export const afterFailedLook = (record: StepRecord, row: LedgerRow, why: string, now: string): Told | undefined => {
  if (!isUnsettled(row) || mayBeRunning(row, now)) return undefined;
  const failed_starts = counted(record);
  const { side, count } = failed_starts;
  if (count >= LOOKS) return unknown(side, record, row, `finding out failed ${count} times: ${why}`, { failed_starts });
  const reason = `what came of ${SIDES[side].call} could not be found out: ${why}`;
  return deferred(side, reason, { failed_starts, look_again_at: begunAgainAt(count, now) });
};

/**
 * The fate of a step whose call was stopped: a lock holds it, it waits for what it rests on or for what rests on it,
 * it is begun again, or it is left as it is to Next wave, which finds what stopped it.
 */
export const afterStop = (
  stop: Stop,
  {
    record,
    execution,
    now,
  }: { readonly record: StepRecord; readonly execution: ExecutionRecord; readonly now: string },
): Unsent | { readonly kind: "leave" } => {
  switch (stop.kind) {
    case "lock":
      return { kind: "defer", told: held(sideOf(record), execution, stop.reason) };
    case "fallen":
      return { kind: "defer", told: resting(record, stop.reason, now) };
    case "rested_on":
      return { kind: "defer", told: withheld(record, stop.rests, now) };
    case "too_late":
      return afterFailedStart(record, stop.reason, now);
    case "moved":
    case "aborted":
    case "ended":
    case "switched_off":
      return { kind: "leave" };
  }
};

/** The same call was begun elsewhere, and nobody knows yet what came of it: whether this one is sent is decided by that. */
export const afterUndecided = (record: StepRecord, reason: string, now: string): Unsent => ({
  kind: "defer",
  told: resting(record, reason, now),
});

/** The longest pause before it is looked at again how a call stands that is being undone or that nobody knows of, in seconds. */
const LONGEST_REST = 300;

/**
 * It waits for as long as that takes: a person may be asked. All that it needs was free, so it does not count as waiting
 * for that: should it not be free again, that wait begins then.
 */
const resting = (record: StepRecord, reason: string, now: string): Told =>
  deferred(sideOf(record), reason, {
    waiting_since: now,
    deferrals: record.deferrals + 1,
    look_again_at: secondsAfter(now, growingPause(record.deferrals, { first: 1, at_most: LONGEST_REST })),
  });
