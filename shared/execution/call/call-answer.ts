import { type EarlierCall, earlierCall, undecidedInWords } from "../../conflicts/repeated-call.ts";
import type { Conflict, ScheduledStep } from "../../conflicts/schedule.ts";
import { isBelow, isQuarantine } from "../../contracts/ceiling.ts";
import { type ToolContract, writes } from "../../contracts/tool-contract.ts";
import type { ApprovalRequest } from "../approval/approval.ts";
import { isStillOpen } from "../approval/expiry.ts";
import { type Hold, TO_BE_RESUMED } from "../lock/hold.ts";
import { earliestStart } from "../order/earliest-start.ts";
import type { ExecutionRecord } from "../record/execution-record.ts";
import { modeReached } from "../record/mode-reached.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { CallAnswer, CallRetry, CallWaitsFor, DoneAnswer } from "./answer.ts";
import { type RefusedEnding, refusalOf } from "./refusals.ts";

/** Everything that says how a call stands: an execution of one step. */
export type CallFacts = {
  readonly execution: Pick<ExecutionRecord, "execution_id" | "config" | "submitted_at">;
  readonly contract: ToolContract;
  readonly record: StepRecord;
  /** As it was scheduled; null before conflicts are resolved. */
  readonly scheduled: {
    readonly step: Pick<ScheduledStep, "ceiling" | "not_before_seconds">;
    readonly conflicts: readonly Conflict[];
  } | null;
  /** The request that its record names; null where nobody is asked. */
  readonly request: Pick<ApprovalRequest, "approval_id" | "status" | "comment" | "expires_at"> | null;
  /** For what it waits where a lock held it; null where none did. */
  readonly hold: Hold | null;
  /** ISO 8601. */
  readonly now: string;
};

/** How a call stands, as the agent that made it is answered: the one rule for HTTP, MCP and the command line. */
export const callAnswerOf = (facts: CallFacts): CallAnswer => {
  const { state, phase, ending } = facts.record;
  switch (phase) {
    case "finished":
      return ending === null ? waits(facts, "outcome") : ended(facts, ending);
    case "reconcile":
    case "reconcile_undo":
    case "undo_failed":
      return waits(facts, "outcome");
    case "undo_asked":
      // It stands, whatever becomes of the question.
      return done(facts, "LIVE");
    case "undo_frozen":
      return held(facts);
    case "open":
      break;
  }
  switch (state) {
    case "AWAITING_APPROVAL":
      // One that expired is closed within moments, and nobody decides it any more.
      return waits(facts, facts.request?.status === "open" && !isAsked(facts) ? "outcome" : "approval");
    case "LOCKED":
      return held(facts);
    case "MOCK":
    case "DRY_RUN": {
      const other = awaited(facts);
      if (other !== undefined) return waits(facts, "outcome", countsOrNot(other));
      // A call that was resumed climbs again beside its request, which may be decided meanwhile.
      return waits(facts, isAsked(facts) ? "approval" : runsFor(facts));
    }
    case "LIVE":
    case "ROLLBACK":
    case "ABORTED":
      return waits(facts, runsFor(facts));
  }
};

/** A lock that is lifted is waited for no longer: a person's resume is, and then for what comes of it. */
const held = (facts: CallFacts): CallAnswer => {
  if (facts.hold === "resumed") return waits(facts, "outcome");
  return waits(facts, "unlock", facts.hold === "resume" ? TO_BE_RESUMED : undefined);
};

/** A person can decide its request, or can once a lock lets them. */
const isAsked = ({ request, now }: CallFacts): boolean => request !== null && isStillOpen(request, now);

const runsFor = (facts: CallFacts): CallWaitsFor => {
  const { record, contract, now } = facts;
  if (record.look_again_at !== null && record.look_again_at > now) return "resource";
  if (isPutOff(facts)) return "resource";
  return contract.binding?.kind === "worker" ? "worker" : "outcome";
};

/** A rate that is used up, or a circuit that is open, had it put off before anything of it was sent. */
const isPutOff = ({ execution, record, scheduled, now }: CallFacts): boolean =>
  record.phase === "open" &&
  !record.committed &&
  scheduled !== null &&
  earliestStart(execution, scheduled.step, now) > now;

const ended = (facts: CallFacts, ending: NonNullable<StepRecord["ending"]>): CallAnswer => {
  const { record, execution } = facts;
  switch (ending) {
    case "live":
    case "undo_accepted":
      return done(facts, "LIVE");
    case "conflict":
      return isMadeElsewhere(facts) ? done(facts, "LIVE") : refused(facts, ending);
    case "preview_only":
    case "ceiling": {
      const previewed = modeReached(record) === "DRY_RUN" && !record.ceiling_reasons.some(isQuarantine);
      const asked = execution.config.dry_run_only || (!writes(facts.contract) && record.made_up !== true);
      return previewed && asked ? done(facts, "DRY_RUN") : refused(facts, ending);
    }
    case "rejected":
    case "expired":
    case "dependency":
    case "lock":
    case "execution_aborted":
    case "plan_failed":
    case "not_started":
    case "failed":
    case "compensated":
      return refused(facts, ending);
  }
};

