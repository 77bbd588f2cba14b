import { z } from "zod";
import { type RollbackOutcome, rollbackOutcome } from "../execution/outcome/execution-outcome.ts";
import { type Artifact, renderLines, timestamp, utc } from "./artifact.ts";

export const rollbackLine = z.strictObject({
  rollback_id: z.string(),
  timestamp,
  trigger: rollbackOutcome.shape.trigger,
  /** Steps that were or are to be compensated, in the order of compensation. */
  affected_executions: z.array(z.string()),
  reason: z.string(),
  recovery_status: rollbackOutcome.shape.recovery_status,
  /** Null while it is in progress. */
  duration_ms: z.number().nonnegative().nullable(),
});
export type RollbackLine = z.infer<typeof rollbackLine>;

const lineOf = (rollback: RollbackOutcome): RollbackLine => ({
  rollback_id: rollback.rollback_id,
  timestamp: utc(rollback.started_at),
  trigger: rollback.trigger,
  affected_executions: rollback.step_ids,
  reason: rollback.reason,
  recovery_status: rollback.recovery_status,
  duration_ms: rollback.ended_at === null ? null : Date.parse(rollback.ended_at) - Date.parse(rollback.started_at),
});

export const rollbackEvents: Artifact = {
  name: "rollback_events.jsonl",
  render: ({ outcome }) => renderLines(rollbackLine, outcome.rollbacks.map(lineOf)),
};
