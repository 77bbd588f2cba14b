import type { CallIdentity } from "../../shared/conflicts/call-digest.ts";
import { duplicateWindowSince } from "../../shared/execution/order/duplicate-window.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import type { LedgerRow } from "../../shared/execution/record/ledger-row.ts";
import type { Standing } from "../../shared/execution/view/call-standing.ts";
import type { Deps } from "../deps.ts";
import { type StandingDeps, standingOf } from "../records/call-standing.ts";

export type EarlierCallsDeps = StandingDeps & Pick<Deps, "clock" | "policy">;

/** A call that was made before, and may be there still. */
export type Earlier = { readonly row: LedgerRow; readonly standing: Exclude<Standing, "no_effect" | "undone"> };

/**
 * The same call made before, within the window of the execution or of the deployment, whichever is longer: the newest
 * that stands or may, else the newest that is being undone.
 */
export const earlierCallLike = async (
  deps: EarlierCallsDeps,
  { config }: Pick<ExecutionRecord, "config">,
  call: CallIdentity,
  concerns: (row: LedgerRow) => boolean,
): Promise<Earlier | undefined> => {
  const since = duplicateWindowSince(config, deps.policy, deps.clock.now().toISOString());
  let undoing: LedgerRow | undefined;
  for (const row of await deps.ledger.callsLike(call, since)) {
    if (!concerns(row)) continue;
    const standing = await standingOf(deps, row);
    if (standing === "being_undone") undoing ??= row;
    // A question whether to undo it is not undoing it.
    else if (standing !== "no_effect" && standing !== "undone") return { row, standing };
  }
  return undoing === undefined ? undefined : { row: undoing, standing: "being_undone" };
};
