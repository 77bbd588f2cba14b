import { CIRCUIT_WINDOW_SECONDS, openCircuit, typicalLatency } from "../../shared/conflicts/circuit.ts";
import type { ConflictFacts } from "../../shared/conflicts/facts.ts";
import type { Deps } from "../deps.ts";

const DAY_SECONDS = 86_400;

/** What the last day says of each tool: how long its calls take, and whether it has stopped answering. */
export const toolHistory = async (
  deps: Pick<Deps, "clock" | "aggregates">,
): Promise<Pick<ConflictFacts, "open_circuits" | "latency_seconds">> => {
  const now = deps.clock.now().toISOString();
  const recent = await deps.aggregates.recent(CIRCUIT_WINDOW_SECONDS, now);
  const day = await deps.aggregates.recent(DAY_SECONDS, now);
  const open_circuits = Object.entries(recent.tools).flatMap(([tool_name, { modes }]) => {
    const open = openCircuit(tool_name, modes.LIVE);
    return open === undefined ? [] : [[tool_name, open] as const];
  });
  const latency_seconds = Object.entries(day.tools).flatMap(([tool_name, { modes }]) => {
    const seconds = typicalLatency(modes.LIVE.latency);
    return seconds === undefined ? [] : [[tool_name, seconds] as const];
  });
  return { open_circuits: new Map(open_circuits), latency_seconds: new Map(latency_seconds) };
};
