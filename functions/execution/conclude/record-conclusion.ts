import type { AuditEvent } from "../../../shared/audit/audit-event.ts";
import { merkleRoot } from "../../../shared/audit/merkle.ts";
import { toStepLengths } from "../../../shared/audit/step-lengths.ts";
import {
  type ExecutionRecord,
  type ExecutionStatus,
  executionStatus,
} from "../../../shared/execution/record/execution-record.ts";
import { scheduleNamedBy } from "../../../shared/execution/record/schedule-named-by.ts";
import { stepChain } from "../../../shared/execution/record/step-event.ts";
import type { BodyRef } from "../../../shared/execution/record/step-record.ts";
import type { Deps } from "../../deps.ts";
import { appendInRun } from "../../records/append-in-run.ts";

export type Conclusion = { readonly status: ExecutionStatus; readonly at: string };

/** The event that says how this workflow run ended, and when. @returns what the one on record says, which may be another's that came first */
export const recordConclusion = async (
  deps: Pick<Deps, "auditLog" | "clock" | "steps">,
  { execution_id, history, step_count }: Pick<ExecutionRecord, "execution_id" | "history" | "step_count">,
  { decision, status, failure }: { decision: string; status: ExecutionStatus; failure: string | null },
): Promise<Conclusion> => {
  const entry = {
    type: "concluded",
    at: deps.clock.now().toISOString(),
    actor: "buddy",
    body: { history, decision, status, failure, ...(await stepHeads(deps, execution_id, step_count)) },
  };
  const same = ({ type, body }: AuditEvent): boolean => type === entry.type && body.history === history;
  const there = await appendInRun(deps, { execution_id, history }, entry, same);
  return there === undefined
    ? { status, at: entry.at }
    : { status: executionStatus.parse(there.body.status), at: there.at };
};

/**
 * One hash for the heads of all step chains: the serial chain embeds it, whatever the number of steps. And which heads
 * those are: clocks differ, so that nobody can tell it from the times of the events. An execution that failed before all
 * its steps were there has nothing to name them by.
 */
const stepHeads = async (deps: Pick<Deps, "steps">, execution_id: string, step_count: number) => {
  const records = await deps.steps.all(execution_id);
  const moved = records.filter((record) => record.seq > 0);
  const heads = moved.map(({ step_id, seq, head }) => ({ chain: stepChain(step_id), seq, hash: head }));
  const named = records.length === step_count ? { step_lengths: toStepLengths(records) } : {};
  return { step_heads: merkleRoot(heads), ...named };
};

/**
 * The schedule that the last event puts in force. A pass may have died, each time it was tried, between the event of a
 * new one and the record's write.
 */
export const scheduleOnRecord = async (
  { auditLog }: Pick<Deps, "auditLog">,
  execution_id: string,
): Promise<BodyRef | undefined> => {
  const serial = await auditLog.chain(execution_id, "execution");
  return serial.map(scheduleNamedBy).findLast((ref) => ref !== undefined);
};
