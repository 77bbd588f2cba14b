import type { EarlierCall } from "./repeated-call.ts";

/**
 * Facts of the past and of other running executions, gathered before the conflicts stage decides: plain data, no
 * look-ups. Nothing of the execution itself is in it, or its steps would be found in conflict with themselves.
 */
export type ConflictFacts = {
  /** Resources that steps of other executions write. */
  leases: readonly { key: string; execution_id: string; step_id: string }[];
  /** Calls within `duplicate_window_hours`, by call digest; the newest that is not REJECTED where there are several. */
  recent_calls: ReadonlyMap<string, EarlierCall>;
  /** The rest of a rate limit, by service. A service that is not named has its whole limit. */
  quotas: ReadonlyMap<string, { remaining: number; resets_in_seconds: number }>;
  /** Tools that nobody calls for a while, and why: their service keeps timing out, or has asked to be left alone. */
  open_circuits: ReadonlyMap<string, { seconds_left: number; reason: string }>;
  locked_agents: ReadonlySet<string>;
  /** Typical latency by tool. A tool that is not named counts with its contract's timeout. */
  latency_seconds: ReadonlyMap<string, number>;
};

/** Nothing known: no other execution runs, nothing was called, every quota is whole. */
export const noFacts: ConflictFacts = {
  leases: [],
  recent_calls: new Map(),
  quotas: new Map(),
  open_circuits: new Map(),
  locked_agents: new Set(),
  latency_seconds: new Map(),
};
