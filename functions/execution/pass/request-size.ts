import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";

/** Bytes as JSON text: what a request holds beside arguments and changes, which are bounded where they come in. */
const LIST_BYTES = 12_288;
const REASONS_BYTES = 16_384;
const DRIFT_BYTES = 32_768;
const EARLIER_BYTES = 32_768;

const fitting = <Item>(items: readonly Item[], most: number): Item[] => {
  let bytes = 0;
  const past = items.findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    return bytes > most;
  });
  return past < 0 ? [...items] : items.slice(0, past);
};

/** The request with lists of a length that a record can hold and a person can read; what is left out is counted. */
export const withBoundedLists = (request: ApprovalRequest): ApprovalRequest => {
  const kept = {
    already_ran: fitting(request.already_ran, LIST_BYTES),
    rejection_stops: fitting(request.rejection_stops, LIST_BYTES),
    also_writes: fitting(request.also_writes, LIST_BYTES),
    drift: fitting(request.drift, DRIFT_BYTES),
    reasons: fitting(
      request.reasons.map((reason) => cutText(reason)),
      REASONS_BYTES,
    ),
  };
  const told = request.earlier_decisions ?? [];
  const earlier_decisions = fitting(told, EARLIER_BYTES);
  const more = [
    left(told.length - earlier_decisions.length, "decisions about this call"),
    left(request.rejection_stops.length - kept.rejection_stops.length, "steps that a no stops"),
    left(request.already_ran.length - kept.already_ran.length, "steps that already ran"),
    left(request.also_writes.length - kept.also_writes.length, "steps that write the same"),
    left(request.drift.length - kept.drift.length, "fields that changed since"),
    left(request.reasons.length - kept.reasons.length, "reasons"),
  ];
  return {
    ...request,
    ...kept,
    ...(request.earlier_decisions === undefined ? {} : { earlier_decisions }),
    reasons: [...kept.reasons, ...more.flat()],
  };
};

const left = (count: number, what: string): string[] => (count === 0 ? [] : [`${count} more ${what}, not named here`]);

/** A question that must be asked, or a request that is taken back, though all of it is too large for a record. */
export const withoutWhatIsLarge = (request: ApprovalRequest): ApprovalRequest => ({
  ...request,
  arguments: {},
  argument_sources: [],
  changes: [],
  drift: [],
  earlier_decisions: [],
  already_ran: [],
  rejection_stops: [],
  also_writes: [],
  goal: request.goal === null ? null : cutText(request.goal, SHORT),
  rationale: request.rationale === null ? null : cutText(request.rationale, SHORT),
  summary: cutText(request.summary, SHORT),
  reasons: ["the request is too large for one record: arguments and changes stand with the step"],
});
const SHORT = 1_000;
