import pMap from "p-map";
import { z } from "zod";
import type { AuditEvent } from "../../shared/audit/audit-event.ts";
import type { Schedule } from "../../shared/conflicts/schedule.ts";
import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import type { ExecutionOutcome } from "../../shared/execution/outcome/execution-outcome.ts";
import { outcomeOf } from "../../shared/execution/outcome/outcome-of.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import { settledConflicts } from "../../shared/execution/record/settled-conflicts.ts";
import { applyEvent, IllegalTransition, newStepRecord, stepChain } from "../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import type { Json } from "../../shared/plan/json.ts";
import type { Deps } from "../deps.ts";
import { type Loaded, loadExecution } from "./documents.ts";

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

/** How an execution stands by its audit and what was said to its requests, with the outputs its steps got. */
export const loadOutcome = async (deps: OutcomeDeps, execution_id: string): Promise<LoadedOutcome> => {
  const found = await loadExecution(deps, execution_id);
  // Few steps leave most of the places empty that events are spread over.
  const chains = ["execution", ...found.schedule.steps.map(({ step_id }) => stepChain(step_id))];
  const [approvals, events] = await Promise.all([
    deps.approvals.ofExecution(execution_id),
    Array.fromAsync(deps.auditLog.events(execution_id, chains)),
  ]);
  const loaded = { ...found, execution: asToldBy(events, found.execution) };
  const records = await replayed(deps, loaded, events);
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

/** When it was submitted and when it ended, as its events have it; by its record, where it has no such event. */
const asToldBy = (events: readonly AuditEvent[], execution: ExecutionRecord): ExecutionRecord => {
  const submitted = events.find(({ type }) => type === "submitted");
  const concluded = events.findLast(({ type }) => type === "concluded");
  const { submitted_at, ended_at } = execution;
  return {
    ...execution,
    submitted_at: submitted?.at ?? submitted_at,
    ended_at: ended_at === null ? null : (concluded?.at ?? ended_at),
  };
};

/**
 * Each step as its events add up to, not as its row says: what is sealed and signed rests on nothing that anybody can
 * change without the chain showing it. Of a chain that does not follow, which is TAMPERED, the row is all there is.
 */
const replayed = async (
  deps: Pick<Deps, "steps">,
  { execution, schedule }: Pick<Loaded, "execution" | "schedule">,
  events: readonly AuditEvent[],
): Promise<ReadonlyMap<string, StepRecord>> => {
  const { execution_id, submitted_at } = execution;
  const chains = Map.groupBy(events, ({ chain }) => chain);
  const records = new Map<string, StepRecord>();
  for (const { plan_id, step_id } of schedule.steps) {
    const first = newStepRecord({ execution_id, plan_id, step_id }, submitted_at);
    const own = chains.get(stepChain(step_id)) ?? [];
    const record = followed(first, own) ?? (await deps.steps.get(execution_id, step_id)) ?? first;
    records.set(step_id, record);
  }
  return records;
};

const followed = (first: StepRecord, events: readonly AuditEvent[]): StepRecord | undefined => {
  try {
    return events.reduce(applyEvent, first);
  } catch (error) {
    if (error instanceof IllegalTransition || error instanceof z.ZodError) return undefined;
    throw error;
  }
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
