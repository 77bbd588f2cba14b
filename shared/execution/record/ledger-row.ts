import { z } from "zod";
import type { EarlierCall } from "../../conflicts/repeated-call.ts";
import { digestOf } from "../../plan/digest.ts";
import { stepId } from "../../plan/given-names.ts";
import { type Json, json, jsonObject } from "../../plan/json.ts";
import { identifier } from "../../plan/tool-execution-plan.ts";

export const ledgerSide = z.enum(["forward", "compensation"]);
export type LedgerSide = z.infer<typeof ledgerSide>;

/** One row per (execution, step, side): the record of the only attempt. */
export const ledgerRow = z.strictObject({
  execution_id: identifier,
  step_id: stepId,
  side: ledgerSide,
  status: z.enum(["INTENT", "COMMITTED", "REJECTED", "INDETERMINATE"]),
  tool_name: identifier,
  /** Digest of tool and resolved arguments as they were sent. */
  call_digest: z.string(),
  /** Of a call that must not be made twice: the digest under which duplicates are found. Rows of releases before have none. */
  same_call: z.string().exactOptional(),
  arguments: jsonObject,
  /** Stable: the same row always sends the same key. */
  idempotency_key: z.string(),
  epoch: z.number().int().positive(),
  /** The approved call: null where no approval was needed. */
  approved_digest: z.string().nullable(),
  /** After this, an INTENT without outcome is INDETERMINATE. */
  deadline: z.string(),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  output: json,
  error: z.string().nullable(),
  /** The worker that made the call; absent where no worker did. Rows of releases before have none. */
  made_by: z.string().exactOptional(),
  /** The call was sent and told nothing, whatever was found out afterwards. Rows of releases before have none. */
  unanswered: z.literal(true).exactOptional(),
  /** The call was refused before anything of it was sent. Rows of releases before have none. */
  unsent: z.literal(true).exactOptional(),
  /**
   * The clock was set back while its outcome was unknown: how long ago it was sent, nobody can tell, and `ended_at` is
   * when that was found. Rows of releases before have none.
   */
  set_back: z.literal(true).exactOptional(),
  /** Arguments of the compensation, stored before the call. */
  undo: jsonObject.nullable(),
  /** Outcomes that came after the row was settled. */
  evidence: z.array(z.strictObject({ at: z.string(), outcome: json })),
});
export type LedgerRow = z.infer<typeof ledgerRow>;
export type LedgerKey = Pick<LedgerRow, "execution_id" | "step_id" | "side">;

/** In place of a row that is there and cannot be read: what came of its call, nobody knows. */
export const unknownRow = (
  key: LedgerKey,
  known: Partial<Pick<LedgerRow, "started_at" | "same_call" | "tool_name" | "arguments">> = {},
): LedgerRow => ({
  ...key,
  status: "INDETERMINATE",
  tool_name: "",
  call_digest: "",
  arguments: {},
  idempotency_key: "",
  epoch: 1,
  approved_digest: null,
  deadline: "",
  started_at: "",
  ended_at: null,
  output: null,
  error: "its row in the ledger cannot be read",
  undo: null,
  evidence: [],
  ...known,
});

/** The output of a call; null also where nobody knows whether that was made, or its row cannot be read. */
export const outputKnownOf = ({ status, output }: LedgerRow): Json => (status === "COMMITTED" ? output : null);

/** The call of a row, as a step that would repeat it names it. */
export const earlierCallIn = ({ execution_id, step_id, status, started_at }: LedgerRow): EarlierCall => ({
  execution_id,
  step_id,
  status,
  at: started_at,
});

/** The outcome of the call is not known yet: it may still take effect. */
export const isUnsettled = (row: Pick<LedgerRow, "status"> | undefined): boolean =>
  row?.status === "INTENT" || row?.status === "INDETERMINATE";

/** It has an intent only, and its time is not over: the call may be under way. */
export const mayBeRunning = ({ status, deadline }: Pick<LedgerRow, "status" | "deadline">, now: string): boolean =>
  status === "INTENT" && deadline > now;

/** Digest of everything a row says, which the event that settles it seals; outcomes that come later are left out. */
export const ledgerRowDigest = ({ evidence: _evidence, ...facts }: LedgerRow): string => digestOf("ledger-row", facts);
