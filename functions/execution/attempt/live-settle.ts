import type { LedgerRow } from "../../../shared/execution/ledger-row.ts";
import type { RungResult } from "../../../shared/execution/step-record.ts";
import type { LedgerOutcome } from "../../../shared/ports/ledger.ts";
import type { SafeOutcome } from "../../tools/tool-port.ts";
import { cutInWords } from "../step/rungs.ts";
import { move, type StepContext } from "../step/step-context.ts";
import { bodyOfLedger, toLedger } from "../step/tool-output.ts";
import type { LiveDeps } from "./live-call.ts";

/** A forward call as the ledger keeps it; an output that is too large for its row is stored beside it. */
export const ledgerOutcome = async (
  deps: LiveDeps,
  row: Pick<LedgerRow, "execution_id">,
  outcome: SafeOutcome,
): Promise<LedgerOutcome> => {
  const at = deps.clock.now().toISOString();
  switch (outcome.kind) {
    case "committed":
      return {
        status: "COMMITTED",
        at,
        output: await toLedger(deps, row.execution_id, outcome.output),
        error: null,
        undo: outcome.undo,
      };
    case "rejected":
      return { status: "REJECTED", at, output: null, error: outcome.error, undo: null };
    case "indeterminate":
      return { status: "INDETERMINATE", at, output: null, error: outcome.error, undo: null };
  }
};

/** The step follows the ledger: its event says how a settled call ended, and what was left out of its answer. */
export const announce = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
  outcome: SafeOutcome,
): Promise<void> => {
  const { record } = context;
  const rungs = [...record.rungs, rungOf(row, row.status === "COMMITTED" ? "succeeded" : "failed")];
  if (row.status === "COMMITTED") {
    const live_output = await bodyOfLedger(deps, record.execution_id, row.output);
    const changes = { ending: "live", committed: true, live_output, rungs } as const;
    await move(deps, record, { event: "live_succeeded", reason: cutInWords(outcome), changes, row });
  } else {
    await move(deps, record, { event: "live_failed", reason: row.error, changes: { ending: "failed", rungs }, row });
  }
};

export const rungOf = (row: LedgerRow, outcome: RungResult["outcome"]): RungResult => ({
  mode: "LIVE",
  outcome,
  started_at: row.started_at,
  duration_ms: Math.max(0, Date.parse(row.ended_at ?? row.started_at) - Date.parse(row.started_at)),
  timed_out: outcome === "unknown",
  error: row.error,
});
