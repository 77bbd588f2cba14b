import { outOfTime } from "../../../shared/execution/attempt/begin.ts";
import { type Intended, intentOf } from "../../../shared/execution/attempt/intent.ts";
import { heldBack } from "../../../shared/execution/attempt/quarantine.ts";
import { start } from "../../../shared/execution/attempt/start.ts";
import { notSent, type Told } from "../../../shared/execution/attempt/told.ts";
import { afterUnsentUndo } from "../../../shared/execution/attempt/unsent.ts";
import { isUnsettled, type LedgerRow } from "../../../shared/execution/record/ledger-row.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { InFlight } from "../../../shared/ports/coordination.ts";
import type { SafeOutcome } from "../../tools/safe-answer.ts";
import { move, type StepContext } from "../step/step-context.ts";
import { type AttemptDeps, asOnlyAttempt, endsAt, nowOf } from "./in-flight.ts";
import { type Known, resolveCall } from "./resolve-call.ts";
import { type Held, letGo, takeResources } from "./resources.ts";
import { send } from "./send.ts";
import { settleCall } from "./settle-call.ts";
import { noteUnanswered } from "./unanswered.ts";
import { leaveUnsent, pushedBack, putOff } from "./unsent.ts";
import { seenFirst, whatStopsUnsent } from "./what-stops.ts";

/** A call that is to be made, or undone, for the first time. */
export type Planned = {
  readonly side: InFlight["side"];
  readonly arguments: JsonObject;
  /** Leases it takes beside those on what its arguments write. */
  readonly further: readonly string[];
  /** The last looks under the leases. @returns undefined where nothing is to be sent, after the step was told */
  readonly prepare: () => Promise<Intended | undefined>;
};

/**
 * At most one attempt at one side of a step: in-flight row, resources, last looks, INTENT, what stops it, the call, the
 * outcome, in that order; see docs/reliability.md for why no other order will do.
 * @throws StepMoved
 */
export const attempt = (deps: AttemptDeps, context: StepContext, planned: Planned): Promise<void> =>
  asOnlyAttempt(deps, context, planned.side, async (inFlight) => {
    const taken = await takeResources(deps, context, planned.arguments, planned.further);
    if (!taken.ok) {
      await putOff(deps, context, taken);
      return;
    }
    const known = await attemptWith(deps, context, planned, { ...taken.held, inFlight });
    await letGo(deps, context, taken.held, { keepLeases: known === "unknown" });
  });

const attemptWith = async (
  deps: AttemptDeps,
  context: StepContext,
  planned: Planned,
  held: Held & { readonly inFlight: InFlight },
): Promise<Known> => {
  const { execution_id, step_id } = context.record;
  const intended = await planned.prepare();
  if (intended === undefined) return knownBy(await deps.ledger.get({ execution_id, step_id, side: planned.side }));
  const started_at = nowOf(deps);
  const intent = intentOf(intended, {
    execution_id,
    step_id,
    epoch: held.leases[0]?.epoch ?? 1,
    started_at,
    deadline: endsAt(deps, context, started_at),
  });
  const put = await deps.ledger.intend(intent);
  const place = put.kind === "written" ? { kind: put.kind, seen: await seenFirst(deps, context, held.inFlight) } : put;
  const next = start(place);
  switch (next.kind) {
    case "send": {
      const outcome = await send(deps, context, intent);
      if (await isTakenBack(deps, context, intent, outcome)) return "settled";
      const { row, late } = await settleCall(deps, context, intent, "INTENT", outcome);
      if (planned.side === "forward" && outcome.kind === "indeterminate" && outcome.answered !== true) {
        await noteUnanswered(deps, context);
      }
      return isUnsettled(row) && !late ? resolveCall(deps, context, row) : knownBy(row);
    }
    case "withdraw":
      if (!(await deps.ledger.withdraw(intent, intent.epoch, "INTENT"))) return knownBy(await deps.ledger.get(intent));
      await leaveUnsent(deps, context, next.stop);
      return "settled";
    case "end":
      deps.log.warn(next.why, { side: planned.side });
      await move(deps, context.record, notSent(planned.side, context.record, next.why));
      return "settled";
    case "leave":
      deps.log.warn(`${next.why}: nothing is sent`, { side: planned.side });
      return next.keep_leases ? "unknown" : "settled";
  }
};

/**
 * Takes back the row of a call that had no effect and is not simply over: it was stopped while it waited to be sent, its
 * service refused it and asked for it again later, nothing was sent because its tool is not what was reviewed, or nothing
 * was sent that would undo a call.
 * @returns whether it was; where being put off has gone on for too long, or the row was settled meanwhile, it was not
 */
const isTakenBack = async (
  deps: AttemptDeps,
  context: StepContext,
  intent: LedgerRow,
  outcome: SafeOutcome,
): Promise<boolean> => {
  if (outcome.kind !== "rejected") return false;
  const stop = outcome.unsent === true ? await whatStopsUnsent(deps, context) : undefined;
  if (stop !== undefined) {
    if (!(await deps.ledger.withdraw(intent, intent.epoch, "INTENT"))) return false;
    await leaveUnsent(deps, context, stop);
    return true;
  }
  const told = takenBack(deps, context, outcome, intent.side);
  if (told === undefined || !(await deps.ledger.withdraw(intent, intent.epoch, "INTENT"))) return false;
  await move(deps, context.record, told);
  return true;
};

const takenBack = (
  deps: AttemptDeps,
  context: StepContext,
  outcome: Extract<SafeOutcome, { kind: "rejected" }>,
  side: LedgerRow["side"],
): Told | undefined => {
  const { record } = context;
  if (outcome.quarantined === true && side === "forward") return heldBack(record, outcome.error);
  const over = outcome.unsent === true && side === "forward" ? outOfTime(context.start_before, nowOf(deps)) : undefined;
  if (over !== undefined) return over;
  const pushed_back = pushedBack(deps, context, outcome);
  if (pushed_back !== undefined || side === "forward" || outcome.unsent !== true) return pushed_back;
  return afterUnsentUndo(record, outcome, nowOf(deps));
};

/** A call that an earlier attempt sent, whose time was over, may still take effect under the leases. */
const knownBy = (row: LedgerRow | undefined): Known => (isUnsettled(row) ? "unknown" : "settled");
