import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import type { Standing } from "../../../../shared/execution/attempt/resolve.ts";
import type { LedgerRow } from "../../../../shared/execution/record/ledger-row.ts";
import { newStepRecord } from "../../../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../../../shared/execution/record/step-record.ts";
import { ownContract } from "../../../functions/tools/contracts.ts";
import { at, intent } from "../../../ports/records.ts";

/** Two clocks differ by a minute at most, and what was sent has settled after ten seconds. */
export const TIMES = { settling_seconds: 10, largest_clock_skew_seconds: 60 };

/** A call of unknown outcome that ended five seconds after noon. */
export const row = (changes: Partial<LedgerRow> = {}): LedgerRow => ({
  ...intent(),
  status: "INDETERMINATE",
  started_at: at(0),
  deadline: at(100),
  ended_at: at(5),
  error: "no answer",
  undo: { stage: "lead" },
  ...changes,
});

export const record = (state: "LIVE" | "ROLLBACK", changes: Partial<StepRecord> = {}): StepRecord => ({
  ...newStepRecord({ execution_id: "e1", plan_id: "p1", step_id: "s1" }, at(0)),
  state,
  ...changes,
});

export const contract = (changes: Partial<ToolContract> = {}): ToolContract => ({
  ...ownContract(),
  timeout_seconds: 20,
  outcome_resolution: "IDEMPOTENT_KEY",
  ...changes,
});

/** Everything allows that the call is sent again under its key. */
export const standing = (changes: Partial<Standing> = {}): Standing => ({
  row: row(),
  record: record("LIVE"),
  contract: contract(),
  kept: true,
  aborted: undefined,
  times: TIMES,
  now: at(75),
  ...changes,
});
