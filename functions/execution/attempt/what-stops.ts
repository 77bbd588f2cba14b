import { type ExecutionRecord, resumesOf } from "../../../shared/execution/execution-record.ts";
import type { InFlight } from "../../../shared/ports/coordination.ts";
import type { Deps } from "../../deps.ts";
import { move, type StepContext } from "../step/step-context.ts";
import { startAgain } from "./failed-start.ts";
import { hasMoved, isTooLate, lockOn, TOO_LATE } from "./live-call.ts";

/** Why a call that is ready must not be sent. */
export type Stop = {
  readonly kind: "lock" | "too_late" | "aborted" | "ended" | "switched_off" | "moved";
  /** In words. */
  readonly reason: string;
};

/**
 * What stops every forward call of an execution, a read and one that is sent again too. Asked when the call's in-flight
 * row stands and nothing was sent: whoever locks, aborts, or switches LIVE off writes that first and reads the calls in
 * flight then, so a call that their answer does not list finds it here. All is read with strong consistency; what was
 * read before the row stood proves nothing.
 */
export const whatStops = async (
  deps: Pick<Deps, "executions" | "locks" | "settings">,
  context: StepContext,
): Promise<Stop | undefined> => {
  const [execution, lock, live_enabled] = await Promise.all([
    deps.executions.get(context.execution.execution_id),
    lockOn(deps, context),
    deps.settings.liveEnabled(),
  ]);
  const over = whyOver(execution, context.execution);
  if (over !== undefined) return over;
  if (lock !== undefined) return { kind: "lock", reason: lock };
  return live_enabled ? undefined : { kind: "switched_off", reason: "LIVE was switched off for this deployment" };
};

/** As `whatStops`, of a call that is sent for the first time: its step must stand where this function read it. */
export const whatStopsFirst = async (
  deps: Pick<Deps, "clock" | "executions" | "locks" | "settings" | "steps">,
  context: StepContext,
  inFlight: Pick<InFlight, "started_at">,
): Promise<Stop | undefined> => {
  const [stop, moved] = await Promise.all([whatStops(deps, context), hasMoved(deps, context)]);
  if (moved) return { kind: "moved", reason: "the step was moved while it got ready" };
  return stop ?? (isTooLate(deps, inFlight) ? { kind: "too_late", reason: TOO_LATE } : undefined);
};

/** Of the execution as it stands, against the one that the function began with: another history has its work by now. */
const whyOver = (now: ExecutionRecord | undefined, begun: ExecutionRecord): Stop | undefined => {
  if (now === undefined) return { kind: "ended", reason: "the execution is gone" };
  if (now.abort_requested !== null) return { kind: "aborted", reason: abortInWords(now.abort_requested) };
  if (now.status === "RUNNING" && now.concluded === null && now.history === begun.history) return undefined;
  return { kind: "ended", reason: "the execution has ended, or goes on in another history" };
};

export const abortInWords = ({ by, reason }: NonNullable<ExecutionRecord["abort_requested"]>): string =>
  `the execution was aborted by ${by}: ${reason}`;

/**
 * Leaves a step of which nothing was sent to who says what becomes of it. A lock holds it; one that took too long is
 * begun again; any other Next wave ends, or takes up where it stands by now.
 * @throws StepMoved when somebody else moved it meanwhile
 */
export const leaveUnsent = async (
  deps: Pick<Deps, "clock" | "ledger" | "log" | "steps">,
  { execution, record }: Pick<StepContext, "execution" | "record">,
  { kind, reason }: Stop,
): Promise<void> => {
  switch (kind) {
    case "lock":
      await move(deps, record, {
        event: "locked",
        reason,
        changes: { ending: "lock", locked_after: resumesOf(execution) },
      });
      return;
    case "too_late":
      await startAgain(deps, { record }, reason);
      return;
    case "aborted":
    case "ended":
    case "switched_off":
      deps.log.info(`${reason}: nothing is sent`);
      return;
    case "moved":
      deps.log.warn(`${reason}: nothing is sent`);
  }
};
