import type { Deps } from "../functions/deps.ts";
import { freeLeasesOf, freeLeasesOfStep, keepLeases } from "../functions/execution/attempt/held-leases.ts";
import { markUnknown, noteSetBack } from "../functions/execution/attempt/settle-call.ts";
import { currentArguments, loadStep, readOutputs, type StepContext } from "../functions/execution/step/step-context.ts";
import { underWayUntil } from "../shared/execution/attempt/timing.ts";
import type { LedgerRow } from "../shared/execution/record/ledger-row.ts";
import { resolveArguments } from "../shared/plan/references.ts";
import { wasSetBack } from "../shared/plan/set-back.ts";
import type { InFlight } from "../shared/ports/coordination.ts";

export type AbandonedDeps = Pick<
  Deps,
  "clock" | "log" | "executions" | "steps" | "bodies" | "ledger" | "leases" | "semaphores" | "inFlightCalls"
>;

/**
 * Work that an earlier process of this folder was doing when it ended. One process has the folder at a time, so at a
 * start every call in flight is one of a process that is gone: nobody will hear its answer, whatever its deadline says. An
 * INTENT becomes INDETERMINATE, with that as its evidence, and goes on as its contract says, though its service may still
 * be at it; slots are freed, and leases except those of unknown outcomes. Cut off, it finds the rest at the next
 * start.
 * @returns how many there were
 */
export const settleAbandoned = async (deps: AbandonedDeps): Promise<number> => {
  const calls = await deps.inFlightCalls.all();
  for (const call of calls) {
    try {
      await settle(deps, call);
    } catch (error) {
      // One that cannot be read keeps no other from being settled, nor the server from starting: its row says until
      // when it counts as running, and the sweeper removes it then.
      deps.log.error("a call of an earlier process could not be settled", { ...namesOf(call) }, error);
    }
  }
  if (calls.length > 0) deps.log.info("calls of an earlier process are settled", { calls: calls.length });
  return calls.length;
};

const namesOf = ({ execution_id, step_id, side }: InFlight) => ({ execution_id, step_id, side });

const settle = async (deps: AbandonedDeps, call: InFlight): Promise<void> => {
  const context = await loadStep(deps, call);
  const row = await settleUnknown(deps, context, call);
  if (row === undefined) await freeUnused(deps, context, call);
  else if (row.status === "INDETERMINATE") await keepLeases(deps, context, row);
  else await freeLeasesOfStep(deps, context, row);
  await deps.semaphores.release(call.tool_name, call);
  await deps.inFlightCalls.remove(call);
};

const settleUnknown = async (
  deps: AbandonedDeps,
  { called }: StepContext,
  call: InFlight,
): Promise<LedgerRow | undefined> => {
  const row = await deps.ledger.get(call);
  if (row?.status === "INTENT")
    return markUnknown(deps, row, "the process that made the call ended before an outcome was recorded");
  // Only this says when it was sent again: the row says until when that might be under way, by the clock before.
  const now = deps.clock.now().toISOString();
  return row?.status === "INDETERMINATE" && wasSetBack(now, call.started_at, 0)
    ? noteSetBack(deps, row, underWayUntil(now, called))
    : row;
};

/** Leases that were taken for a call that never came to its INTENT: there is no row that would say of what. */
const freeUnused = async (deps: AbandonedDeps, context: StepContext, { side }: InFlight): Promise<void> => {
  const { execution_id, step_id } = context.record;
  if (side === "compensation") {
    const undone = await deps.ledger.get({ execution_id, step_id, side: "forward" });
    if (undone !== undefined) await freeLeasesOf(deps, context, [{ ...undone, side }]);
    return;
  }
  const current = await currentArguments(deps, context);
  const outputOf = await readOutputs(deps, context, current.sources, (source) => source.live_output);
  const resolved = resolveArguments(current.arguments, outputOf);
  if (resolved.ok) await freeLeasesOf(deps, context, [{ execution_id, step_id, arguments: resolved.value }]);
};
