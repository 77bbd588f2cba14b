import type { Became } from "../../conflicts/rule-of-order.ts";
import type { ScheduledStep } from "../../conflicts/schedule.ts";
import type { ExecutionMode } from "../../contracts/ceiling.ts";
import type { StepRecord } from "../record/step-record.ts";
import { isTerminal } from "../view/view.ts";

/* Answers to the questions of the rule of order (shared/conflicts/rule-of-order.ts) about a step, by its record. */

/** The mode a step actually got. MOCK when it ended without any. */
export const modeReached = (record: StepRecord): ExecutionMode => {
  if (record.committed || record.live_output !== null) return "LIVE";
  if (record.preview !== null) return "DRY_RUN";
  return "MOCK";
};

/** Made by a call of its own or by its duplicate's, and not undone since. Of a read: it was read. */
export const effectStands = (record: StepRecord): boolean =>
  modeReached(record) === "LIVE" && record.ending !== "compensated";

/** The mode that what stands behind a step can rest on: of a call that was undone no more is left than its preview. */
export const modeLeft = (record: StepRecord): ExecutionMode =>
  effectStands(record) ? "LIVE" : modeReached({ ...record, committed: false, live_output: null });

/** Committed, finished LIVE, and a write: something that stands in the outside world. */
export const stands = (step: ScheduledStep, record: StepRecord): boolean =>
  step.writes && record.committed && record.state === "LIVE" && record.phase === "finished";

/** A person or time said no to it. */
const wasRefused = ({ ending }: StepRecord): boolean => ending === "rejected" || ending === "expired";

/** `record` is that of the step's call, which a duplicate may have made. */
export const becameOf = (
  { writes }: Pick<ScheduledStep, "writes">,
  record: StepRecord,
  mode: ExecutionMode,
): Became => ({
  writes,
  refused: wasRefused(record),
  mode,
});

/** Ended with nothing that what stands behind it could rest on, other than at a rung it finished. */
export const hasFallen = (record: StepRecord): boolean =>
  record.state === "ABORTED" && isTerminal(record) && !effectStands(record);
