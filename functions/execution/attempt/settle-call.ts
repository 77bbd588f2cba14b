import { failed, succeeded } from "../../../shared/execution/attempt/told.ts";
import { isUnsettled, type LedgerRow } from "../../../shared/execution/record/ledger-row.ts";
import type { LedgerOutcome } from "../../../shared/ports/ledger.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import type { Deps } from "../../deps.ts";
import { cutInWords } from "../../tools/remarks.ts";
import type { SafeOutcome } from "../../tools/safe-answer.ts";
import { ToolSurprise, toolPort } from "../../tools/tool-port.ts";
import { move, type StepContext, toolCall } from "../step/step-context.ts";
import { bodyOfLedger, toLedger } from "../step/tool-output.ts";
import { type AttemptDeps, nowOf } from "./in-flight.ts";

/**
 * Writes what came of a call: to the ledger first, then, once it is known, as the step's event.
 * @returns the row as it stands; `late` where somebody else had settled it
 */
export const settleCall = async (
  deps: AttemptDeps,
  context: StepContext,
  row: LedgerRow,
  from: "INTENT" | "INDETERMINATE",
  outcome: SafeOutcome,
): Promise<{ readonly row: LedgerRow; readonly late: boolean }> => {
  const settled = await deps.ledger.settle(row, row.epoch, from, await ledgerOutcome(deps, row, outcome));
  const late = settled.kind === "late";
  if (late) deps.log.warn("an outcome came late and was kept as evidence");
  else if (!isUnsettled(settled.row)) await announce(deps, context, settled.row, outcome);
  return { row: settled.row, late };
};

/** Says in the ledger of a call that is to get no outcome any more that it is unknown. @returns the row as it stands */
export const markUnknown = async (
  deps: Pick<Deps, "clock" | "ledger">,
  row: LedgerRow,
  error: string,
): Promise<LedgerRow> => {
  const unknown = { status: "INDETERMINATE", at: nowOf(deps), output: null, error, undo: null } as const;
  return (await deps.ledger.settle(row, row.epoch, "INTENT", unknown)).row;
};

/**
 * Says in the ledger of a call of unknown outcome that the clock was set back since it was sent, so that what is waited
 * for from then on counts from `at`. @returns the row as it stands
 */
export const noteSetBack = async (deps: Pick<Deps, "ledger">, row: LedgerRow, at: string): Promise<LedgerRow> => {
  const { output, error } = row;
  const unknown = { status: "INDETERMINATE", at, output, error, undo: null, set_back: true } as const;
  return (await deps.ledger.settle(row, row.epoch, "INDETERMINATE", unknown)).row;
};

/** As the ledger keeps it; an output that is too large for its row is stored beside it. How to undo is the forward call's to tell. */
const ledgerOutcome = async (
  deps: Pick<Deps, "clock" | "bodies">,
  { execution_id, side }: LedgerRow,
  outcome: SafeOutcome,
): Promise<LedgerOutcome> => {
  const at = nowOf(deps);
  switch (outcome.kind) {
    case "committed": {
      const output = await toLedger(deps, execution_id, outcome.output);
      const undo = side === "forward" ? outcome.undo : null;
      const made = outcome.made_by === undefined ? {} : { made_by: outcome.made_by };
      return { status: "COMMITTED", at, output, error: null, undo, ...made };
    }
    case "rejected": {
      const unsent = outcome.unsent === true ? { unsent: true as const } : {};
      return { status: "REJECTED", at, output: null, error: outcome.error, undo: null, ...unsent };
    }
    case "indeterminate":
      return {
        ...{ status: "INDETERMINATE", at, output: null, error: outcome.error, undo: null },
        ...(outcome.answered === true ? {} : { unanswered: true }),
      };
  }
};

/** The step follows the ledger: its event says how a settled call ended, and what was left out of its answer. */
const announce = async (
  deps: AttemptDeps,
  context: StepContext,
  row: LedgerRow,
  outcome: SafeOutcome,
): Promise<void> => {
  const { record } = context;
  const cut = cutInWords(outcome);
  if (row.status === "REJECTED") {
    await move(deps, record, failed(row.side, record, row.error ?? "it was refused", { row }));
  } else if (row.side === "forward") {
    const live_output = await bodyOfLedger(deps, record.execution_id, row.output);
    await move(deps, record, succeeded(record, row, { reason: cut, live_output }));
  } else {
    const left = await leftToUndo(deps, context, row);
    const reason = [cut, left.why].filter((words) => words !== null).join("; ");
    await move(
      deps,
      record,
      left.changes === 0
        ? succeeded(record, row, { reason: reason === "" ? null : reason, live_output: null })
        : failed("compensation", record, `it was accepted, yet this is left to undo: ${left.why}`, { row }),
    );
  }
};

/**
 * The preview of the undo must show nothing left to undo. That it cannot be looked at does not undo the compensation,
 * which was committed: it is said.
 */
const leftToUndo = async (
  deps: AttemptDeps,
  context: StepContext,
  row: LedgerRow,
): Promise<{ readonly changes: number; readonly why: string | null }> => {
  if (row.undo === null) return { changes: 0, why: null };
  try {
    const call = toolCall(context, row.arguments);
    const { changes, summary } = await toolPort(deps, context.contract).previewUndo(call, row.undo);
    return { changes: changes.length, why: changes.length === 0 ? null : summary };
  } catch (error) {
    if (!(error instanceof ToolFailure || error instanceof ToolSurprise)) throw error;
    return { changes: 0, why: `compensated; that nothing is left could not be looked up: ${error.message}` };
  }
};
