import pMap from "p-map";
import { z } from "zod";
import {
  type ExecutionRecord,
  type ExecutionStatus,
  resumesOf,
} from "../../../shared/execution/record/execution-record.ts";
import { isUnsettled, type LedgerRow } from "../../../shared/execution/record/ledger-row.ts";
import type { BodyRef } from "../../../shared/execution/record/step-record.ts";
import type { ExecutionView } from "../../../shared/execution/view/view.ts";
import { advance } from "../../../shared/execution/wave/advance.ts";
import { conclude as concludeView } from "../../../shared/execution/wave/conclude.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";
import type { Deps } from "../../deps.ts";
import { amendFound } from "../../records/amend.ts";
import { loadExecution, readExecution } from "../../records/documents.ts";
import { recordSchedule } from "../../records/record-schedule.ts";
import { recordSubmission } from "../../records/record-submission.ts";
import { overAs } from "../../records/run-life-cycle.ts";
import { workflowRun } from "../../records/workflow-input.ts";
import { freeLeasesOf } from "../attempt/held-leases.ts";
import { readView, type ViewDeps } from "../pass/read-view.ts";
import { type StoreDeps, store } from "../pass/store-pass.ts";
import { contractsOfCall } from "../step/step-context.ts";
import { type Conclusion, recordConclusion, scheduleOnRecord } from "./record-conclusion.ts";
import { standInSchedule } from "./stand-in-schedule.ts";
import { whatCanBeRead } from "./what-can-be-read.ts";
import { refusedInWords, whatCanBeWritten } from "./what-can-be-written.ts";

const STEPS_READ_AT_A_TIME = 16;

/** 8,000 calls, each of five requests of some 5 ms to free what it holds, are done in 13 of the 60 seconds there are. */
const CALLS_FREED_AT_A_TIME = 16;