const done = ({ record, execution, contract, scheduled }: CallFacts, mode: "LIVE" | "DRY_RUN"): DoneAnswer => {
  const made_up = record.made_up === true;
  const duplicate_of = duplicateOf(record, scheduled?.conflicts ?? []);
  return {
    outcome: "done",
    call_id: execution.execution_id,
    mode,
    made_up,
    duplicate_of: duplicate_of && { execution_id: duplicate_of.execution_id, step_id: duplicate_of.step_id },
    message: [
      duplicate_of !== null
        ? "The same call was made before and counts as this one: it was not made again, and the output is that call's."
        : mode === "LIVE"
          ? "Done."
          : writes(contract)
            ? "Previewed only, as asked: nothing was changed."
            : "Read in DRY_RUN: LIVE was not reached.",
      ...(made_up ? ["No service answers this tool: the output is made up."] : []),
    ].join(" "),
  };
};

const duplicateOf = (record: StepRecord, conflicts: readonly Conflict[]): EarlierCall | null =>
  record.ending === "conflict" ? (record.duplicate_of ?? conflicts.map(earlierCallOf).find(isThere) ?? null) : null;

const earlierCallOf = ({ details }: Conflict): EarlierCall | undefined =>
  earlierCall.safeParse(details.duplicate_of).data;

const isThere = (call: EarlierCall | undefined): call is EarlierCall => call !== undefined;

/**
 * It was dropped for a call that was made. Earlier releases kept an output, of nothing, of calls too that nobody knew to have
 * been made.
 */
const isMadeElsewhere = ({ record, scheduled }: CallFacts): boolean =>
  record.live_output !== null && duplicateOf(record, scheduled?.conflicts ?? [])?.status === "COMMITTED";

/** The same call of another execution, of which it is not known yet what came of it. Once it is, this one ends or is asked about. */
const awaited = ({ scheduled, request }: CallFacts): EarlierCall | undefined => {
  if (request !== null) return undefined;
  return scheduled?.conflicts
    .filter(
      ({ resolution_strategy, resolution_status }) =>
        resolution_strategy === "DELAY" && resolution_status === "pending",
    )
    .map(earlierCallOf)
    .find(isThere);
};

/** Said to a model: it should neither go round in circles nor look for another way to what a person refused. */
const ADVICE = {
  never: "Do not make this call again, nor another to the same effect.",
  later: "The same call may be made again later, not at once.",
  after_change: "Made again unchanged, it is refused again: change first what the reasons name.",
} as const satisfies Record<CallRetry, string>;

const refused = (facts: CallFacts, ending: RefusedEnding): CallAnswer => {
  const { record, scheduled, request, execution } = facts;
  const lowered = [...(scheduled?.step.ceiling.reasons ?? []), ...record.ceiling_reasons];
  const { status, reasons, retry } = refusalOf(ending, {
    record,
    // A preview that was asked for is refused by nothing that keeps from more than that.
    reasons: execution.config.dry_run_only
      ? lowered.filter((each) => isBelow(each.mode, "DRY_RUN") || isQuarantine(each))
      : lowered,
    conflicts: scheduled?.conflicts ?? [],
    comment: request?.comment ?? null,
  });
  const effect = status === "undone" ? "It was done and then undone." : "Nothing was done.";
  const message = `Refused (${status}): ${reasons.join("; ")}. ${effect} ${ADVICE[retry]}`;
  return { outcome: "refused", call_id: execution.execution_id, status, reasons: [...reasons], retry, message };
};

const WAITS = {
  approval: { poll_after_seconds: 10, says: "A person has to decide it first." },
  resource: { poll_after_seconds: 5, says: "It waits until what it needs is free." },
  outcome: { poll_after_seconds: 2, says: "It is under way." },
  worker: { poll_after_seconds: 2, says: "It waits for a worker to do it." },
  unlock: { poll_after_seconds: 30, says: "An operator's lock holds it." },
} as const satisfies Record<CallWaitsFor, { poll_after_seconds: number; says: string }>;

/** Said of a call that was sent already, where a person is asked about what became of it. */
const ASKED: Partial<Record<StepRecord["phase"], string>> = {
  reconcile: `${WAITS.outcome.says} Nobody knows whether it happened: a person finds out.`,
  reconcile_undo: `${WAITS.outcome.says} Nobody knows whether its undoing happened: a person finds out.`,
  undo_failed: `${WAITS.outcome.says} Its undoing failed: a person settles it.`,
};

const countsOrNot = (call: EarlierCall): string =>
  `It waits for another call: ${undecidedInWords(call)}. Where that was made, it counts as this one; where not, this one is made.`;

/** `instead`: what is said in place of the words for that reason. */
const waits = (facts: CallFacts, reason: CallWaitsFor, instead: string | undefined = undefined): CallAnswer => {
  const { record, request, execution } = facts;
  const { poll_after_seconds, says } = WAITS[reason];
  const open = isAsked(facts) ? request : null;
  const asked = instead ?? ASKED[record.phase] ?? says;
  return {
    outcome: "waiting",
    call_id: execution.execution_id,
    for: reason,
    approval_id: open?.approval_id ?? null,
    poll_after_seconds,
    message: `${asked} Ask for its outcome by its call_id; the same call again waits for the same outcome and is not made twice.`,
  };
};
