import pMap from "p-map";
import { isDependency, stepsAhead } from "../../../shared/conflicts/rule-of-order.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import { lostAt } from "../../../shared/execution/attempt/resolve.ts";
import { callsAwaited, callsElsewhere, callsMadeBefore } from "../../../shared/execution/order/duplicates.ts";
import {
  earlierCallIn,
  type LedgerKey,
  type LedgerRow,
  outputKnownOf,
} from "../../../shared/execution/record/ledger-row.ts";
import type { BodyRef, StepRecord } from "../../../shared/execution/record/step-record.ts";
import type { AwaitedCall, Standing } from "../../../shared/execution/view/call-standing.ts";
import { type ExecutionView, elsewhereName, ledgerName } from "../../../shared/execution/view/view.ts";
import type { Deps } from "../../deps.ts";
import { isMadeUp, repeatedAt, standingAt } from "../../records/call-standing.ts";
import { type Loaded, loadExecution } from "../../records/documents.ts";
import { recordsOf } from "../../records/step-records.ts";
import { freeKeptLeases } from "../attempt/held-leases.ts";
import { markUnknown } from "../attempt/settle-call.ts";
import { bodyPrefix, contractsOfCall } from "../step/step-context.ts";
import { bodyOfAnother, bodyOfLedger } from "../step/tool-output.ts";
import { freeSlots, turnsOf } from "./what-came-free.ts";

const CONCURRENT_READS = 16;

export type ViewDeps = Pick<
  Deps,
  | "clock"
  | "executions"
  | "bodies"
  | "steps"
  | "approvals"
  | "ledger"
  | "leases"
  | "locks"
  | "policy"
  | "semaphores"
  | "settings"
>;

/**
 * Everything that is known of an execution now. A request that fell due or was decided is settled in its own record
 * first, by the conditional write that a late decision also needs: an expiry against an approval, a person's word
 * against the ledger. `requests`: those of the execution, where they have been read already.
 */
export const readView = async (
  deps: ViewDeps,
  execution_id: string,
  requests?: readonly ApprovalRequest[],
): Promise<ExecutionView & { loaded: Loaded }> => {
  const loaded = await loadExecution(deps, execution_id);
  const now = deps.clock.now().toISOString();
  const open = requests ?? (await deps.approvals.ofExecution(execution_id));
  const approvals = await Promise.all(open.map((request) => expireWhenDue(deps, request, now)));
  const records = await recordsOf(deps, loaded);
  await applyReconciliations(deps, loaded, approvals, records);
  const [ledger, locks, live_enabled] = await Promise.all([
    deps.ledger.ofExecution(execution_id),
    deps.locks.all(),
    deps.settings.liveEnabled(),
  ]);
  const repeated = await callsRepeated(deps, loaded, records);
  return {
    execution: loaded.execution,
    schedule: loaded.schedule,
    contracts: loaded.submission.contractOf,
    records,
    approvals: new Map(approvals.map((request) => [request.approval_id, request])),
    ledger,
    locks,
    elsewhere: await standingElsewhere(deps, loaded, records),
    free_slots: await freeSlots(deps, loaded, records.values(), now),
    turns: await turnsOf(deps, records.values(), now),
    bodies: new Map([...(await storeBodies(deps, execution_id, approvals, records, ledger)), ...repeated.outputs]),
    awaited: repeated.awaited,
    made_up_elsewhere: repeated.made_up,
    live_enabled,
    now,
    largest_clock_skew_seconds: deps.policy.largest_clock_skew_seconds,
    loaded,
  };
};

/** Expiry is not rejection: it belongs to the record, and loses against a decision that came first. */
const expireWhenDue = async (deps: ViewDeps, request: ApprovalRequest, now: string): Promise<ApprovalRequest> => {
  if (request.status !== "open" || request.expires_at === null || request.expires_at > now) return request;
  const expired = await deps.approvals.update({ ...request, status: "expired", decided_at: now });
  return expired === "moved" ? ((await deps.approvals.get(request.approval_id)) ?? request) : expired;
};

/**
 * A person's word on an unknown outcome becomes the ledger's, before the step follows it; then what the call held is
 * free for others.
 */
const applyReconciliations = async (
  deps: ViewDeps,
  loaded: Loaded,
  approvals: readonly ApprovalRequest[],
  records: ReadonlyMap<string, StepRecord>,
): Promise<void> => {
  for (const approval of approvals) {
    if (approval.kind !== "reconcile" && approval.kind !== "reconcile_undo") continue;
    if (approval.status !== "happened" && approval.status !== "did_not_happen") continue;
    const record = records.get(approval.step_id);
    // Of an earlier attempt otherwise: what a person said of that says nothing of one that was made since.
    if (record?.approval_id !== approval.approval_id || record.phase !== approval.kind) continue;
    await applyWord(deps, approval);
    const contracts = contractsOfCall(loaded.submission, approval.tool_name);
    if (contracts !== undefined) await freeKeptLeases(deps, contracts, approval);
  }
};

