import { isReadingRung, type WorkCall } from "../../../shared/execution/record/work.ts";
import type { Deps } from "../../deps.ts";
import { type HandOutDeps, whatStopsHandingOut } from "../../execution/attempt/hand-out.ts";

export type HoldsDeps = HandOutDeps & Pick<Deps, "inFlightCalls">;

/**
 * Why a call that a worker took is not to be given to it. It stood among the calls in flight before anybody could take
 * it, and may have waited since: whoever locks, aborts or switches LIVE off lists it, and what is handed out after their
 * word would still be made against it; so would one whose agent has lost what it was granted, or whose footing was
 * undone. All is read with strong consistency. A look-up is not held: it tells what became of a call that is out already.
 */
export const whatHolds = async (deps: HoldsDeps, call: WorkCall): Promise<string | undefined> => {
  const { execution_id, step_id, side, rung } = call;
  if (isReadingRung(rung) || rung === "look_up") return undefined;
  const inFlight = await deps.inFlightCalls.get({ execution_id, step_id, side });
  if (inFlight === undefined) return "it stands among the calls in flight no more, so nobody waits for it";
  return whatStopsHandingOut(deps, { execution_id, step_id, side });
};
