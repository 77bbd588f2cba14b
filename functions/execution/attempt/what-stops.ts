import { SIDES, sideOf } from "../../../shared/execution/attempt/side.ts";
import { type Fallen, type Seen, type Stop, whatStops } from "../../../shared/execution/attempt/start.ts";
import { isTooLate } from "../../../shared/execution/attempt/timing.ts";
import { lockInWords } from "../../../shared/execution/lock/lock.ts";
import { locksOn } from "../../../shared/execution/lock/step-locks.ts";
import type { InFlight } from "../../../shared/ports/coordination.ts";
import type { Deps } from "../../deps.ts";
import { restsElsewhere } from "../../records/rests-elsewhere.ts";
import type { StepContext } from "../step/step-context.ts";
import { nowOf } from "./in-flight.ts";
import { restsOnNothing, restsOnNothingByNow } from "./rests-on.ts";

export type LookDeps = Pick<Deps, "clock" | "executions" | "ledger" | "locks" | "settings" | "steps">;

/**
 * Everything that may stop a call, read when its in-flight row and its INTENT stand and nothing was sent: whoever
 * locks, aborts, or switches LIVE off writes that first and reads the calls in flight then, so a call that their answer
 * does not list finds it here. All is read with strong consistency.
 */
export const seenFirst = async (
  deps: LookDeps,
  context: StepContext,
  { side, started_at }: Pick<InFlight, "side" | "started_at">,
): Promise<Seen> => {
  const [moved, seen] = await Promise.all([
    hasMoved(deps, context),
    seenWith(deps, context, side, side === "forward" ? restsOnNothing(deps, context) : undefined),
  ]);
  return { ...seen, moved, late: isTooLate(started_at, nowOf(deps)) };
};

/** The facts that stop one side of a step, with what it rests on and what rests on it. */
export const seenWith = async (
  deps: LookDeps,
  context: StepContext,
  side: InFlight["side"],
  falling: Promise<Fallen | undefined> | undefined,
): Promise<Seen> => {
  const [seen, fallen, rests] = await Promise.all([
    seenBySide(deps, context),
    falling,
    side === "compensation" ? restsElsewhere(deps, context.record) : undefined,
  ]);
  return { ...seen, rests, forward: seen.forward && { ...seen.forward, fallen } };
};

/**
 * The same of a call that is sent again: its step cannot be elsewhere while its row stands. The calls that it rests on may have
 * fallen: nobody knows whether it was sent before, and this may be the first time that it arrives.
 */
export const seenAgain = async (
  deps: LookDeps,
  context: StepContext,
  { side, started_at }: Pick<InFlight, "side" | "started_at">,
): Promise<Seen> => {
  const falling = side === "forward" ? restsOnNothingByNow(deps, context) : undefined;
  const [seen, fallen] = await Promise.all([seenBySide(deps, context), falling]);
  return { ...seen, forward: seen.forward && { ...seen.forward, fallen }, late: isTooLate(started_at, nowOf(deps)) };
};

/**
 * The same in few words, where nothing was sent yet: of a read, which has no INTENT, asked before each try; of a call
 * that waited to be fetched, once nobody had.
 */
export const whatStopsUnsent = async (
  deps: Pick<LookDeps, "executions" | "locks" | "settings">,
  context: StepContext,
): Promise<Stop | undefined> => whatStops(await seenBySide(deps, context));

const seenBySide = async (
  deps: Pick<LookDeps, "executions" | "locks" | "settings">,
  context: StepContext,
): Promise<Seen> => {
  const { execution_id, history } = context.execution;
  if (!SIDES[sideOf(context.record)].ends_with_execution) {
    return { moved: false, late: false, lock: await lockOn(deps, context), forward: undefined, rests: undefined };
  }
  const [execution, lock, live_enabled] = await Promise.all([
    deps.executions.get(execution_id),
    lockOn(deps, context),
    deps.settings.liveEnabled(),
  ]);
  const forward = { execution, history, live_enabled, fallen: undefined };
  return { moved: false, late: false, lock, forward, rests: undefined };
};

/** A lock that holds this call, or this compensation, now. */
const lockOn = async (deps: Pick<Deps, "locks">, context: StepContext): Promise<string | undefined> => {
  const { execution, step, record, contract } = context;
  const [lock] = locksOn(await deps.locks.all(), execution.execution_id, step, record, contract);
  return lock && lockInWords(lock);
};

/**
 * Somebody moved the step since this function read it: it was given up, or is a second delivery, and the step stands
 * elsewhere or is to run otherwise. Read after INTENT was written, so that whoever moves it finds the row. That it was
 * only put off changes nothing.
 */
const hasMoved = async (deps: Pick<Deps, "steps">, { record }: Pick<StepContext, "record">): Promise<boolean> => {
  const now = await deps.steps.get(record.execution_id, record.step_id);
  return (
    now?.state !== record.state ||
    now.phase !== record.phase ||
    now.approved_digest !== record.approved_digest ||
    now.preview_digest !== record.preview_digest
  );
};
