import { endsBy, underWayUntil } from "../../../shared/execution/attempt/timing.ts";
import type { LedgerRow } from "../../../shared/execution/record/ledger-row.ts";
import type { Deps } from "../../deps.ts";
import type { SafeLookUp, SafeOutcome } from "../../tools/safe-answer.ts";
import { toolPort } from "../../tools/tool-port.ts";
import { type StepContext, toolCall } from "../step/step-context.ts";
import { endInLedger, tracedCall } from "../step/traced-call.ts";
import { nowOf } from "./in-flight.ts";
import { heed } from "./push-back.ts";

type ToolDeps = Pick<Deps, "clock" | "toolbox" | "timer" | "tokenBuckets" | "tracing">;

const callOf = (context: StepContext, row: Pick<LedgerRow, "arguments" | "idempotency_key">) => ({
  ...toolCall(context, row.arguments),
  idempotency_key: row.idempotency_key,
});

/** Sends the call, or the compensation, of a row, under the row's key. All heed the pause that the service asks for. */
export const send = async (deps: ToolDeps, context: StepContext, row: LedgerRow): Promise<SafeOutcome> => {
  const outcome = await sendOnly(deps, context, row);
  if (outcome.kind !== "committed") await heed(deps, context.called, outcome);
  return outcome;
};

const sendOnly = async (deps: ToolDeps, context: StepContext, row: LedgerRow): Promise<SafeOutcome> => {
  const tool = toolPort(deps, context.contract, context.called);
  const { side, undo } = row;
  if (side === "compensation" && undo === null) {
    return { kind: "rejected", error: "nothing was stored to undo it with" };
  }
  return tracedCall(
    deps,
    context,
    { mode: "LIVE", side },
    callOf(context, row),
    (call) => (side === "forward" || undo === null ? tool.call(call) : tool.compensate(call, undo)),
    endInLedger,
  );
};

/** Whether the call of a row happened, as its tool tells. */
export const lookUp = async (deps: ToolDeps, context: StepContext, row: LedgerRow): Promise<SafeLookUp> => {
  const found = await toolPort(deps, context.contract, context.called).lookUp(callOf(context, row), row.side);
  if (found.kind === "unknown") await heed(deps, context.called, found);
  return found;
};

/**
 * Says in the ledger, before a call is sent again, until when this sending may be under way: whoever looks at the row
 * next, also after a death, waits until it has settled before it asks, sends, or frees what the call writes.
 * @returns the row as it stands, or nothing when it must not be sent: it has been settled meanwhile, or this process
 * stood still until the call would outlast what its row says; the next pass looks at the row again
 */
export const sendingAgain = async (
  deps: Pick<Deps, "clock" | "ledger">,
  { called }: Pick<StepContext, "called">,
  row: LedgerRow,
): Promise<LedgerRow | undefined> => {
  const at = underWayUntil(nowOf(deps), called);
  const unknown = { status: "INDETERMINATE", at, output: null, error: row.error, undo: null } as const;
  const noted = await deps.ledger.settle(row, row.epoch, "INDETERMINATE", unknown);
  return noted.kind === "settled" && endsBy(at, nowOf(deps), called) ? noted.row : undefined;
};
