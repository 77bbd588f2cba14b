import type { CallOutcome, LookUp, PushBack } from "../call-outcome.ts";
import type { LedgerRow, LedgerSide } from "../record/ledger-row.ts";
import { lastAnswer, notSentAgain, RESOLUTION_ATTEMPTS, type Resolution, whileItGoesOn } from "./resolve.ts";
import { SIDES } from "./side.ts";
import type { Stop } from "./start.ts";
import { askedAgainAt, mayStillHappen, type Sent, secondsAfter, settlesAt } from "./timing.ts";
import { deferred, type Told } from "./told.ts";

/** The parts that a tool's answer lost on the way to the records, in words. */
type Cut = { readonly cut?: string | null };

type Wait = Extract<Resolution, { kind: "wait" }>;

/** The follow-up once an unknown outcome was asked about, or was to be. */
export type FollowUp =
  | Extract<Resolution, { kind: "wait" | "ask" }>
  | { readonly kind: "settle"; readonly outcome: CallOutcome & Cut }
  /** It is known not to have happened: its row is taken back, and it is begun anew. */
  | (Omit<Wait, "kind"> & { readonly kind: "begin_again" });

type Asked = Sent & { readonly row: LedgerRow; readonly tried: number };

/** A call that is not there yet is looked for again, which is no attempt, until it can come no more. */
export const afterLookUp = (asked: Asked, found: LookUp & Cut): FollowUp => {
  const { row, tried, times, now } = asked;
  const later = askedAgainAt(tried + 1, times, now);
  switch (found.kind) {
    case "happened":
      return { kind: "settle", outcome: { ...found, kind: "committed" } };
    case "unknown":
      return { kind: "wait", until: noSooner(later, found, now), tried, why: found.why };
    case "did_not_happen": {
      const until = mayStillHappen(asked);
      if (until !== undefined)
        return { kind: "wait", until, tried: tried - 1, why: `${lastAnswer(row)}; not done yet` };
      const error = `looked up: it did not happen (${lastAnswer(row)})`;
      return SIDES[row.side].not_happened === "failed" || tried >= RESOLUTION_ATTEMPTS
        ? { kind: "settle", outcome: { kind: "rejected", error } }
        : { kind: "begin_again", until: askedAgainAt(tried, times, now), tried, why: error };
    }
  }
};

/**
 * `row` says until when this sending may be under way: without an answer, it is not asked about before it has settled. A
 * refusal is of this sending, and tells nothing of the one before: the key is in use, what the call was to change or take
 * away is no longer as it was since the call did it, or the first refusal is repeated, and nobody can tell which. It is
 * sent once more where it may be taken then: nothing left, the service did not look at it (it was too busy, let nobody in
 * with such a secret, or has forgotten the session), or may still be at work on the one before. Else a person is asked.
 */
export const afterSending = (asked: Asked, outcome: CallOutcome & Cut): FollowUp => {
  const { row, tried, times, now } = asked;
  if (outcome.kind === "committed") return { kind: "settle", outcome };
  const later = noSooner(askedAgainAt(tried, times, now), outcome, now);
  if (outcome.kind === "indeterminate") {
    const settled = settlesAt(row, times);
    return { kind: "wait", until: settled > later ? settled : later, tried, why: outcome.error };
  }
  if (outcome.of_every_sending === true) return { kind: "settle", outcome };
  const still = mayStillHappen(asked);
  const unlooked = outcome.unsent === true || outcome.not_looked_at === true || outcome.again_in_seconds !== undefined;
  const why = outcome.unsent === true ? notSentAgain(row, outcome.error) : refusedAgain(row, outcome.error);
  if (!unlooked && still === undefined) return { kind: "ask", why };
  const until = still !== undefined && still > later ? still : later;
  return { kind: "wait", until, tried, why };
};

const refusedAgain = (row: Pick<LedgerRow, "error">, error: string): string =>
  `${lastAnswer(row)}; sent again under its key, which was refused: ${error}`;

/** A service is not asked again before the time that it asks for. */
const noSooner = (at: string, { again_in_seconds }: PushBack, now: string): string => {
  const asked = secondsAfter(now, again_in_seconds ?? 0);
  return asked > at ? asked : at;
};

/**
 * It was not its turn to be sent again, or its service is to be left alone, so that it is not asked about yet: no attempt,
 * since nothing was sent. That ends where the service may have forgotten the key.
 */
export const outOfTurn = (
  { row, tried, now }: Asked,
  undone: "sent again" | "asked about yet",
  { busy, seconds }: { readonly busy: string; readonly seconds: number },
): FollowUp => {
  const why = `${lastAnswer(row)}; not ${undone}: ${busy}`;
  return { kind: "wait", until: secondsAfter(now, seconds), tried: tried - 1, why };
};

/**
 * Something stopped it. Nobody lifts an abort, and what was undone or never happened will not stand: waiting for that to
 * pass would be waiting for nothing. A call that may stand yet is waited for, which is no attempt.
 */
export const stoppedAgain = (asked: Asked, stop: Stop): FollowUp => {
  const { row, tried, times, now } = asked;
  const why = notSentAgain(row, stop.reason);
  const [waits, lasts] = stop.kind === "fallen" ? [stop.may_stand, !stop.may_stand] : [false, stop.kind === "aborted"];
  if (lasts) return { kind: "ask", why: why + whileItGoesOn(asked) };
  return { kind: "wait", until: askedAgainAt(tried, times, now), tried: waits ? tried - 1 : tried, why };
};

/** How a wait is told: for an unknown outcome, or before a call that did not happen is begun anew. */
export const waiting = (
  side: LedgerSide,
  { kind, until, tried, why }: Extract<FollowUp, { kind: "wait" | "begin_again" }>,
): Told => {
  const reason =
    kind === "begin_again"
      ? `${why}: begun again at ${until}`
      : `the outcome of ${SIDES[side].call} is unknown (${why}): taken up again at ${until}`;
  return deferred(side, reason, { waiting_since: null, look_again_at: until, deferrals: tried });
};
