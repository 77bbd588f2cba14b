import {
  afterLookUp,
  afterSending,
  type FollowUp,
  outOfTurn,
  stoppedAgain,
  waiting,
} from "../../../shared/execution/attempt/follow-up.ts";
import { resolve } from "../../../shared/execution/attempt/resolve.ts";
import { abortInWords, whatStops } from "../../../shared/execution/attempt/start.ts";
import { unknown } from "../../../shared/execution/attempt/told.ts";
import { isUnsettled, type LedgerRow } from "../../../shared/execution/record/ledger-row.ts";
import type { InFlight } from "../../../shared/ports/coordination.ts";
import { move, type StepContext } from "../step/step-context.ts";
import { freeKeptLeases, keepLeases } from "./held-leases.ts";
import { type AttemptDeps, asOnlyAttempt, nowOf } from "./in-flight.ts";
import { pauseOfService } from "./push-back.ts";
import { endTurn, takeTurn } from "./resources.ts";
import { lookUp, send, sendingAgain } from "./send.ts";
import { markUnknown, noteSetBack, settleCall } from "./settle-call.ts";
import { seenAgain } from "./what-stops.ts";

/** Whether a call may still take effect: what it writes is kept from others until it is known. */
export type Known = "settled" | "unknown";

/**
 * Takes a call that stands in the ledger further, as its contract allows. One that is settled already is left to Next
 * wave, which reads the ledger.
 * @throws StepMoved
 */
export const resolveCall = async (deps: AttemptDeps, context: StepContext, row: LedgerRow): Promise<Known> => {
  const kept = row.status === "INDETERMINATE" ? await keepLeases(deps, context, row) : undefined;
  const { record, called: contract, execution } = context;
  const aborted = execution.abort_requested === null ? undefined : abortInWords(execution.abort_requested);
  const next = resolve({ row, record, contract, kept, aborted, times: deps.policy, now: nowOf(deps) });
  switch (next.kind) {
    case "settled":
      return "settled";
    case "leave":
      return "unknown";
    case "mark_unknown":
      return resolveCall(deps, context, await markUnknown(deps, row, next.error));
    case "count_anew":
      deps.log.warn("the clock was set back since a call was sent", { side: row.side });
      return resolveCall(deps, context, await noteSetBack(deps, row, nowOf(deps)));
    case "look_up":
      return follow(deps, context, row, await lookedUp(deps, context, row, next.tried));
    case "send_again":
      return sendAgain(deps, context, row, next.tried);
    case "wait":
    case "ask":
      return follow(deps, context, row, next);
  }
};

const askedNow = (
  deps: Pick<AttemptDeps, "clock" | "policy">,
  { called }: StepContext,
  row: LedgerRow,
  tried: number,
) => ({
  row,
  contract: called,
  tried,
  times: deps.policy,
  now: nowOf(deps),
});

const lookedUp = async (deps: AttemptDeps, context: StepContext, row: LedgerRow, tried: number): Promise<FollowUp> => {
  const paused = await pauseOfService(deps, context.called, nowOf(deps));
  if (paused !== undefined) return outOfTurn(askedNow(deps, context, row, tried), "asked about yet", paused);
  const found = await lookUp(deps, context, row);
  return afterLookUp(askedNow(deps, context, row, tried), found);
};

const sendAgain = async (deps: AttemptDeps, context: StepContext, row: LedgerRow, tried: number): Promise<Known> => {
  let known: Known = "unknown";
  await asOnlyAttempt(deps, context, row.side, async (inFlight) => {
    const turn = await takeTurn(deps, context);
    if (turn.ok) {
      known = await sendInTurn(deps, context, row, { tried, inFlight });
      await endTurn(deps, context, turn.slot);
    } else await follow(deps, context, row, outOfTurn(askedNow(deps, context, row, tried), "sent again", turn));
  });
  return known;
};

const sendInTurn = async (
  deps: AttemptDeps,
  context: StepContext,
  row: LedgerRow,
  { tried, inFlight }: { readonly tried: number; readonly inFlight: InFlight },
): Promise<Known> => {
  const stop = whatStops(await seenAgain(deps, context, inFlight));
  if (stop !== undefined) return follow(deps, context, row, stoppedAgain(askedNow(deps, context, row, tried), stop));
  const sending = await sendingAgain(deps, context, row);
  if (sending === undefined) return "unknown";
  const outcome = await send(deps, context, sending);
  return follow(deps, context, sending, afterSending(askedNow(deps, context, sending, tried), outcome));
};

const follow = async (deps: AttemptDeps, context: StepContext, row: LedgerRow, next: FollowUp): Promise<Known> => {
  const { record } = context;
  switch (next.kind) {
    case "wait":
      await move(deps, record, waiting(row.side, next));
      return "unknown";
    case "ask":
      await move(deps, record, unknown(row.side, record, row, next.why));
      return "unknown";
    // The row is taken back for the next attempt; its evidence stays.
    case "begin_again":
      await deps.ledger.withdraw(row, row.epoch, "INDETERMINATE");
      await move(deps, record, waiting(row.side, next));
      return "settled";
    case "settle": {
      const settled = await settleCall(deps, context, row, "INDETERMINATE", next.outcome);
      await freeKeptLeases(deps, context, row);
      return isUnsettled(settled.row) ? "unknown" : "settled";
    }
  }
};
