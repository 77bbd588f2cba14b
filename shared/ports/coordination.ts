import type { Lock } from "../execution/lock.ts";

export type Holder = { execution_id: string; step_id: string; until: string };

export type Lease = Holder & { key: string; epoch: number };

/** Exclusive use of a resource that is written, across executions. Every new holder gets a larger epoch. */
export interface Leases {
  /** @returns the lease, or who holds it. The same holder gets its own lease again; one past `until` may be taken over. */
  acquire(
    key: string,
    holder: Holder,
    now: string,
  ): Promise<{ kind: "held"; lease: Lease } | { kind: "busy"; by: Lease }>;
  release(lease: Lease): Promise<void>;
  /** Keeps the lease beyond its time (an unknown outcome keeps what it may have written). */
  extend(lease: Lease, until: string): Promise<boolean>;
  get(key: string): Promise<Lease | undefined>;
}

/** `max_concurrent` of a tool, across executions. */
export interface Semaphores {
  acquire(tool_name: string, limit: number, holder: Holder, now: string): Promise<"acquired" | "full">;
  release(tool_name: string, holder: Pick<Holder, "execution_id" | "step_id">): Promise<void>;
}

/** Rate limit of a service, across executions: `limit` tokens per window, refilled continuously. */
export interface TokenBuckets {
  /** @returns 0 when a token was taken, else the seconds until one is there. */
  take(service: string, rate: { limit: number; window_seconds: number }, now: string): Promise<number>;
  remaining(service: string, rate: { limit: number; window_seconds: number }, now: string): Promise<number>;
}

export type InFlight = {
  execution_id: string;
  step_id: string;
  side: "forward" | "compensation";
  tool_name: string;
  agent_id: string;
  started_at: string;
  may_run_until: string;
};

/** Calls that may be running. Written before INTENT, deleted after the outcome; read whole and consistently by a lock. */
export interface InFlightCalls {
  put(call: InFlight): Promise<void>;
  remove(call: Pick<InFlight, "execution_id" | "step_id" | "side">): Promise<void>;
  all(): Promise<InFlight[]>;
}

export interface Locks {
  put(lock: Lock): Promise<void>;
  remove(lock_id: string): Promise<Lock | undefined>;
  /** Strongly consistent. */
  all(): Promise<Lock[]>;
}

/** The deployment's own switches. */
export interface Settings {
  liveEnabled(): Promise<boolean>;
  setLiveEnabled(enabled: boolean, by: string, at: string): Promise<void>;
}
