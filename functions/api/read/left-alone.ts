import { CIRCUIT_WINDOW_SECONDS, openCircuits } from "../../../shared/conflicts/circuit.ts";
import { serviceOf } from "../../../shared/contracts/service.ts";
import { secondsAfter } from "../../../shared/execution/attempt/timing.ts";
import type { Deps } from "../../deps.ts";
import type { SystemState } from "../schemas.ts";

type Using = Pick<Deps, "clock" | "aggregates" | "contracts" | "tokenBuckets">;

/** Services and tools that nobody calls for now: they asked for that, or keep giving no answer in time. */
export const leftAlone = async (deps: Using): Promise<SystemState["left_alone"]> => {
  const now = deps.clock.now().toISOString();
  const [pauses, circuits] = await Promise.all([deps.tokenBuckets.pauses(now), timingOut(deps, now)]);
  return [...pauses, ...circuits];
};

const timingOut = async (deps: Using, now: string): Promise<SystemState["left_alone"]> => {
  const { tools } = await deps.aggregates.recent(CIRCUIT_WINDOW_SECONDS, now);
  const called = Object.entries(tools).map(([tool_name, { modes }]) => ({ tool_name, counts: modes.LIVE }));
  // Without a call that timed out no circuit is open, and no contract needs to be read.
  if (called.every(({ counts }) => counts.timed_out === 0)) return [];
  const served = await Promise.all(
    called.map(async ({ tool_name, counts }) => {
      const contract = await deps.contracts.get(tool_name);
      return { tool_name, counts, service: contract && serviceOf(contract) };
    }),
  );
  return openCircuits(served).map(({ of, seconds_left, reason }) => ({
    service: of,
    until: secondsAfter(now, seconds_left),
    reason,
  }));
};
