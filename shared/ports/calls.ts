import type { Moved } from "./contention.ts";

/** A call that one agent has asked for and not been told the end of, by what it does. */
export type AskedCall = {
  readonly agent_id: string;
  /** Names the call by what it does: the digest of tool and arguments, and whether it is a preview. */
  readonly same_call: string;
  readonly execution_id: string;
  /** ISO 8601. */
  readonly asked_at: string;
};

/** Calls that agents wait for: whoever asks for the same one again finds it, so that it is made once. */
export interface AskedCalls {
  get(call: Pick<AskedCall, "agent_id" | "same_call">): Promise<AskedCall | undefined>;
  /** Takes the call's place: an empty one, or that of the execution named. One conditional write. */
  claim(call: AskedCall, instead_of: string | null): Promise<"claimed" | Moved>;
  /** Leaves the place, if it is still that execution's. */
  release(call: Pick<AskedCall, "agent_id" | "same_call" | "execution_id">): Promise<void>;
  /** Of one agent; so many at most. */
  ofAgent(agent_id: string, most: number): Promise<AskedCall[]>;
}

/** Ears for one execution, for so long. */
export interface Ear {
  /** Whether the time to listen is over. */
  isOver(): boolean;
  /**
   * Resolves when something of it changed since the last time, or it is worth looking again: after `pause` milliseconds
   * where nobody can hear. Also when the time is over, or the signal is aborted.
   */
  wait(pause: number, signal?: AbortSignal): Promise<void>;
  stop(): void;
}

/** Tells who waits for an execution that something of it changed: in this process, or nobody. */
export interface Changes {
  changed(execution_id: string): void;
  /** From this moment on nothing is missed, for so many milliseconds or until it is stopped. */
  listen(execution_id: string, milliseconds: number): Ear;
}

/** Executions that a request carries on by itself, until some time; whoever finds one beyond that takes it up. */
export interface CarriedRuns {
  put(carried: { execution_id: string; until: string }): Promise<void>;
  remove(execution_id: string): Promise<void>;
  isCarried(execution_id: string): Promise<boolean>;
  all(): Promise<{ execution_id: string; until: string }[]>;
}

/** Carries a workflow run on within this process. */
export interface Carrier {
  /**
   * Carries the first workflow run of an execution that was not started, for so many milliseconds at most; what comes to
   * no end in that time, must wait or fails is left to a workflow run that is started. Resolves when nobody need wait for
   * this any more: where this process lives on, when the call was made or is left.
   */
  carry(execution_id: string, milliseconds: number): Promise<void>;
}
