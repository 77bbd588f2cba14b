import type { Lock } from "../execution/lock/lock.ts";

export type Holder = { execution_id: string; step_id: string; until: string };

export type Lease = Holder & { key: string; epoch: number };

/** A step that waits for a lease. */
export type Waiting = Pick<Holder, "execution_id" | "step_id">;

/**
 * How long a place in the queue for a lease is kept for who does not ask again. A LIVE start that was put off asks again
 * after 30 s at most; 30 s more are for the wave it shares with others, the start of its function, and clocks that
 * differ. Clocks that differ by more cost somebody a turn, never exclusion: that rests on `until` alone.
 */
export const TICKET_SECONDS = 60;

/** Places in the queue for one lease: 32 of at most 0.5 KB stay far below the limit of an item. */
export const MOST_TICKETS = 32;

/**
 * Exclusive use of a resource that is written, across executions. Every new holder gets a larger epoch. Waiting is
 * bounded: whoever finds a lease busy leaves a ticket, and a lease that comes free goes to the first of those who
 * still ask, so that of N contenders each has had its turn after N. A ticket lapses when its owner has not asked for
 * `TICKET_SECONDS`; the queue has room for `MOST_TICKETS`, and who finds it full waits without a place.
 */
export interface Leases {
  /**
   * @returns the lease, or who comes first: its holder, or, while it is free, whose turn it is (`until` is then when
   * that one's ticket lapses), and how many tickets stand before the asker's. The same holder gets its own lease
   * anew, whoever waits, with a larger epoch and for as long as it asks now; one past `until` may be taken over. A lease nobody waits for costs one write.
   */
  acquire(
    key: string,
    holder: Holder,
    now: string,
  ): Promise<{ kind: "held"; lease: Lease } | { kind: "busy"; by: Lease; ahead: number }>;
  /**
   * Gives back the lease as it was given out: one that was prolonged since belongs to whoever prolonged it.
   * @returns whose turn it is now, if somebody waits for it
   */
  release(lease: Lease, now: string): Promise<Waiting | undefined>;
  /** Whose turn it is to take a lease that is free; undefined while it is held, and where nobody waits for it. */
  turn(key: string, now: string): Promise<Waiting | undefined>;
  /** Keeps the lease beyond its time (an unknown outcome keeps what it may have written). */
  extend(lease: Lease, until: string): Promise<boolean>;
  get(key: string): Promise<Lease | undefined>;
}

/**
 * A step that waits for a slot asks again after 10 s at most, and perhaps a wave later: after that it is taken to have
 * left.
 */
export const ASKS_SECONDS = 70;

/** So many are kept on record as asking, of 0.1 KB each; others find a free slot when they look again. */
export const MOST_ASKING = 64;

/** `max_concurrent` of a tool, across executions. */
export interface Semaphores {
  /** Whose execution found them all taken is on record as one that asks, for `ASKS_SECONDS`. */
  acquire(tool_name: string, limit: number, holder: Holder, now: string): Promise<"acquired" | "full">;
  /** How many slots are free. */
  free(tool_name: string, limit: number, now: string): Promise<number>;
  /** Executions that found all slots taken and may still wait, who asked longest ago first. */
  asking(tool_name: string, now: string): Promise<string[]>;
  /** That one was told of a free slot: who waits behind it is told first of the next. */
  told(tool_name: string, execution_id: string): Promise<void>;
  /** When a slot was last given to who had none, as its taker's clock had it; undefined where none ever was. */
  lastGiven(tool_name: string): Promise<string | undefined>;
  /** With `until`, only the slot that was taken until then: an attempt never gives back the slot of one after it. */
  release(
    tool_name: string,
    holder: Pick<Holder, "execution_id" | "step_id"> & { until?: string | undefined },
  ): Promise<void>;
}

/** Rate limit of a service, across executions: `limit` tokens per window, refilled continuously. */
/** A service has asked to be left alone, or those who call it have found that it does not answer. */
export type Pause = {
  readonly service: string;
  readonly until: string;
  /** In words. */
  readonly reason: string;
};

