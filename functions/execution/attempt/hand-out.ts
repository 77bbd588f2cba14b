import { SIDES } from "../../../shared/execution/attempt/side.ts";
import { whatStops } from "../../../shared/execution/attempt/start.ts";
import { isUnsettled, type LedgerKey } from "../../../shared/execution/record/ledger-row.ts";
import type { Deps } from "../../deps.ts";
import { loadStep, type StepContext } from "../step/step-context.ts";
import { revokedSince } from "./grants-now.ts";
import { restsOnNothingByNow } from "./rests-on.ts";
import { type LookDeps, seenWith } from "./what-stops.ts";

export type HandOutDeps = LookDeps & Pick<Deps, "agents" | "bodies" | "policy">;

/**
 * Why a call that was offered, and that nobody has, is not to be handed out: whatever keeps a call from being begun or
 * sent, but for how long that took, since it has an end of its own until which it may be begun. To be asked once it is on
 * record that somebody has it: who stops it afterwards finds it so.
 */
export const whatStopsHandingOut = async (
  deps: HandOutDeps,
  { execution_id, step_id, side }: LedgerKey,
): Promise<string | undefined> => {
  const context = await loadStep(deps, { execution_id, step_id, rests_elsewhere: true });
  const forward = side === "forward";
  const [moved, seen, revoked] = await Promise.all([
    isElsewhere(deps, context, side),
    seenWith(deps, context, side, forward ? restsOnNothingByNow(deps, context) : undefined),
    forward ? revokedSince(deps, context) : undefined,
  ]);
  return whatStops({ ...seen, moved })?.reason ?? revoked;
};

/** The step does not stand where that side is attempted, or the ledger knows already what came of it. */
const isElsewhere = async (
  { ledger }: Pick<Deps, "ledger">,
  { record, step }: Pick<StepContext, "record" | "step">,
  side: LedgerKey["side"],
): Promise<boolean> => {
  if (record.state !== SIDES[side].state || record.phase !== "open") return true;
  const { execution_id, step_id } = record;
  return step.writes && !isUnsettled(await ledger.get({ execution_id, step_id, side }));
};
