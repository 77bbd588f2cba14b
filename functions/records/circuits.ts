import { CIRCUIT_WINDOW_SECONDS, type Circuit, openCircuits } from "../../shared/conflicts/circuit.ts";
import { serviceOf } from "../../shared/contracts/service.ts";
import type { Deps } from "../deps.ts";

/** Services that have stopped answering by now, told by the calls of all of their tools, whoever made them. */
export const circuitsAt = async (
  { aggregates, contracts }: Pick<Deps, "aggregates" | "contracts">,
  now: string,
): Promise<Circuit[]> => {
  const { tools } = await aggregates.recent(CIRCUIT_WINDOW_SECONDS, now);
  const called = Object.entries(tools).map(([tool_name, { modes }]) => ({ tool_name, counts: modes.LIVE }));
  // Without a call that timed out no circuit is open, and no contract needs to be read.
  if (called.every(({ counts }) => counts.timed_out === 0)) return [];
  const served = await Promise.all(
    called.map(async ({ tool_name, counts }) => {
      const contract = await contracts.get(tool_name);
      return { tool_name, counts, service: contract && serviceOf(contract) };
    }),
  );
  return openCircuits(served);
};
