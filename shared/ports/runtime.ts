/** Time and ids are given, never taken: simulation and replay depend on it. */
export interface Clock {
  now(): Date;
}

export interface Ids {
  /** A new id, unique and sortable by time: letters and digits only. */
  next(): string;
  /** A new one that nobody can guess: 256 random bits in letters that a URL takes as they are. */
  secret(): string;
}
