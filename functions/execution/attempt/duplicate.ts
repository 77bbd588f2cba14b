import { identityOf, sameCallDigest } from "../../../shared/conflicts/call-digest.ts";
import { repeatedInWords, undecidedInWords } from "../../../shared/conflicts/repeated-call.ts";
import { isDuplicateSensitive } from "../../../shared/contracts/tool-contract.ts";
import { afterUndecided } from "../../../shared/execution/attempt/unsent.ts";
import { earlierCallIn, type LedgerRow, outputKnownOf } from "../../../shared/execution/record/ledger-row.ts";
import type { StepChanges } from "../../../shared/execution/record/step-event.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { earlierCallLike } from "../../conflicts/earlier-calls.ts";
import { isMadeUp } from "../../records/call-standing.ts";
import { endUnsent } from "../step/end-unsent.ts";
import type { StepContext } from "../step/step-context.ts";
import { bodyOfAnother } from "../step/tool-output.ts";
import { type AttemptDeps, nowOf } from "./in-flight.ts";
import { putOff, tell } from "./unsent.ts";

/** A call that must not be made twice, and that no approver may permit a second time. */
const isGuarded = ({ contract, step }: StepContext): boolean => isDuplicateSensitive(contract) && !step.allow_duplicate;

/**
 * The mark in the ledger of a call that must not be made twice, so that a step which asks for the same one finds it.
 */
export const markOf = ({ contract }: StepContext, args: JsonObject): Pick<LedgerRow, "same_call"> =>
  isDuplicateSensitive(contract) ? { same_call: sameCallDigest(contract, args) } : {};

/**
 * The key of a lease on the call itself: two executions that were asked for the same call at the same time make it one
 * after the other, so that the second sees the first in the ledger.
 */
export const callKeys = (context: StepContext, args: JsonObject): string[] =>
  isGuarded(context) ? [`call:${context.step.tool_name}:${sameCallDigest(context.contract, args)}`] : [];

/** Seconds after which to look again for what is being undone, and the longest pause. */
const UNDOING = { seconds: 2, at_most: 30, line: { ahead: 0, moved_at: null } } as const;

/**
 * Looks once more, at the last moment and with the arguments as they are, for the same call in the ledger: what was
 * scheduled at the same time, or had arguments that were not known then, could not be found before. Read under the
 * lease on the call, with strong consistency, so that of two executions at most one sends it. One that is being undone
 * is waited for, and so is one that is under way; one of which nobody can tell whether it was made counts as made.
 * @returns true when the step ended as a duplicate, or was put off: nothing is sent
 */
export const endsAsDuplicate = async (deps: AttemptDeps, context: StepContext, args: JsonObject): Promise<boolean> => {
  if (!isGuarded(context)) return false;
  const { execution, step, record } = context;
  const isAnother = (row: LedgerRow): boolean =>
    row.execution_id !== execution.execution_id || row.step_id !== step.step_id;
  const earlier = await earlierCallLike(deps, execution, identityOf(context.contract, args), isAnother);
  if (earlier === undefined) return false;
  const call = earlierCallIn(earlier.row);
  switch (earlier.is) {
    case "not_made": {
      const busy = `step ${call.step_id} of execution ${call.execution_id} made the same call at ${call.at}, and is being undone`;
      await putOff(deps, context, { busy, ...UNDOING });
      break;
    }
    case "undecided":
      await tell(deps, context, afterUndecided(record, undecidedInWords(call), nowOf(deps)));
      break;
    case "made":
      await endUnsent(deps, context, "forward", {
        event: "aborted",
        reason: repeatedInWords(call),
        changes: { ending: "conflict", duplicate_of: call, ...(await outputOf(deps, execution, earlier.row)) },
      });
  }
  return true;
};

/** The output that its duplicate takes over. */
const outputOf = async (
  deps: AttemptDeps,
  { execution_id }: Pick<StepContext["execution"], "execution_id">,
  row: LedgerRow,
): Promise<StepChanges> => {
  const [live_output, made_up] = await Promise.all([
    bodyOfAnother(deps, execution_id, outputKnownOf(row)),
    isMadeUp(deps, row),
  ]);
  return { live_output, ...(made_up ? { made_up } : {}) };
};
