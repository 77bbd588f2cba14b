import { z } from "zod";
import { nextRequest } from "../../shared/execution/approval-id.ts";
import type { StepRecord } from "../../shared/execution/step-record.ts";
import type { Deps } from "../deps.ts";
import { isPreviewed } from "./dry-run.ts";
import { endUnsent } from "./end-unsent.ts";
import { later } from "./live-call.ts";
import { loadStep, move, type StepContext } from "./step-context.ts";
import { ANSWERED, type Answer, unansweredItem } from "./workflow-input.ts";

export type ReadOutcomeDeps = Pick<Deps, "clock" | "log" | "executions" | "bodies" | "steps" | "ledger">;

/** What Step Functions calls a function that Lambda refused to start: as many run already as the account may have. */
const THROTTLED = "Lambda.TooManyRequestsException";

/** Lambda itself failed, or had no room: what a function that touches nothing was to do is neither done nor impossible. */
const LAMBDA_FAILED: ReadonlySet<string> = new Set([
  THROTTLED,
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
]);

/** Before LIVE is handed out again to an account that had no room for it four times within three minutes. */
const THROTTLED_PAUSE_SECONDS = 300;

/** LIVE may be started once more where the function never got as far as its INTENT. */
const STARTS = 2;

/** A compensation is worth more attempts: what it is to undo stands in the outside world. */
const UNDO_STARTS = 5;

/**
 * A rung that did not answer (an exception, a timeout, an empty reply). MOCK and DRY_RUN had no effect: the step fails.
 * For LIVE and ROLLBACK the ledger knows whether anything was sent: a row is left to Next wave, which waits for its
 * deadline and resolves it; no row means that nothing happened, and the step may be started once more.
 *
 * A step is not to blame for a function that Lambda did not start: it is handed out again for as long as that is so,
 * counted nowhere. The pauses are the state machine's, an alarm tells of it, and abort, lock and deadline end it.
 */
export const readOutcome =
  (deps: ReadOutcomeDeps) =>
  async (input: unknown): Promise<Answer> => {
    const item = unansweredItem.parse(input);
    const context = await loadStep(deps, item);
    if (context.record.phase !== "open" || context.record.state !== item.rung) return ANSWERED;
    // It did what it was to do, and only its answer was lost.
    if (item.rung === "DRY_RUN" && isPreviewed(context.record, item)) return ANSWERED;
    const cause = causeOf(item.failure);
    const error_name = item.failure?.Error ?? "";
    deps.log.error("a rung did not answer", { rung: item.rung, error_name: item.failure?.Error ?? null }, cause);
    if (item.rung === "MOCK" || item.rung === "DRY_RUN") {
      if (LAMBDA_FAILED.has(error_name)) return ANSWERED;
      const reason = `${item.rung} gave no answer: ${cause}`;
      await move(deps, context.record, { event: "failed", reason, changes: { ending: "failed" } });
    } else await readLedger(deps, context, item.rung, { cause, refused: error_name === THROTTLED });
    return ANSWERED;
  };

const readLedger = async (
  deps: ReadOutcomeDeps,
  context: StepContext,
  rung: "LIVE" | "ROLLBACK",
  { cause, refused }: { readonly cause: string; readonly refused: boolean },
): Promise<void> => {
  const { record } = context;
  const side = rung === "LIVE" ? "forward" : "compensation";
  const row = await deps.ledger.get({ execution_id: record.execution_id, step_id: record.step_id, side });
  if (row !== undefined) return;
  if (refused) {
    const look_again_at = later(deps, THROTTLED_PAUSE_SECONDS);
    const event = rung === "LIVE" ? "live_deferred" : "undo_deferred";
    await move(deps, record, {
      event,
      reason: `Lambda did not start the function: ${cause}`,
      changes: { look_again_at },
    });
    return;
  }
  const reason = `the function did not get as far as sending anything: ${cause}`;
  if (rung === "ROLLBACK") {
    await startUndoAgain(deps, record, reason);
    return;
  }
  const deferrals = record.deferrals + 1;
  if (deferrals < STARTS) {
    await move(deps, record, { event: "live_deferred", reason, changes: { deferrals } });
  } else {
    await endUnsent(deps, { record }, side, {
      event: "live_not_started",
      reason,
      changes: { ending: "not_started" },
    });
  }
};

/** With growing pauses, and in the end a person is asked: what was not undone is never passed over. */
const startUndoAgain = async (deps: ReadOutcomeDeps, record: StepRecord, reason: string): Promise<void> => {
  const starts = (record.waiting_since === null ? record.deferrals : 0) + 1;
  if (starts >= UNDO_STARTS) {
    const changes = nextRequest(record, "undo_failed");
    const failed = `the compensation failed ${starts} times before it was sent: ${reason}`;
    await endUnsent(deps, { record }, "compensation", { event: "compensation_failed", reason: failed, changes });
    return;
  }
  const look_again_at = later(deps, 2 ** starts);
  await move(deps, record, {
    event: "undo_deferred",
    reason,
    changes: { waiting_since: null, deferrals: starts, look_again_at },
  });
};

const lambdaError = z.object({ errorType: z.string().optional(), errorMessage: z.string() });

/** The engine's cause is the function's error as JSON, where it had one to give. */
const causeOf = (failure: { Error?: string | undefined; Cause?: string | undefined } | undefined): string => {
  if (failure === undefined) return "it returned nothing that could be read";
  const text = failure.Cause ?? failure.Error ?? "no cause given";
  try {
    const parsed = lambdaError.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.errorMessage : text;
  } catch {
    // Not JSON: a timeout or an engine's own words, which say it as they are.
    return text;
  }
};
