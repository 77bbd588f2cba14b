import { callDigest } from "../../shared/conflicts/call-digest.ts";
import { isDuplicateSensitive } from "../../shared/contracts/tool-contract.ts";
import type { LedgerRow } from "../../shared/execution/ledger-row.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { endUnsent } from "./end-unsent.ts";
import type { LiveDeps } from "./live-call.ts";
import { bodyPrefix, type StepContext } from "./step-context.ts";

/** A call that must not be made twice, and that no approver may permit a second time. */
const isGuarded = ({ contract, step }: StepContext): boolean => isDuplicateSensitive(contract) && !step.allow_duplicate;

/**
 * The key of a lease on the call itself: two executions that were asked for the same call at the same time make it one
 * after the other, so that the second sees the first in the ledger.
 */
export const callKeys = (context: StepContext, args: JsonObject): string[] =>
  isGuarded(context) ? [`call:${context.step.tool_name}:${callDigest(context.step.tool_name, args)}`] : [];

/**
 * Looks once more, at the last moment and with the arguments as they are, for the same call in the ledger: what was
 * scheduled at the same time, or had arguments that were not known then, could not be found before.
 * @returns true when the step ended as a duplicate
 */
export const endsAsDuplicate = async (deps: LiveDeps, context: StepContext, args: JsonObject): Promise<boolean> => {
  if (!isGuarded(context)) return false;
  const twin = await twinOf(deps, context, args);
  if (twin === undefined) return false;
  const { execution_id, step_id, status, started_at: at, output } = twin;
  const live_output = await deps.bodies.put(bodyPrefix(context.execution.execution_id, "outputs"), output);
  await endUnsent(deps, context, "forward", {
    event: "aborted",
    reason: `DUPLICATE_ACTION: step ${step_id} of execution ${execution_id} made the same call at ${at} (${status})`,
    changes: { ending: "conflict", live_output, duplicate_of: { execution_id, step_id, status, at } },
  });
  return true;
};

const twinOf = async (deps: LiveDeps, context: StepContext, args: JsonObject): Promise<LedgerRow | undefined> => {
  const { execution, step } = context;
  const window = execution.config.duplicate_window_hours * 3_600_000;
  const since = new Date(deps.clock.now().getTime() - window).toISOString();
  const rows = await deps.ledger.callsLike(callDigest(step.tool_name, args));
  return rows.find(
    (row) =>
      (row.execution_id !== execution.execution_id || row.step_id !== step.step_id) &&
      row.status !== "REJECTED" &&
      row.started_at >= since,
  );
};
