import { digestOf } from "../../plan/digest.ts";
import type { LedgerKey, LedgerRow } from "../record/ledger-row.ts";

/** The task of an attempt, as its row will say. */
export type Intended = Pick<
  LedgerRow,
  "side" | "tool_name" | "call_digest" | "same_call" | "arguments" | "approved_digest" | "undo"
>;

type Begun = Pick<LedgerRow, "execution_id" | "step_id" | "epoch" | "started_at" | "deadline">;

/** The row of an attempt before anything is sent. */
export const intentOf = ({ same_call, ...intended }: Intended, begun: Begun): LedgerRow => ({
  ...intended,
  ...begun,
  ...(same_call === undefined ? {} : { same_call }),
  status: "INTENT",
  idempotency_key: idempotencyKeyOf({ ...begun, side: intended.side }),
  ended_at: null,
  output: null,
  error: null,
  evidence: [],
});

/** Undoing a call is nobody's duplicate: its digest names the call it undoes, under its own side. */
export const undoingOf = (
  { tool_name, call_digest, arguments: args, approved_digest }: LedgerRow,
  undo: NonNullable<LedgerRow["undo"]>,
): Intended => ({
  side: "compensation",
  tool_name,
  call_digest: `undo:${call_digest}`,
  arguments: args,
  approved_digest,
  undo,
});

/** Stable: whoever sends the call of this row, however late, sends the same key. */
export const idempotencyKeyOf = (key: LedgerKey): string =>
  digestOf("idempotency-key", { execution_id: key.execution_id, step_id: key.step_id, side: key.side }).slice(0, 40);