const applyWord = async (deps: ViewDeps, approval: ApprovalRequest): Promise<void> => {
  const { execution_id, step_id } = approval;
  const side = approval.kind === "reconcile" ? "forward" : "compensation";
  const row = await unknownOutcomeOf(deps, { execution_id, step_id, side });
  if (row === undefined) return;
  if (side === "compensation" && approval.status === "did_not_happen") {
    await deps.ledger.withdraw(row, row.epoch, "INDETERMINATE");
    return;
  }
  const error = `${approval.decided_by ?? "a person"} found that it did not happen`;
  await deps.ledger.settle(row, row.epoch, "INDETERMINATE", {
    status: approval.status === "happened" ? "COMMITTED" : "REJECTED",
    at: approval.decided_at ?? deps.clock.now().toISOString(),
    output: row.output,
    error: approval.status === "happened" ? null : error,
    undo: null,
  });
};

/**
 * The row of a call whose outcome nobody knows. One that still has its intent only is left alone before its deadline,
 * because the call may be running; after it, nothing will come.
 */
const unknownOutcomeOf = async (
  deps: Pick<ViewDeps, "ledger" | "clock">,
  key: LedgerKey,
): Promise<LedgerRow | undefined> => {
  const found = await deps.ledger.get(key);
  const lost = found && lostAt(found, deps.clock.now().toISOString());
  const row = found && lost !== undefined ? await markUnknown(deps, found, lost) : found;
  return row?.status === "INDETERMINATE" ? row : undefined;
};

/** Bodies that transitions of this pass will refer to: edited arguments, and outputs that only the ledger holds. */
const storeBodies = async (
  deps: ViewDeps,
  execution_id: string,
  approvals: readonly ApprovalRequest[],
  records: ReadonlyMap<string, StepRecord>,
  ledger: readonly LedgerRow[],
): Promise<ReadonlyMap<string, BodyRef>> => {
  const bodies = new Map<string, BodyRef>();
  for (const approval of approvals) {
    const record = records.get(approval.step_id);
    const follows = record?.phase === "open" && record.approval_id === approval.approval_id;
    if (approval.status === "edited" && approval.edited_arguments !== null && follows) {
      const ref = await deps.bodies.put(bodyPrefix(execution_id, "arguments"), approval.edited_arguments);
      bodies.set(approval.approval_id, ref);
    }
  }
  for (const row of ledger) {
    const record = records.get(row.step_id);
    if (row.side !== "forward" || row.status !== "COMMITTED" || record?.phase === "finished") continue;
    bodies.set(ledgerName(row.step_id, row.side), await bodyOfLedger(deps, execution_id, row.output));
  }
  return bodies;
};

/** Asked while something may yet rest on it. */
const standingElsewhere = async (
  deps: ViewDeps,
  { schedule, index }: Loaded,
  records: ReadonlyMap<string, StepRecord>,
): Promise<ReadonlyMap<string, Standing>> => {
  const open = [...records.values()].flatMap(({ step_id, phase }) => (phase === "open" ? [step_id] : []));
  const ahead = stepsAhead(index, open, isDependency);
  const asked = [...callsElsewhere(schedule.conflicts, records)].filter(([step_id]) => ahead.has(step_id));
  return new Map(
    await pMap(asked, async ([step_id, call]) => [step_id, await standingAt(deps, call)] as const, {
      concurrency: CONCURRENT_READS,
    }),
  );
};

type Repeated = {
  readonly outputs: ReadonlyMap<string, BodyRef>;
  readonly made_up: ReadonlySet<string>;
  readonly awaited: ReadonlyMap<string, AwaitedCall>;
};

/**
 * The calls of other executions that open steps would repeat: how those stand that are waited for, and of those that were made,
 * for the steps that end as their duplicates, the outputs and whether they were made up. Of a call under way nobody takes
 * an output, since its row holds none yet; of one of which nobody can tell whether it was made the output is null.
 */
const callsRepeated = async (
  deps: ViewDeps,
  { execution, schedule }: Loaded,
  records: ReadonlyMap<string, StepRecord>,
): Promise<Repeated> => {
  const [outputs, made_up] = [new Map<string, BodyRef>(), new Set<string>()];
  const awaited = new Map<string, AwaitedCall>();
  const waiting = callsAwaited(schedule.conflicts);
  for (const [step_id, key] of new Map([...callsMadeBefore(schedule.conflicts), ...waiting])) {
    if (records.get(step_id)?.phase !== "open") continue;
    const found = await repeatedAt(deps, key);
    if (found === undefined) continue;
    const { row, is } = found;
    if (waiting.has(step_id)) awaited.set(step_id, { call: earlierCallIn(row), is });
    if (is !== "made") continue;
    outputs.set(elsewhereName(step_id), await bodyOfAnother(deps, execution.execution_id, outputKnownOf(row)));
    if (await isMadeUp(deps, key)) made_up.add(step_id);
  }
  return { outputs, made_up, awaited };
};