const concludeInput = workflowRun.extend({
  decision: z.enum(["DONE", "ABORTED", "LOCKED", "FAILED"]),
  failure: z.object({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
});

export type ConcludeDeps = ViewDeps & StoreDeps & Pick<Deps, "auditLog" | "leases" | "log" | "metrics">;

export type Concluded = { execution_id: string; history: number; status: ExecutionStatus };

/**
 * Conclude: every unfinished step gets a final state or a person to settle it, open requests are voided, leases are
 * freed. The same function ends executions that failed where no state could catch it. A workflow run that was superseded,
 * and a repeated task, find nothing left to do.
 */
export const conclude =
  (given: ConcludeDeps) =>
  async (input: unknown): Promise<Concluded> => {
    const { execution_id, history, decision, failure } = concludeInput.parse(input);
    const execution = await readExecution(given, execution_id);
    const answer = (status: ExecutionStatus): Concluded => ({ execution_id, history, status });
    const over = overAs(execution, history);
    if (over !== undefined) return answer(over);
    // A cause is whatever was thrown, of any length.
    const told = failure === undefined ? null : cutText(failure.Cause ?? failure.Error ?? "no cause given");
    if (told !== null) {
      given.log.error("an execution is concluded after a failure", { error_name: failure?.Error ?? null }, told);
    }
    const { deps: ports, refused } = told === null ? { deps: given, refused: null } : whatCanBeWritten(given);
    if (execution.schedule === null || failure !== undefined) {
      await recordSubmission(ports, execution, null);
      const unscheduled = told ?? "it ended before it was scheduled";
      await recordSchedule(
        ports,
        execution,
        execution.schedule ?? (await standInSchedule(ports, execution, unscheduled)),
      );
    }
    const { deps, why } = await concludedBy(ports, execution_id, told);
    const found = await concludeSteps(deps, { execution_id, history }, decision, why);
    if (found.over !== undefined) return answer(found.over);
    const unwritten = refused === null ? [] : refusedInWords(refused, found.ledger);
    for (const each of unwritten) given.log.error("an execution ends without an event", {}, each);
    const words = why === null || unwritten.length === 0 ? why : cutText([...unwritten, why].join("; "));
    const ended = await recordConclusion(deps, execution, { decision, status: found.status, failure: words });
    // No event can stand behind this one. After a failure the record may have been left behind what the last ones say.
    const schedule = failure === undefined ? undefined : await scheduleOnRecord(deps, execution_id);
    await end(deps, { ...found, schedule }, ended);
    const { status } = ended;
    deps.metrics.publish({
      executions_concluded: 1,
      executions_failed: status === "FAILED" ? 1 : 0,
      executions_incomplete: status === "INCOMPLETE" ? 1 : 0,
    });
    return answer(status);
  };

/** After a failure by what can be read, if that was the failure; otherwise by everything. */
const concludedBy = async (
  given: ConcludeDeps,
  execution_id: string,
  told: string | null,
): Promise<{ readonly deps: ConcludeDeps; readonly why: string | null }> => {
  if (told === null) return { deps: given, why: null };
  const { deps, damaged } = await whatCanBeRead(given, await loadExecution(given, execution_id));
  return { deps, why: damaged === null ? told : cutText(damaged) };
};

type Found =
  | { readonly over: ExecutionStatus }
  | ({ readonly over?: never; readonly ledger: readonly LedgerRow[] } & Ending);

type Ending = {
  readonly status: ExecutionStatus;
  readonly seen: ExecutionRecord;
  /** There is more to do than the pass knew that answered LOCKED. */
  readonly more: boolean;
};

const concludeSteps = async (
  deps: ConcludeDeps,
  { execution_id, history }: Pick<ExecutionRecord, "execution_id" | "history">,
  decision: z.infer<typeof concludeInput>["decision"],
  why: string | null,
): Promise<Found> => {
  await repairSteps(deps, execution_id);
  const view = await readView(deps, execution_id);
  // Meanwhile another may have concluded this workflow run, and people gone on in a fresh one: that is not this one's to end.
  const over = overAs(view.execution, history);
  if (over !== undefined) return { over };
  const conclusion = concludeView(view, decision, why);
  await store(deps, view, conclusion);
  // Of a step whose call or compensation may still take effect, nothing is freed: both write the same.
  const unknown = new Set([
    ...conclusion.asks.map((ask) => ask.step_id),
    ...view.ledger.filter(isUnsettled).map((row) => row.step_id),
  ]);
  const free = async (row: LedgerRow): Promise<void> => {
    const contracts = contractsOfCall(view.loaded.submission, row.tool_name);
    if (contracts === undefined || unknown.has(row.step_id)) return;
    // Given up and late, it must not take from a roll back of a later workflow run what that one holds.
    await freeLeasesOf(deps, contracts, [row], () => isStillTo(deps, view.execution));
  };
  await pMap(view.ledger, free, { concurrency: CALLS_FREED_AT_A_TIME });
  return {
    ledger: view.ledger,
    status: conclusion.status,
    seen: view.execution,
    more: decision === "LOCKED" && isMore(view),
  };
};

/**
 * A pass that is delivered twice is answered once: the second may have followed a resume, or an abort, that the answer
 * knows nothing of. The steps it left would be held by no lock, and nobody could resume it.
 */
const isMore = (view: ExecutionView): boolean => advance(view).decision !== "LOCKED";

/** Nobody has gone on with the execution since, in a fresh workflow run. */
const isStillTo = async (deps: Pick<Deps, "executions">, seen: ExecutionRecord): Promise<boolean> =>
  overAs(await readExecution(deps, seen.execution_id), seen.history) === undefined;

/**
 * A pass that died may have left projections behind their chains. Elsewhere whoever acts on one finds its place in the
 * chain taken; a conclusion also acts by leaving alone what seems to have ended, and seals what it has read.
 */
const repairSteps = async (deps: Pick<Deps, "steps">, execution_id: string): Promise<void> => {
  await pMap(await deps.steps.all(execution_id), ({ step_id }) => deps.steps.get(execution_id, step_id), {
    concurrency: STEPS_READ_AT_A_TIME,
  });
};

/**
 * Somebody may write the record at the same time: an abort that comes too late ends nothing else. One that ends as
 * LOCKED is different: who asked since to resume or to abort it was told that it will happen, so the sweeper finds a workflow run to start.
 */
const end = async (
  deps: Pick<Deps, "executions">,
  { seen, more, schedule, ...found }: Ending & { readonly schedule: BodyRef | undefined },
  { status, at: ended_at }: Conclusion,
): Promise<void> => {
  const { execution_id, history } = seen;
  await amendFound(deps)(execution_id, (execution) => {
    if (overAs(execution, history) !== undefined) return execution;
    // A conclusion that is made once more sees more than the one whose event stands; then that is seen to in a fresh
    // workflow run.
    const goesOn = status === "LOCKED" && (found.status !== "LOCKED" || more || askedSince(seen, execution));
    const ending = goesOn ? { history: history + 1 } : { concluded: status, ended_at };
    return { ...execution, schedule: schedule ?? execution.schedule, ...ending };
  });
};

const askedSince = (seen: ExecutionRecord, now: ExecutionRecord): boolean =>
  seen.abort_requested?.at !== now.abort_requested?.at || resumesOf(seen) !== resumesOf(now);
