import pMap from "p-map";
import type { AuditEvent } from "../../shared/audit/audit-event.ts";
import type { Schedule } from "../../shared/conflicts/schedule.ts";
import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import type { ExecutionOutcome } from "../../shared/execution/outcome/execution-outcome.ts";
import { outcomeOf } from "../../shared/execution/outcome/outcome-of.ts";
import { settledConflicts } from "../../shared/execution/record/settled-conflicts.ts";
import { stepChain } from "../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import type { Json } from "../../shared/plan/json.ts";
import type { Deps } from "../deps.ts";
import { type Loaded, loadExecution } from "./documents.ts";
import { recordsOf } from "./step-records.ts";

export type OutcomeDeps = Pick<Deps, "executions" | "bodies" | "steps" | "approvals" | "auditLog">;

const CONCURRENT_READS = 32;

export type LoadedOutcome = {
  readonly loaded: Loaded;
  /** With what became of the conflicts that were pending. */
  readonly schedule: Schedule;
  readonly outcome: ExecutionOutcome;
  readonly events: readonly AuditEvent[];
  readonly approvals: readonly ApprovalRequest[];
};

/** How an execution stands, from its records and its audit, with the outputs its steps got. */
export const loadOutcome = async (deps: OutcomeDeps, execution_id: string): Promise<LoadedOutcome> => {
  const loaded = await loadExecution(deps, execution_id);
  // Few steps leave most of the places empty that events are spread over.
  const chains = ["execution", ...loaded.schedule.steps.map(({ step_id }) => stepChain(step_id))];
  const [records, approvals, events] = await Promise.all([
    recordsOf(deps, loaded),
    deps.approvals.ofExecution(execution_id),
    Array.fromAsync(deps.auditLog.events(execution_id, chains)),
  ]);
  const outcome = outcomeOf({
    execution: loaded.execution,
    schedule: loaded.schedule,
    contracts: loaded.submission.contractOf,
    records,
    approvals: new Map(approvals.map((request) => [request.approval_id, request])),
    events,
    outputs: await outputsOf(deps, [...records.values()]),
  });
  const schedule = settledConflicts(loaded.schedule, (step_id) => records.get(step_id));
  return { loaded, schedule, outcome, events, approvals };
};

const outputsOf = async (
  deps: Pick<Deps, "bodies">,
  records: readonly StepRecord[],
): Promise<ReadonlyMap<string, Json>> => {
  const outputs = await pMap(
    records,
    async (record) => {
      const ref = record.live_output ?? record.dry_run_output ?? record.mock_output;
      return [record.step_id, ref === null ? null : await deps.bodies.get(ref)] as const;
    },
    { concurrency: CONCURRENT_READS },
  );
  return new Map(outputs);
};
