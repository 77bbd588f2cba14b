import type { CallIdentity } from "../../shared/conflicts/call-digest.ts";
import { duplicateWindowSince } from "../../shared/execution/order/duplicate-window.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import type { LedgerRow } from "../../shared/execution/record/ledger-row.ts";
import { type AsDuplicate, asDuplicateOf, standsNoMore } from "../../shared/execution/view/call-standing.ts";
import type { Deps } from "../deps.ts";
import { type StandingDeps, standingOf } from "../records/call-standing.ts";

export type EarlierCallsDeps = StandingDeps & Pick<Deps, "clock" | "policy">;

/** A call that was made before, or may have been: not one of which nothing stands. */
export type Earlier = { readonly row: LedgerRow; readonly is: AsDuplicate };

/**
 * The same call made before, within the window of the execution or of the deployment, whichever is longer: the newest
 * that was made and stands, else the newest that is under way or of which nobody can tell, else the newest that is being
 * undone.
 */
export const earlierCallLike = async (
  deps: EarlierCallsDeps,
  { config }: Pick<ExecutionRecord, "config">,
  call: CallIdentity,
  concerns: (row: LedgerRow) => boolean,
): Promise<Earlier | undefined> => {
  const since = duplicateWindowSince(config, deps.policy, deps.clock.now().toISOString());
  let open: Earlier | undefined;
  let undoing: LedgerRow | undefined;
  for (const row of await deps.ledger.callsLike(call, since)) {
    if (!concerns(row)) continue;
    const standing = await standingOf(deps, row);
    // A question whether to undo it is not undoing it.
    if (standing === "being_undone") undoing ??= row;
    else if (!standsNoMore(standing)) {
      if (row.status === "COMMITTED") return { row, is: "made" };
      open ??= { row, is: asDuplicateOf(row, standing) };
    }
  }
  return open ?? (undoing && { row: undoing, is: "not_made" });
};
