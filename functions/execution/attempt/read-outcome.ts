import { z } from "zod";
import { sideOf } from "../../../shared/execution/attempt/side.ts";
import { secondsAfter } from "../../../shared/execution/attempt/timing.ts";
import { deferred } from "../../../shared/execution/attempt/told.ts";
import { afterFailedLook, afterSilentStart } from "../../../shared/execution/attempt/unsent.ts";
import { thrownText } from "../../../shared/plan/cut-text.ts";
import type { Deps } from "../../deps.ts";
import { ANSWERED, type Answer, unansweredItem } from "../../records/workflow-input.ts";
import { isPreviewed } from "../rehearse/dry-run.ts";
import { loadStep, move, type StepContext } from "../step/step-context.ts";
import { nowOf } from "./in-flight.ts";
import { tell } from "./unsent.ts";

export type ReadOutcomeDeps = Pick<Deps, "clock" | "log" | "executions" | "bodies" | "steps" | "ledger">;

/**
 * The error name by which Step Functions tells that Lambda refused to start a function: as many run already as the
 * account may have.
 */
const THROTTLED = "Lambda.TooManyRequestsException";

/** Lambda itself failed, or had no room: what a function that touches nothing was to do is neither done nor impossible. */
const LAMBDA_FAILED: ReadonlySet<string> = new Set([
  THROTTLED,
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
]);

const ONE_BY_ONE: Answer = { answered: true, alone: true };

/** Before LIVE is handed out again to an account that had no room for it four times within three minutes. */
const THROTTLED_PAUSE_SECONDS = 300;

/**
 * A rung that did not answer (an exception, a timeout, an empty reply). MOCK and DRY_RUN had no effect: the step fails.
 * For LIVE and ROLLBACK the ledger knows whether anything was sent: no row means that nothing happened, and the step is
 * started again; a row without an outcome is looked at again. Both are counted, and end in words or at a person.
 *
 * Of a batch the steps are told apart first: those that are still open are handed out one by one.
 *
 * A step is not to blame for a function that Lambda did not start: it is handed out again for as long as that is so,
 * counted nowhere. The pauses are the state machine's, an alarm tells of it, and abort, lock and deadline end it.
 */
export const readOutcome =
  (deps: ReadOutcomeDeps) =>
  async (input: unknown): Promise<Answer> => {
    const item = unansweredItem.parse(input);
    const cause = causeOf(item.failure);
    const error_name = item.failure?.Error ?? "";
    if ("steps" in item) {
      deps.log.error("a batch did not answer", { rung: item.rung, error_name, steps: item.steps.length }, cause);
      return LAMBDA_FAILED.has(error_name) ? ANSWERED : ONE_BY_ONE;
    }
    const context = await loadStep(deps, item);
    if (context.record.phase !== "open" || context.record.state !== item.rung) return ANSWERED;
    // It did what it was to do, and only its answer was lost.
    if (item.rung === "DRY_RUN" && isPreviewed(context.record, item)) return ANSWERED;
    deps.log.error("a rung did not answer", { rung: item.rung, error_name: item.failure?.Error ?? null }, cause);
    if (item.rung === "MOCK" || item.rung === "DRY_RUN") {
      if (LAMBDA_FAILED.has(error_name)) return ANSWERED;
      const reason = `${item.rung} gave no answer: ${cause}`;
      await move(deps, context.record, { event: "failed", reason, changes: { ending: "failed" } });
    } else await readLedger(deps, context, { cause, refused: error_name === THROTTLED });
    return ANSWERED;
  };

const readLedger = async (
  deps: ReadOutcomeDeps,
  { record }: StepContext,
  { cause, refused }: { readonly cause: string; readonly refused: boolean },
): Promise<void> => {
  const side = sideOf(record);
  const row = await deps.ledger.get({ execution_id: record.execution_id, step_id: record.step_id, side });
  const now = nowOf(deps);
  if (refused) {
    // A call that was sent is left to the next pass, which the pause before handing it out again does not hold up.
    if (row !== undefined) return;
    const changes = { look_again_at: secondsAfter(now, THROTTLED_PAUSE_SECONDS) };
    await move(deps, record, deferred(side, `Lambda did not start the function: ${cause}`, changes));
  } else if (row === undefined) {
    const why = `the function did not get as far as sending anything: ${cause}`;
    await tell(deps, { record }, afterSilentStart(record, why, now));
  } else {
    const told = afterFailedLook(record, row, cause, now);
    if (told !== undefined) await move(deps, record, told);
  }
};

const lambdaError = z.object({ errorType: z.string().optional(), errorMessage: z.string() });

/** The engine's cause is the function's error as JSON, where it had one to give. */
const causeOf = (failure: { Error?: string | undefined; Cause?: string | undefined } | undefined): string =>
  thrownText(causeIn(failure));

const causeIn = (failure: { Error?: string | undefined; Cause?: string | undefined } | undefined): string => {
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