/** The longest pause, in seconds: a service that means longer says so again. */
export const LONGEST_PAUSE_SECONDS = 3_600;

export interface TokenBuckets {
  /** @returns 0 when a token was taken, else the seconds until one is there: none is while the service is left alone. */
  take(service: string, rate: { limit: number; window_seconds: number }, now: string): Promise<number>;
  remaining(service: string, rate: { limit: number; window_seconds: number }, now: string): Promise<number>;
  /** From now on, nobody takes a token before the pause is over. A longer one that stands already stays. */
  pause(pause: Pause, now: string): Promise<void>;
  /** The pause of a service that lasts at `now`. */
  pauseOf(service: string, now: string): Promise<Pause | undefined>;
  /** Every pause that lasts at `now`. */
  pauses(now: string): Promise<Pause[]>;
}

/** A LIVE call that got no answer in time, or none that says what came of it. `of`: its service, or its tool where that has none. */
export type UnansweredCall = {
  execution_id: string;
  step_id: string;
  tool_name: string;
  of: string;
  /** When its time was over, or what came broke off. */
  at: string;
};

/** Of one window, at most so many of its oldest and as many of its newest are told: far more than a circuit needs. */
export const MOST_UNANSWERED = 200;

/**
 * Calls that a service gave no answer to, by when that was: what is found out about one later does not change that it
 * was left without. Kept for an hour; older ones go as newer ones come.
 */
export interface UnansweredCalls {
  /** Put twice, it is one. */
  put(call: UnansweredCall): Promise<void>;
  /** Those after `since`, oldest first; a clock that was ahead is not believed: what is later than `now` is none. */
  between(since: string, now: string): Promise<UnansweredCall[]>;
}

export type InFlight = {
  execution_id: string;
  step_id: string;
  side: "forward" | "compensation";
  /** The tool that is called, and the agent that acts. */
  tool_name: string;
  agent_id: string;
  /** Of a compensation by another tool: the tool whose call it undoes. A lock on either holds it. */
  undoes?: string;
  /** Where another agent proposed the call. A lock on either holds it. */
  proposed_by?: string;
  started_at: string;
  may_run_until: string;
};

/** `begun_on`: the `seq` of its step's record; rows of releases before have none. Two deliveries of one task have the same. */
export type Attempt = InFlight & { begun_on: number };

/** Calls that may be running. Written before INTENT, deleted after the outcome; read whole and consistently by a lock. */
export interface InFlightCalls {
  /**
   * Puts the row of an attempt, if none stands there that may be running at `now`: one attempt at a time for each step
   * and side, so that two never share a lease, a slot or a row. @returns the attempt that runs, if one does
   */
  begin(call: Attempt, now: string): Promise<(InFlight & Partial<Attempt>) | undefined>;
  put(call: InFlight): Promise<void>;
  /** Removes the row if it is still that attempt's. */
  remove(call: Pick<InFlight, "execution_id" | "step_id" | "side" | "started_at" | "may_run_until">): Promise<void>;
  /** One row, read as `all` reads them: consistently. */
  get(call: Pick<InFlight, "execution_id" | "step_id" | "side">): Promise<InFlight | undefined>;
  all(): Promise<InFlight[]>;
}

export interface Locks {
  /**
   * Places a lock where none of its name stands, or in the place of the one that was `seen`.
   * @returns false when another stands there by now: nobody is overruled unseen
   */
  place(lock: Lock, seen?: Lock): Promise<boolean>;
  /** Removes the lock that was seen. @returns false when it is gone, or another stands in its place */
  remove(seen: Lock): Promise<boolean>;
  /** Strongly consistent. */
  all(): Promise<Lock[]>;
}

/** The deployment's own switches. */
export interface Settings {
  liveEnabled(): Promise<boolean>;
  setLiveEnabled(enabled: boolean, by: string, at: string): Promise<void>;
}
