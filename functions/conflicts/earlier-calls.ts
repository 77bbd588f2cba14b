import type { CallIdentity } from "../../shared/conflicts/call-digest.ts";
import { duplicateWindowSince } from "../../shared/execution/order/duplicate-window.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import { type LedgerKey, type LedgerRow, unknownRow } from "../../shared/execution/record/ledger-row.ts";
import { type Standing, standingOfCall } from "../../shared/execution/view/call-standing.ts";
import { unlessDamaged } from "../../shared/ports/damaged.ts";
import type { Deps } from "../deps.ts";

export type StandingDeps = Pick<Deps, "ledger" | "steps">;
export type EarlierCallsDeps = StandingDeps & Pick<Deps, "clock" | "policy">;

/** A call that was made before, and may be there still. */
export type Earlier = { readonly row: LedgerRow; readonly standing: Exclude<Standing, "no_effect" | "undone"> };

/** Read with strong consistency: what is undone now is no call that was made. Where its record is damaged, nobody knows. */
export const standingOf = (deps: StandingDeps, row: LedgerRow): Promise<Standing> =>
  unlessDamaged(
    async () => {
      const [compensation, record] = await Promise.all([
        deps.ledger.get({ ...row, side: "compensation" }),
        deps.steps.get(row.execution_id, row.step_id),
      ]);
      return standingOfCall(row, compensation, record);
    },
    () => "unknown",
  );

/** The same of a call that is known by its place; `no_effect` where nothing stands there. */
export const standingAt = async (deps: StandingDeps, key: LedgerKey): Promise<Standing> => {
  const row = await unlessDamaged(
    () => deps.ledger.get(key),
    () => unknownRow(key),
  );
  return row === undefined ? "no_effect" : standingOf(deps, row);
};

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
