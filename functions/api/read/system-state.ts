import type { Deps } from "../../deps.ts";
import type { CircuitDeps } from "../../records/circuits.ts";
import type { SystemState } from "../schemas.ts";
import { API_VERSION } from "../version.ts";
import { leftAlone } from "./left-alone.ts";

type Using = CircuitDeps &
  Pick<Deps, "settings" | "locks" | "inFlightCalls" | "executions" | "policy" | "clock" | "tokenBuckets">;

/** Settings that hold for the whole deployment at this moment. */
export const systemState = (deps: Using) => async (): Promise<Omit<SystemState, "you">> => {
  const [live_enabled, locks, calls, running, left_alone] = await Promise.all([
    deps.settings.liveEnabled(),
    deps.locks.all(),
    deps.inFlightCalls.all(),
    deps.executions.running(),
    leftAlone(deps),
  ]);
  const { registry_open, definition } = deps.policy;
  return {
    live_enabled,
    registry_open,
    locks,
    running_executions: running.length,
    in_flight: { count: calls.length, calls },
    left_alone,
    versions: { buddy: API_VERSION, definition, node: process.versions.node },
  };
};
