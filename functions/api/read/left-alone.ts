import type { Deps } from "../../deps.ts";
import { type CircuitDeps, circuitsAt } from "../../records/circuits.ts";
import type { SystemState } from "../schemas.ts";

type Using = CircuitDeps & Pick<Deps, "clock" | "tokenBuckets">;

/** Services and tools that nobody calls for now: they asked for that, or keep giving no answer in time. */
export const leftAlone = async (deps: Using): Promise<SystemState["left_alone"]> => {
  const now = deps.clock.now().toISOString();
  const [pauses, circuits] = await Promise.all([deps.tokenBuckets.pauses(now), timingOut(deps, now)]);
  return [...pauses, ...circuits];
};

const timingOut = async (deps: Using, now: string): Promise<SystemState["left_alone"]> =>
  (await circuitsAt(deps, now)).map(({ of, until, reason }) => ({ service: of, until, reason }));
