import { type LedgerKey, type LedgerRow, unknownRow } from "../../shared/execution/record/ledger-row.ts";
import {
  type AsDuplicate,
  asDuplicateOf,
  type Standing,
  standingOfCall,
} from "../../shared/execution/view/call-standing.ts";
import { unlessDamaged } from "../../shared/ports/damaged.ts";
import type { Deps } from "../deps.ts";

export type StandingDeps = Pick<Deps, "ledger" | "steps">;

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

/**
 * Whether the sandbox made up what a call gave: who takes its output over says so too. Where its record is damaged,
 * nothing says that it did.
 */
export const isMadeUp = (
  { steps }: Pick<Deps, "steps">,
  { execution_id, step_id }: Pick<LedgerKey, "execution_id" | "step_id">,
): Promise<boolean> =>
  unlessDamaged(
    async () => (await steps.get(execution_id, step_id))?.made_up === true,
    () => false,
  );

/** How a call stands that is known by its place; `no_effect` where nothing stands there. */
export const standingAt = async (deps: StandingDeps, key: LedgerKey): Promise<Standing> => {
  const row = await unlessDamaged(
    () => deps.ledger.get(key),
    () => unknownRow(key),
  );
  return row === undefined ? "no_effect" : standingOf(deps, row);
};

/** The row of a call that a step would repeat, and what it is to that step; undefined where nothing stands there. */
export const repeatedAt = async (
  deps: StandingDeps,
  key: LedgerKey,
): Promise<{ readonly row: LedgerRow; readonly is: AsDuplicate } | undefined> => {
  const row = await unlessDamaged(
    () => deps.ledger.get(key),
    () => unknownRow(key),
  );
  return row && { row, is: asDuplicateOf(row, await standingOf(deps, row)) };
};
