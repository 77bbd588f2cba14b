/** Time and ids are given, never taken: simulation and replay depend on it. */
export interface Clock {
  now(): Date;
}

/**
 * Does work of which nobody is told before it is over, so that none of its writes need be safe before the last: a death
 * within leaves what it wrote until then, in that order.
 */
export type Together = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Where each write is safe when it is answered, there is nothing to wait for. */
export const eachByItself: Together = (work) => work();

export interface Ids {
  /** A new id, unique and sortable by time: letters and digits only. */
  next(): string;
  /** A new one that nobody can guess: 256 random bits in letters that a URL takes as they are. */
  secret(): string;
}
