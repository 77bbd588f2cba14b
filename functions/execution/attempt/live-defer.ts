import type { StepRecord } from "../../../shared/execution/step-record.ts";
import { givesUp } from "../../../shared/execution/waiting-in-line.ts";
import type { InFlight } from "../../../shared/ports/coordination.ts";
import { endUnsent } from "../step/end-unsent.ts";
import { move, type StepContext } from "../step/step-context.ts";
import { type LiveDeps, later } from "./live-call.ts";
import type { NotFree } from "./live-resources.ts";

/** Puts LIVE off, or gives up when it has been put off for too long: nothing was sent. */
export const deferLive = async (deps: LiveDeps, context: StepContext, notFree: NotFree): Promise<void> => {
  const { record } = context;
  const { busy: why } = notFree;
  const now = deps.clock.now();
  const since = record.waiting_since ?? now.toISOString();
  const limit = deps.policy.wait_for_resources_seconds;
  if (givesUp({ waiting_since: since, limit_seconds: limit }, notFree.line, now.toISOString())) {
    const reason = `not free within ${limit} s: ${why}`;
    await endUnsent(deps, context, "forward", {
      event: "live_not_started",
      reason,
      changes: { ending: "not_started" },
    });
    return;
  }
  await move(deps, record, {
    event: "live_deferred",
    reason: why,
    changes: {
      waiting_since: since,
      deferrals: record.deferrals + 1,
      look_again_at: lookAgainAt(deps, record, notFree),
    },
  });
};

/** A task that is delivered twice is so at nearly the same moment. */
const JUST_BEGUN_MS = 2_000;

/**
 * Another attempt at the step may be running: nothing is done before that one must have ended. One that has only just
 * begun is left to tell what comes of it.
 */
export const leaveToOther = async (deps: LiveDeps, context: StepContext, other: InFlight): Promise<void> => {
  const age = deps.clock.now().getTime() - Date.parse(other.started_at);
  if (age >= 0 && age < JUST_BEGUN_MS) return;
  const until = other.may_run_until;
  const event = context.record.state === "ROLLBACK" ? "undo_deferred" : "live_deferred";
  const reason = `another attempt may be running until ${until}`;
  await move(deps, context.record, { event, reason, changes: { look_again_at: until } });
};

/** Twice as long a pause each time it was in vain. */
export const lookAgainAt = (deps: LiveDeps, record: StepRecord, { seconds, at_most }: NotFree): string =>
  later(deps, Math.min(at_most, Math.max(1, seconds) * 2 ** Math.min(record.deferrals, 5)));
